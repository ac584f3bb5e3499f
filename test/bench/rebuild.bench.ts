import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { instantOf, second } from '../../shared/core/kernel/time.js';
import type { LogEntry } from '../../shared/core/log/entry.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { headOf } from '../../shared/usecases/log/fold.js';
import { rebuild, type RebuildSource } from '../../shared/usecases/log/rebuild.js';
import { processorSeconds } from './rate.js';
import { beginnings, decisions, fleet } from './workload.js';

/** `perSecond` of processor time; `peakMegabytes` of memory that the process ever held, Node itself included. */
export type RebuildRow = { events: number; perSecond: number; peakMegabytes: number };

/** Entries that a made-up log still knows: a decision refers to the one before it, which may be a page back. */
const mostRecent = 2048;

/** A log that is made as it is read, so that what a rebuild holds is all that is held. Sequenced once a second. */
function madeUpLog(): RebuildSource & {
  ledger: Pick<LedgerStore, 'entries' | 'entryOf'>;
  seconds(): number;
} {
  const first = beginnings(fleet);
  const recent = new Map<string, { evidence: StoredEvidence; position: number }>();
  const beginning = new Map(first.map((evidence, position) => [evidence.id, { evidence, position }]));
  const known = (id: string) => beginning.get(id) ?? recent.get(id) ?? null;
  let making = 0;
  const entryAt = (evidence: StoredEvidence, position: number): LogEntry => ({
    position,
    id: evidence.id,
    digest: evidence.digest,
    sequencedAt: instantOf(Math.ceil(Date.parse(evidence.event.time) / second) * second),
  });
  const make = (from: number, to: number): StoredEvidence[] => [
    ...first.slice(from, to),
    ...decisions(Math.max(0, from - first.length), Math.max(0, to - first.length), fleet),
  ];
  return {
    seconds: () => making,
    ledger: {
      entries(from, to) {
        const began = processorSeconds();
        const made = make(from, to);
        made.forEach((evidence, n) => recent.set(evidence.id, { evidence, position: from + n }));
        // The oldest go.
        for (const id of recent.keys()) {
          if (recent.size <= mostRecent) break;
          recent.delete(id);
        }
        making += processorSeconds() - began;
        return Promise.resolve(made.map((evidence, n) => entryAt(evidence, from + n)));
      },
      entryOf(id) {
        const found = known(id);
        return Promise.resolve(found === null ? null : entryAt(found.evidence, found.position));
      },
    },
    evidence: { getMany: (ids) => Promise.resolve(ids.map((id) => known(id)?.evidence ?? null)) },
  };
}

/** Rebuilds a fleet's log of that many entries in this process. */
export async function rebuildHere(events: number): Promise<RebuildRow> {
  const log = madeUpLog();
  const ledger = memoryLedger(log.ledger);
  const began = processorSeconds();
  await rebuild(log, ledger, events);
  const seconds = processorSeconds() - began - log.seconds();
  const { size } = (await headOf(ledger)).document;
  if (size !== events) throw new Error(`rebuilt ${size} of ${events} entries`);
  return { events, perSecond: events / seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

/** Megabytes of heap that a rebuild is allowed: it dies if it holds more, and the engine cannot put off its collecting. */
const mostHeap = 320;

/** Each in a process of its own: only so is the peak its own. */
export async function rebuildBench(sizes: readonly number[]): Promise<RebuildRow[]> {
  const child = fileURLToPath(new URL('rebuild-child.js', import.meta.url));
  const rows: RebuildRow[] = [];
  for (const events of sizes) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${mostHeap}`,
      child,
      String(events),
    ]);
    rows.push(JSON.parse(stdout) as RebuildRow);
  }
  return rows;
}
