import { Refusal } from '../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../core/kernel/time.js';
import { emptyBasis } from '../core/posture/head.js';
import type { Summary } from '../core/projections/documents.js';
import type { LedgerStore, TenantStores } from '../ports.js';
import { foldUntil, headOf } from './fold.js';
import { rebuild } from './rebuild.js';

/** `scratch` makes an empty ledger that nobody else sees, for what follows from the entries of a log. */
export type ReplayDeps = { stores: TenantStores; scratch: (log: LedgerStore) => LedgerStore };

/** A past state: what was known at an instant, or what the first entries say. Both: those entries, judged at the instant. */
export type Past = { asOf?: string | undefined; position?: number | undefined };

/** More than this is work for a rebuild, not for a request. */
const mostEntries = 50_000;

/**
 * The ledger as it stood: entries known then, folded anew and judged then (rebuild law). Nothing stored is changed.
 * @throws Refusal `invalid_request` for an instant ahead of `now`, one before the entries it should judge, a position the
 * log does not have, or more entries than a request can fold; `conflict` where evidence of that time was erased.
 */
export async function replay(
  deps: ReplayDeps,
  past: Past,
  now: Millis,
): Promise<{ ledger: LedgerStore; asOf: string }> {
  const asOf = past.asOf === undefined ? null : millisOf(past.asOf);
  if (asOf !== null && asOf > now) throw new Refusal('invalid_request', 'asOf lies ahead of now');
  const { document: head } = await headOf(deps.stores.ledger);
  const { position = head.size } = past;
  if (position > head.size)
    throw new Refusal('invalid_request', `the log has ${head.size} entries, fewer than position`);
  if (position > mostEntries)
    throw new Refusal('invalid_request', `a past state is replayed over at most ${mostEntries} entries`);
  const ledger = deps.scratch(deps.stores.ledger);
  const last = await rebuild(deps.stores, ledger, position, past.position === undefined ? asOf : null);
  const clock = last === null ? 0 : millisOf(last.sequencedAt);
  if (asOf !== null && asOf < clock) throw new Refusal('invalid_request', 'position came in after asOf');
  const at = asOf ?? clock;
  await foldUntil({ ledger, now: () => at }, at);
  return { ledger, asOf: instantOf(at) };
}

/** The counters as they are now, or as they stood. One point read for now. */
export async function summaryAt(deps: ReplayDeps, past: Past, now: Millis): Promise<Summary> {
  if (past.asOf === undefined && past.position === undefined) return summaryIn(deps.stores.ledger);
  const { ledger, asOf } = await replay(deps, past, now);
  const summary = await summaryIn(ledger);
  return summary.basis === undefined ? { ...summary, basis: { ...emptyBasis, clock: asOf } } : summary;
}

async function summaryIn(ledger: LedgerStore): Promise<Summary> {
  const found = (await ledger.read(['summary'])).get('summary');
  return found?.kind === 'summary' ? found : { id: 'summary', kind: 'summary', counts: {}, totals: {} };
}
