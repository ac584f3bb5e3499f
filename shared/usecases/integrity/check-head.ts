import { isBy } from '../../core/kernel/time.js';
import type { Head, LedgerDocument } from '../../core/projections/documents.js';
import { holds, type Notes } from './fault.js';
import type { Rebuild } from './rebuild.js';

/**
 * The head's clock is what a rebuild lets pass, so nothing that is rebuilt can tell of it; the counters are of the same time.
 * @returns whether it can be rebuilt to
 */
export function checkClock(
  { clock, size }: Head,
  documents: readonly LedgerDocument[] | null,
  latest: string,
  notes: Notes,
): boolean {
  const summary = documents?.find((document) => document.kind === 'summary');
  const same = summary === undefined || summary.basis?.clock === clock;
  holds(notes, same, 'projections', size, 'head', 'its clock is not that of the counters');
  return holds(notes, isBy(clock, latest), 'projections', size, 'head', 'its time is none that has passed');
}

/** A head half through a wide change stands where the log makes one: nothing else may keep documents from being compared. */
export function checkSweep(rebuild: Rebuild, head: Head, notes: Notes): void {
  if (head.sweep === null) return;
  const made = rebuild.sweptAt(head);
  holds(
    notes,
    made,
    'projections',
    head.size,
    'head',
    'it is half through a change that the log does not make',
  );
}
