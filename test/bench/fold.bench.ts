import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import type { LedgerStore } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { processorSeconds } from './rate.js';
import { beginnings, decisions, fleet, start, type Spread } from './workload.js';

/** A ledger in memory that the first decisions of a workload are folded into, and how many a second of one core it took. */
export async function foldInMemory(
  events: number,
  spread: Spread = fleet,
  batch = 40,
): Promise<{ ledger: LedgerStore; perSecond: number }> {
  const ledger = memoryLedger();
  const now = (): number => start + events * 250;
  const fold = (some: ReturnType<typeof decisions>) =>
    foldEvents(
      { ledger, now },
      some.map((evidence) => ({ evidence })),
    );
  await fold(beginnings(spread));
  let seconds = 0;
  for (let from = 0; from < events; from += batch) {
    const some = decisions(from, Math.min(from + batch, events), spread);
    const began = processorSeconds();
    await fold(some);
    seconds += processorSeconds() - began;
  }
  return { ledger, perSecond: events / seconds };
}
