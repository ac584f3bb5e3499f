import type { LogEntry } from '../../core/log/entry.js';
import type { LedgerStore } from '../../ports.js';
import { frozen } from './clone.js';

/** The entries of a ledger in memory. */
export type EntryLog = Pick<LedgerStore, 'entries' | 'entryOf' | 'known'> & {
  /** Whether one of the events is in the log already. */
  meets(entries: readonly LogEntry[]): boolean;
  append(entries: readonly LogEntry[]): void;
};

export function keptEntries(): EntryLog {
  const byId = new Map<string, LogEntry>();
  const byPosition = new Map<number, LogEntry>();
  return {
    meets: (entries) => entries.some(({ id }) => byId.has(id)),
    append(entries) {
      for (const entry of entries.map(frozen)) {
        byId.set(entry.id, entry);
        byPosition.set(entry.position, entry);
      }
    },
    entries(from, to) {
      const found: LogEntry[] = [];
      for (let position = from; position < Math.min(to, from + byId.size); position += 1) {
        const entry = byPosition.get(position);
        if (entry !== undefined) found.push(entry);
      }
      return Promise.resolve(found);
    },
    entryOf: (evidenceId) => Promise.resolve(byId.get(evidenceId) ?? null),
    known: (ids) => Promise.resolve(new Set(ids.filter((id) => byId.has(id)))),
  };
}

/** A log that another ledger keeps; what it knows is told from where its entries stand. */
export type BorrowedLog = Pick<LedgerStore, 'entries' | 'entryOf'>;

/** Entries that are folded again and stand in another log: read there, as far as this ledger has come, and not kept. */
export function borrowedEntries(log: BorrowedLog, size: () => number): EntryLog {
  const entryOf: BorrowedLog['entryOf'] = async (evidenceId) => {
    const entry = await log.entryOf(evidenceId);
    return entry !== null && entry.position < size() ? entry : null;
  };
  return {
    meets: (entries) => entries.some(({ position }) => position < size()),
    append: () => undefined,
    entries: (from, to) => log.entries(from, Math.min(to, size())),
    entryOf,
    async known(ids) {
      const found = await Promise.all(ids.map(entryOf));
      return new Set(found.flatMap((entry) => (entry === null ? [] : [entry.id])));
    },
  };
}
