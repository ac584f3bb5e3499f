import { canonicalBytes, canonicalText } from '../../core/kernel/canonical.js';
import { fromHex, toHex } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { leafBytes } from '../../core/kernel/leaf.js';
import { instantOf, isBy, type Millis } from '../../core/kernel/time.js';
import type { LogEntry } from '../../core/log/entry.js';
import { appendLeaf, rootOf } from '../../core/log/merkle.js';
import type { Head } from '../../core/projections/documents.js';
import type { StoredEvidence, TenantStores } from '../../ports.js';
import { bundleSize } from '../log/checkpoints.js';
import { holds, type Notes } from './fault.js';

/** Entries of one page with their evidence; null where it is not there. */
export type Walked = { entries: LogEntry[]; evidence: (StoredEvidence | null)[] };

export type WalkPlan = {
  /** Size and frontier to start from: nothing, or a snapshot's head. A multiple of the size of a bundle, or it is not compared with bundles. */
  start: Pick<Head, 'size' | 'frontier'>;
  head: Head;
  /** What was received before is, by the tenant's retention, no longer here. */
  erasedBefore: Millis;
  /** No entry can have been made after it. */
  latest: string;
  /** Sizes whose roots are wanted, for checkpoints and snapshots. */
  sizes: ReadonlySet<number>;
};

/**
 * Reads the log from its start to its head: every place once and in order, its clock never going back, every event there
 * and what its entry says, and at the end the tree that the head stands for. Calls `each` for every page, in order.
 * @returns frontiers, as hexadecimal, by wanted size.
 */
export async function walkLog(
  stores: TenantStores,
  { start, head, erasedBefore, latest, sizes }: WalkPlan,
  notes: Notes,
  each: (page: Walked) => Promise<void>,
): Promise<Map<number, string[]>> {
  const frontiers = new Map<number, string[]>();
  let frontier = start.frontier.map(fromHex);
  let clock = '';
  const keep = (size: number): void => {
    if (sizes.has(size)) frontiers.set(size, frontier.map(toHex));
  };
  keep(start.size);
  for (let from = start.size; from < head.size; from = nextPage(from)) {
    const entries = await stores.ledger.entries(from, Math.min(nextPage(from), head.size));
    const evidence = await stores.evidence.getMany(entries.map(({ id }) => id));
    for (const [index, entry] of entries.entries()) {
      const place = from + index;
      if (
        !holds(
          notes,
          entry.position === place,
          'entries',
          place,
          entry.id,
          'there is no entry at this position',
        )
      )
        return frontiers;
      const passed = isBy(entry.sequencedAt, latest);
      holds(notes, passed, 'entries', place, entry.id, 'its time is none that has passed');
      holds(notes, entry.sequencedAt >= clock, 'entries', place, entry.id, 'the clock of the log goes back');
      clock = entry.sequencedAt;
      frontier = appendLeaf(frontier, place, leafBytes(entry));
      keep(place + 1);
      checkEvidence(entry, evidence[index] ?? null, erasedBefore, notes);
    }
    notes.checked.entries += entries.length;
    const place = from + entries.length;
    const whole = place === Math.min(nextPage(from), head.size);
    if (!holds(notes, whole, 'entries', place, '', 'the log ends here, before its head')) return frontiers;
    await each({ entries, evidence });
  }
  holds(
    notes,
    canonicalText(frontier.map(toHex)) === canonicalText(head.frontier),
    'entries',
    head.size,
    'head',
    'the entries do not make the tree that the head of the log stands for',
  );
  return frontiers;
}

const nextPage = (from: number): number => (Math.floor(from / bundleSize) + 1) * bundleSize;

function checkEvidence(
  entry: LogEntry,
  evidence: StoredEvidence | null,
  erasedBefore: Millis,
  notes: Notes,
): void {
  const { position, id } = entry;
  if (evidence === null) {
    const erased = entry.sequencedAt < instantOf(erasedBefore);
    holds(
      notes,
      erased,
      'evidence',
      position,
      id,
      'the event is not there, and its time to be kept is not over',
    );
    return;
  }
  notes.checked.evidence += 1;
  const { event, admission } = evidence;
  const digest = sha256Hex(canonicalBytes({ event, admission }));
  const own = evidence.id === id && evidenceIdOf(event.source, event.id) === id;
  holds(notes, own, 'evidence', position, id, 'another event stands under this id');
  holds(
    notes,
    digest === entry.digest && evidence.digest === entry.digest,
    'evidence',
    position,
    id,
    'the event or its admission is not what was logged',
  );
}

/** Root of a tree as checkpoints tell it, from a frontier. */
export const rootOfFrontier = (frontier: readonly string[]): string => toHex(rootOf(frontier.map(fromHex)));
