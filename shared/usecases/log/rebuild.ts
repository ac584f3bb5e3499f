import { Refusal } from '../../core/kernel/refusal.js';
import type { EvidenceStore, LedgerStore } from '../../ports.js';
import { foldEvents, headOf } from './fold.js';
import type { Pending } from './fold-run.js';

/** Where a rebuild reads: the log that stands, and its evidence. */
export type RebuildSource = {
  ledger: Pick<LedgerStore, 'entries'>;
  evidence: Pick<EvidenceStore, 'getMany'>;
};

/** Entries read and folded at a time; while one page is folded the next is read, and no more is ever held. */
const pageSize = 256;

/**
 * Folds the entries of a log anew into another ledger, from where that ledger stands up to a position (rebuild law). It may
 * die at any point and be called again.
 * @throws Refusal `conflict` where evidence was erased: from there on the log can be proven and not folded
 */
export async function rebuild(source: RebuildSource, into: LedgerStore, to: number): Promise<void> {
  const { document } = await headOf(into);
  const pageAt = (from: number): Promise<Pending[]> => {
    const page = from < to ? readPage(source, from, Math.min(from + pageSize, to)) : Promise.resolve([]);
    // It is asked for later; until then a failure of it is nobody's to hear.
    page.catch(() => undefined);
    return page;
  };
  let next = pageAt(document.size);
  for (let from = document.size; from < to; from += pageSize) {
    const pending = await next;
    next = pageAt(from + pageSize);
    await foldEvents({ ledger: into, now: () => 0 }, pending);
  }
}

/** Entries of a log with their evidence, ready to be folded. @throws Refusal `conflict` where evidence was erased */
export async function readPage(
  { ledger, evidence }: RebuildSource,
  from: number,
  to: number,
): Promise<Pending[]> {
  const entries = await ledger.entries(from, to);
  const found = await evidence.getMany(entries.map(({ id }) => id));
  return entries.map(({ position, sequencedAt, unfoldable }, index) => {
    const stored = found[index] ?? null;
    if (stored === null)
      throw new Refusal(
        'conflict',
        `evidence at position ${position} was erased: this state can be proven, not replayed`,
      );
    return { evidence: stored, sequencedAt, ...(unfoldable === undefined ? {} : { unfoldable }) };
  });
}
