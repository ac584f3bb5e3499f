import { Refusal } from '../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../core/kernel/time.js';
import type { LogEntry } from '../core/log/entry.js';
import { emptyBasis } from '../core/posture/head.js';
import type { Summary } from '../core/projections/documents.js';
import type { LedgerStore, TenantStores } from '../ports.js';
import { foldEvents, foldUntil, headOf } from './fold.js';
import type { Pending } from './fold-run.js';

/** `scratch` makes an empty ledger that nobody else sees. */
export type ReplayDeps = { stores: TenantStores; scratch: () => LedgerStore };

/** A past state: what was known at an instant, or what the first entries say. Both: those entries, judged at the instant. */
export type Past = { asOf?: string | undefined; position?: number | undefined };

/** Entries read and folded at a time. */
const pageSize = 256;
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
  const ledger = deps.scratch();
  const last = await foldUpTo(deps, ledger, position, past.position === undefined ? asOf : null);
  const clock = last === null ? 0 : millisOf(last.sequencedAt);
  if (asOf !== null && asOf < clock) throw new Refusal('invalid_request', 'position came in after asOf');
  const at = asOf ?? clock;
  await foldUntil({ ledger, now: () => at }, at);
  return { ledger, asOf: instantOf(at) };
}

/** Folds entries before a position, and where an instant is given only those sequenced at it or before. @returns the last. */
async function foldUpTo(
  { stores }: ReplayDeps,
  ledger: LedgerStore,
  position: number,
  known: Millis | null,
): Promise<LogEntry | null> {
  let last: LogEntry | null = null;
  for (let from = 0; from < position; from += pageSize) {
    const page = await stores.ledger.entries(from, Math.min(from + pageSize, position));
    const entries = page.filter((entry) => known === null || millisOf(entry.sequencedAt) <= known);
    await foldEvents({ ledger, now: () => 0 }, await pendingOf(stores, entries));
    last = entries.at(-1) ?? last;
    if (entries.length < page.length) break;
  }
  return last;
}

async function pendingOf(stores: TenantStores, entries: readonly LogEntry[]): Promise<Pending[]> {
  const found = await stores.evidence.getMany(entries.map((entry) => entry.id));
  return entries.map(({ position, sequencedAt, unfoldable }, index) => {
    const evidence = found[index] ?? null;
    if (evidence === null)
      throw new Refusal(
        'conflict',
        `evidence at position ${position} was erased: this state can be proven, not replayed`,
      );
    return { evidence, sequencedAt, ...(unfoldable === undefined ? {} : { unfoldable }) };
  });
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
