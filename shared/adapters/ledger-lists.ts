import type { LedgerDocument } from '../core/projections/documents.js';
import type { LedgerList } from '../ports.js';

/*
 * What lists of ledger documents can ask for, in every adapter alike. Each name costs an index term on every write of a
 * document that has it, so a name stands here only while a query uses it.
 */

/** Members that `LedgerList.where` may name. */
export const listFilters = [
  'itemKind',
  'status',
  'state',
  'severity',
  'subject',
  'control',
  'agent',
  'owner',
  'overdue',
  'breakGlass',
  'report',
  'recipient',
] as const;

/** Due since ever: what was never reckoned is looked at by the next tick. */
export const dueAtOnce = '1970-01-01T00:00:00.000Z';

const kinds: Record<LedgerDocument['kind'], true> = {
  head: true,
  config: true,
  item: true,
  approval: true,
  exception: true,
  finding: true,
  session: true,
  report: true,
  delivery: true,
  recipient: true,
  references: true,
  summary: true,
  day: true,
  'day-clock': true,
  journey: true,
};

/** Every kind of ledger document; the compiler keeps it complete. */
export const ledgerKinds = Object.keys(kinds) as LedgerDocument['kind'][];

/** @throws RangeError where a filter has no index: it would read the whole ledger. */
export function refuseUnindexed(where: LedgerList['where']): void {
  const unknown = Object.keys(where ?? {}).find((name) => !listFilters.some((filter) => filter === name));
  if (unknown !== undefined) throw new RangeError(`no index serves the filter ${unknown}`);
}

/**
 * The id under which a document is stored. Cosmos refuses / \ ? # in ids, and % and a space at the end are read
 * differently along the way, but names of repositories and tools hold them. Reversible; the order of lists is the
 * order of this form.
 */
export const storedId = (id: string): string =>
  id.replace(/[~/\\?#%]| $/g, (c) => `~${c.charCodeAt(0).toString(16)}`);

export const originalId = (stored: string): string =>
  stored.replace(/~([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
