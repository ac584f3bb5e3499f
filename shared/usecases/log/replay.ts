import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { emptyBasis, emptyHead } from '../../core/posture/head.js';
import type { Head, Summary } from '../../core/projections/documents.js';
import type { BlobStore, LedgerStore, TenantStores } from '../../ports.js';
import { foldUntil, headOf } from './fold.js';
import { rebuild } from './rebuild.js';
import { snapshotBefore } from './snapshot.js';

/** `scratch` makes an empty ledger that nobody else sees, for what follows from the entries of a log. */
export type ReplayDeps = {
  stores: TenantStores;
  blobs: BlobStore;
  scratch: (log: LedgerStore) => LedgerStore;
};

/** A past state: what was known at an instant, or what the first entries say. Both: those entries, judged at the instant. */
export type Past = { asOf?: string | undefined; position?: number | undefined };

/** More than this behind the nearest snapshot is work for a rebuild, not for a request. */
const mostEntries = 50_000;

/**
 * The ledger as it stood: the nearest snapshot, the entries known then and behind it folded anew, and judged then (rebuild
 * law). Nothing stored is changed.
 * @throws Refusal `invalid_request` for an instant ahead of `now`, one before the entries it should judge, a position the
 * log does not have, or more entries than a request can fold; `conflict` where evidence of that time was erased.
 */
export async function replay(
  deps: ReplayDeps,
  past: Past,
  now: Millis,
): Promise<{ ledger: LedgerStore; asOf: string }> {
  const asOf = past.asOf === undefined ? null : instantOf(millisOf(past.asOf));
  if (asOf !== null && asOf > instantOf(now)) throw new Refusal('invalid_request', 'asOf lies ahead of now');
  const log = deps.stores.ledger;
  const { document: head } = await headOf(log);
  const position = past.position ?? (await knownAt(log, head, asOf ?? head.clock));
  if (position > head.size)
    throw new Refusal('invalid_request', `the log has ${head.size} entries, fewer than position`);
  const clock = (await log.entries(position - 1, position)).at(-1)?.sequencedAt ?? emptyHead.clock;
  if (asOf !== null && asOf < clock) throw new Refusal('invalid_request', 'position came in after asOf');
  const at = asOf ?? clock;
  const ledger = deps.scratch(log);
  const snapshot = await snapshotBefore(deps, position, at);
  if (position - (snapshot?.size ?? 0) > mostEntries)
    throw new Refusal(
      'invalid_request',
      `a past state is replayed over at most ${mostEntries} entries behind a snapshot`,
    );
  if (snapshot)
    await ledger.commit({ headETag: null, entries: [], deletes: [], documents: snapshot.documents });
  await rebuild(deps.stores, ledger, position);
  await foldUntil({ ledger, now: () => millisOf(at) }, millisOf(at));
  return { ledger, asOf: at };
}

/** How many entries were in the log at an instant. Their instants never decrease, so it is found by halving. */
export async function knownAt(log: LedgerStore, { clock, size }: Head, instant: string): Promise<number> {
  let [low, high] = [0, size];
  if (instant >= clock) return size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await log.entries(middle, middle + 1);
    if (entry !== undefined && entry.sequencedAt <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The counters as they are now, or as they stood. One point read for now. */
export async function summaryAt(deps: ReplayDeps, past: Past, now: Millis): Promise<Summary> {
  if (past.asOf === undefined && past.position === undefined) return summaryIn(deps.stores.ledger);
  const { ledger, asOf } = await replay(deps, past, now);
  const summary = await summaryIn(ledger);
  return summary.basis === undefined ? { ...summary, basis: { ...emptyBasis, clock: asOf } } : summary;
}

/** The counters as they are now; those of an empty log where there is none. */
export async function summaryIn(ledger: LedgerStore): Promise<Summary> {
  const found = (await ledger.read(['summary'])).get('summary');
  return found?.kind === 'summary' ? found : { id: 'summary', kind: 'summary', counts: {}, totals: {} };
}
