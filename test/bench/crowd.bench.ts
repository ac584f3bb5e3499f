import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import {
  StoreUnavailable,
  type LedgerList,
  type LedgerStore,
  type StoredEvidence,
} from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import type { Account } from './account.js';
import { copy } from './posture.bench.js';
import { processorSeconds, quantile } from './rate.js';
import { openFolder } from './units.bench.js';
import { decisionData, start, storedOf, tenantId } from './workload.js';

/*
 * A tenant with many agents and many open findings: each agent has a repository, a workflow and a tool of its own, none is
 * declared, and the runtime only observes, so nearly every control of each of them is an open finding.
 */

/** Kinds of action in a round; after one round of every agent each finding is there. */
const kinds = 4;
const interval = 250;

/** The n-th to the `to`-th decision of a crowd, one each 250 ms since `began`. */
function shadowed(from: number, to: number, agents: number, began = start): StoredEvidence[] {
  const spread = { agents, repositories: agents, workflows: agents, tools: agents };
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const data = { ...decisionData(n, spread), mode: 'shadow' as const };
    return storedOf('decision.recorded', `dec-${n}`, began + n * interval, data);
  });
}

/** Milliseconds from the first to the last of a crowd's decisions. */
export const crowdLasts = (agents: number): number => agents * kinds * interval;

/**
 * A crowd's ledger in memory, after one round of every agent's actions.
 * @param began of the first decision, milliseconds since the epoch
 */
export async function crowdOf(agents: number, began = start): Promise<LedgerStore> {
  const ledger = memoryLedger();
  const end = agents * kinds;
  for (let from = 0; from < end; from += 80) {
    const some = shadowed(from, Math.min(from + 80, end), agents, began);
    await foldEvents(
      { ledger, now: () => began + end * interval },
      some.map((evidence) => ({ evidence })),
    );
  }
  return ledger;
}

export async function openFindings(ledger: LedgerStore): Promise<number> {
  const summary = (await ledger.read(['summary'])).get('summary');
  if (summary?.kind !== 'summary') return 0;
  return Object.entries(summary.counts).reduce(
    (sum, [name, count]) => sum + (/^findings\/open\//.test(name) ? count : 0),
    0,
  );
}

/** Decisions a second of processor time that are folded into a crowd's ledger in memory; each moves findings. */
export async function foldRate(ledger: LedgerStore, agents: number, events: number): Promise<number> {
  const from = agents * kinds;
  const batches = Array.from({ length: events / 40 }, (_, n) =>
    shadowed(from + n * 40, from + (n + 1) * 40, agents).map((evidence) => ({ evidence })),
  );
  const now = start + (from + events) * interval;
  const began = processorSeconds();
  for (const batch of batches) await foldEvents({ ledger, now: () => now }, batch);
  return events / (processorSeconds() - began);
}

export type ListRow = { name: string; requestUnits: number; milliseconds: number };
export type CrowdUnits = { foldUnitsPerEvent: number; lists: ListRow[] };

/** Rows in a page: few enough that a small crowd has a second one. */
export const pageSize = 10;

const lists: readonly (readonly [string, LedgerList])[] = [
  ['findings, worst first', { kind: 'finding', orderBy: 'rank', limit: pageSize }],
  [
    'findings of one severity, worst first',
    { kind: 'finding', where: { severity: 'high' }, orderBy: 'rank', limit: pageSize },
  ],
  ['findings by due date, open first', { kind: 'finding', orderBy: 'dueRank', limit: pageSize }],
  ['agents, worst first', { kind: 'item', where: { itemKind: 'agent' }, orderBy: 'rank', limit: pageSize }],
  [
    'items that fail a control',
    { kind: 'item', failing: 'secret-files:shadowed', orderBy: 'rank', limit: pageSize },
  ],
];

/** Asks until there is an answer: the stand-in makes an index when one is first needed, longer than a request may take. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

/** Times each page is asked for: an odd number, so that the median is one that was measured. */
const repeats = 9;

/** Median of several, in milliseconds: one alone tells more of the machine than of the page. */
async function usualTime(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < repeats; n++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}

/** What a page of each list, and folding one event more, asks of an account that holds a crowd. */
export async function crowdUnits(account: Account, crowd: LedgerStore, agents: number): Promise<CrowdUnits> {
  const { ledger } = account.stores.open(tenantId);
  await copy(crowd, ledger);
  const rows: ListRow[] = [];
  for (const [name, query] of lists) {
    const first = await answered(() => ledger.list(query));
    for (const [page, cursor] of [
      ['first page', undefined],
      ['next page', first.cursor],
    ] as const) {
      const asked = { ...query, ...(cursor === undefined ? {} : { cursor }) };
      await answered(() => ledger.list(asked));
      const { total } = await account.cost(() => ledger.list(asked));
      const milliseconds = await usualTime(() => ledger.list(asked));
      rows.push({ name: `${name}, ${page}`, requestUnits: total, milliseconds });
    }
  }
  const folder = openFolder(account.stores);
  const from = agents * kinds;
  folder.clock.set(start + (from + 41) * interval);
  await folder.fold(shadowed(from, from + 1, agents));
  const { total } = await account.cost(() => folder.fold(shadowed(from + 1, from + 41, agents)));
  return { foldUnitsPerEvent: total / 40, lists: rows };
}
