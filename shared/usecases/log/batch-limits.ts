import { utf8 } from '../../core/kernel/bytes.js';
import type { LedgerDocument } from '../../core/projections/documents.js';
import type { Workspace } from '../../core/projections/workspace.js';

/** Cosmos allows 100 operations and 2 MB a batch; the rest is left for the head and for what JSON adds on the wire. */
export const maxOperations = 96;
const maxBytes = 1_500_000;
/** More than an entry takes. */
const entryBytes = 400;

/** Whether what changed, with that many entries, is few enough operations for one batch: told by counting. */
export const fewEnough = (workspace: Workspace, entries: number): boolean =>
  workspace.changeCount + entries <= maxOperations;

/** Whether it is small enough too: told by writing all of it down, so asked once a run and not once an event. */
export const smallEnough = (workspace: Workspace, entries: number): boolean =>
  workspace.changes().reduce((sum, document) => sum + lengthOf(document), entryBytes * entries) <= maxBytes;

export const fits = (workspace: Workspace, entries: number): boolean =>
  fewEnough(workspace, entries) && smallEnough(workspace, entries);

/** Documents are values, so a length once measured holds. */
const lengths = new WeakMap<LedgerDocument, number>();

/** Bytes of UTF-8. */
function lengthOf(document: LedgerDocument): number {
  const length = lengths.get(document) ?? utf8(JSON.stringify(document)).length;
  lengths.set(document, length);
  return length;
}
