import { canonicalText } from '../../core/kernel/canonical.js';
import { millisOf } from '../../core/kernel/time.js';
import type { Head, LedgerDocument } from '../../core/projections/documents.js';
import type { LedgerStore } from '../../ports.js';
import { foldEvents, foldUntil } from '../log/fold.js';
import { holds, type Notes } from './fault.js';
import type { Snapshot } from './snapshots.js';
import type { Walked } from './walk-log.js';

/** A ledger in memory that is brought up from the log beside the stored one (rebuild law). */
export type Rebuild = {
  ledger: LedgerStore;
  /** Folds a page; snapshots that stand within it are compared when their position is reached. */
  add(page: Walked): Promise<void>;
  /** Whether the log makes a wide change where a head stands: there is no other place to be half through one. */
  sweptAt(head: Head): boolean;
};

const placeOf = ({ size, clock }: Head): string => `${size} ${clock}`;

export async function startRebuild(
  scratch: LedgerStore,
  start: Snapshot | null,
  snapshots: readonly Snapshot[],
  notes: Notes,
): Promise<Rebuild> {
  const made = new Map<string, string | undefined>();
  const sweeps = new Set<string>();
  const ledger: LedgerStore = {
    ...scratch,
    commit(batch) {
      for (const { id, unfoldable } of batch.entries) made.set(id, unfoldable);
      for (const document of batch.documents)
        if (document.kind === 'head' && document.sweep !== null) sweeps.add(placeOf(document));
      return scratch.commit(batch);
    },
  };
  if (start !== null)
    await ledger.commit({ headETag: null, entries: [], documents: start.documents, deletes: [] });
  return {
    ledger,
    sweptAt: (head) => sweeps.has(placeOf(head)),
    async add({ entries, evidence }) {
      let done = 0;
      const size = (entries[0]?.position ?? 0) + entries.length;
      for (const snapshot of snapshots.filter(
        (s) => s !== start && s.size > size - entries.length && s.size <= size,
      )) {
        const upTo = entries.length - (size - snapshot.size);
        await fold({ entries: entries.slice(done, upTo), evidence: evidence.slice(done, upTo) });
        done = upTo;
        await foldUntil({ ledger, now: () => 0 }, millisOf(snapshot.clock));
        await compare(
          ledger,
          snapshot.documents,
          { part: 'snapshots', position: snapshot.size, of: snapshot.name },
          notes,
        );
      }
      await fold({ entries: entries.slice(done), evidence: evidence.slice(done) });
    },
  };

  async function fold({ entries, evidence }: Walked): Promise<void> {
    const pending = entries.flatMap((entry, index) => {
      const found = evidence[index] ?? null;
      // The digest is the entry's: a changed event is found as such, and must not be found again as another tree.
      return found === null
        ? []
        : [{ evidence: { ...found, id: entry.id, digest: entry.digest }, sequencedAt: entry.sequencedAt }];
    });
    await foldEvents({ ledger, now: () => 0 }, pending);
    for (const { id, unfoldable, position } of entries) {
      const same = !made.has(id) || made.get(id) === unfoldable;
      holds(notes, same, 'entries', position, id, 'whether the event can be folded is told otherwise');
    }
    made.clear();
  }
}

/** Holds stored documents to the rebuilt ones, document by document. */
export async function compare(
  rebuilt: LedgerStore,
  stored: readonly LedgerDocument[],
  what: { part: 'projections' | 'snapshots'; position: number; of: string },
  notes: Notes,
): Promise<void> {
  const { part, position, of } = what;
  const rest = new Map(stored.map((document) => [document.id, canonicalText(document)]));
  notes.checked[part] += part === 'snapshots' ? 1 : rest.size;
  const name = (id: string): string => (of === '' ? id : `${of}#${id}`);
  for await (const document of rebuilt.all()) {
    const text = rest.get(document.id);
    rest.delete(document.id);
    if (
      holds(
        notes,
        text !== undefined,
        part,
        position,
        name(document.id),
        'the log makes it, and it is missing',
      )
    )
      holds(
        notes,
        text === canonicalText(document),
        part,
        position,
        name(document.id),
        'it is not what the log makes',
      );
  }
  for (const id of rest.keys()) holds(notes, false, part, position, name(id), 'the log does not make it');
}
