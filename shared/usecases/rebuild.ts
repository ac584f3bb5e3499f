import { Refusal } from '../core/kernel/refusal.js';
import { millisOf, type Millis } from '../core/kernel/time.js';
import type { LogEntry } from '../core/log/entry.js';
import type { EvidenceStore, LedgerStore } from '../ports.js';
import { foldEvents, headOf } from './fold.js';
import type { Pending } from './fold-run.js';

/** Where a rebuild reads: the log that stands, and its evidence. */
export type RebuildSource = {
  ledger: Pick<LedgerStore, 'entries'>;
  evidence: Pick<EvidenceStore, 'getMany'>;
};

/** Entries read and folded at a time; while one page is folded the next is read, and no more is ever held. */
const pageSize = 256;

type FoldedPage = { entries: LogEntry[]; pending: Pending[]; last: boolean };

/**
 * Folds the entries of a log anew into another ledger, from where that ledger stands up to a position (rebuild law). It may
 * die at any point and be called again. @param known where given, only entries sequenced at it or before
 * @returns the last entry folded by this call, null where there was none
 * @throws Refusal `conflict` where evidence was erased: from there on the log can be proven and not folded
 */
export async function rebuild(
  source: RebuildSource,
  into: LedgerStore,
  to: number,
  known: Millis | null = null,
): Promise<LogEntry | null> {
  const { document } = await headOf(into);
  let newest: LogEntry | null = null;
  let next = readPage(source, document.size, to, known);
  for (let from = document.size + pageSize; ; from += pageSize) {
    const { entries, pending, last } = await next;
    if (!last) next = readPage(source, from, to, known);
    // Asked for below; until then a failure of it is nobody's to hear.
    next.catch(() => undefined);
    await foldEvents({ ledger: into, now: () => 0 }, pending);
    newest = entries.at(-1) ?? newest;
    if (last) return newest;
  }
}

async function readPage(
  { ledger, evidence }: RebuildSource,
  from: number,
  to: number,
  known: Millis | null,
): Promise<FoldedPage> {
  const end = Math.min(from + pageSize, to);
  const page = await ledger.entries(from, end);
  const entries = page.filter(({ sequencedAt }) => known === null || millisOf(sequencedAt) <= known);
  const found = await evidence.getMany(entries.map(({ id }) => id));
  const pending = entries.map(({ position, sequencedAt, unfoldable }, index): Pending => {
    const stored = found[index] ?? null;
    if (stored === null)
      throw new Refusal(
        'conflict',
        `evidence at position ${position} was erased: this state can be proven, not replayed`,
      );
    return { evidence: stored, sequencedAt, ...(unfoldable === undefined ? {} : { unfoldable }) };
  });
  return { entries, pending, last: end >= to || entries.length < page.length };
}
