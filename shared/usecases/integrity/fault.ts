import type { IntegrityFault } from '../../../schemas/answers/integrity.js';
import { NotVerified } from '../../core/log/checks.js';

/** Faults found so far, and how much was looked at. One list for all parts of a check. */
export type Notes = {
  faults: IntegrityFault[];
  checked: Record<IntegrityFault['part'], number>;
};

export const newNotes = (): Notes => ({
  faults: [],
  checked: {
    entries: 0,
    evidence: 0,
    projections: 0,
    bundles: 0,
    checkpoints: 0,
    snapshots: 0,
    documents: 0,
    artifacts: 0,
    manifests: 0,
    reviews: 0,
    archives: 0,
    keys: 0,
    configuration: 0,
  },
});

/** Notes a fault unless the statement holds. @returns whether it holds. */
export function holds(
  notes: Notes,
  statement: boolean,
  part: IntegrityFault['part'],
  position: number | null,
  name: string,
  detail: string,
): boolean {
  if (!statement) notes.faults.push({ part, position, name, detail });
  return statement;
}

/** Runs a verification that throws, and notes what it says. @returns its value, or null where it does not hold. */
export function attempt<T>(
  notes: Notes,
  part: IntegrityFault['part'],
  position: number | null,
  name: string,
  verify: () => T,
): T | null {
  try {
    return verify();
  } catch (error) {
    const detail =
      error instanceof NotVerified ? error.message : 'it cannot be read in the form it should have';
    notes.faults.push({ part, position, name, detail });
    return null;
  }
}
