import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, hour, millisOf } from '../../shared/core/kernel/time.js';
import { fellPrefix } from '../../shared/core/posture/judged.js';
import type { LedgerDocument, Summary } from '../../shared/core/projections/documents.js';
import { tallyOf } from '../../shared/core/projections/tally.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import type { LedgerStore, StoredEvidence } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { rebuild, type RebuildSource } from '../../shared/usecases/log/rebuild.js';
import { history, start } from './tenant-events.js';

const end = start + 45 * day;

async function documentsOf(ledger: LedgerStore): Promise<LedgerDocument[]> {
  const all: LedgerDocument[] = [];
  for await (const document of ledger.all()) all.push(document);
  return all;
}

const textOf = async (ledger: LedgerStore): Promise<string> => canonicalText(await documentsOf(ledger));

/** Hands events to the fold at the instants they happened, cut into batches, with ticks in between where asked. */
async function live(
  events: readonly StoredEvidence[],
  cuts: readonly number[],
  tickHours: number,
): Promise<LedgerStore> {
  const ledger = memoryLedger();
  let now = start;
  const rest = [...events];
  for (let i = 0; rest.length > 0; i++) {
    const batch = rest.splice(0, cuts[i % cuts.length] ?? 1);
    now = Math.max(now, ...batch.map((e) => millisOf(e.event.time)));
    if (tickHours > 0)
      for (let t = now - 4 * hour; t < now; t += tickHours * hour)
        await foldUntil({ ledger, now: () => now }, t);
    await foldEvents(
      { ledger, now: () => now },
      batch.map((evidence) => ({ evidence })),
    );
  }
  await foldUntil({ ledger, now: () => now }, end);
  return ledger;
}

function sourceOf(ledger: LedgerStore, events: readonly StoredEvidence[]): RebuildSource {
  const byId = new Map(events.map((e) => [e.id, e]));
  return { ledger, evidence: { getMany: (ids) => Promise.resolve(ids.map((id) => byId.get(id) ?? null)) } };
}

/** The log folded anew: in one go, or once more after it died at each of these positions. */
async function replay(
  from: LedgerStore,
  events: readonly StoredEvidence[],
  deaths: readonly number[] = [],
): Promise<LedgerStore> {
  const ledger = memoryLedger(from);
  for (const to of [...deaths, events.length]) await rebuild(sourceOf(from, events), ledger, to);
  await foldUntil({ ledger, now: () => 0 }, end);
  return ledger;
}

describe('rebuild law', () => {
  it('the same log judged at the same instant is the same bytes, however it was cut into batches and ticks', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 1, 3),
        async (events, cuts, tickHours) => {
          const ledger = await live(events, cuts, tickHours);
          const rebuilt = await replay(ledger, events);
          expect(await textOf(rebuilt)).toBe(await textOf(ledger));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a rebuild that died goes on where it stood, and shows of the log what it has folded', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat({ max: 30 }), async (events, n) => {
        const ledger = await live(events, [4], 3);
        const died = n % (events.length + 1);
        const rebuilt = await replay(ledger, events, [died, died]);
        expect(await textOf(rebuilt)).toBe(await textOf(ledger));
        const ids = events.map(({ id }) => id);
        expect(await rebuilt.known(ids)).toEqual(new Set(ids));
        const part = memoryLedger(ledger);
        await rebuild(sourceOf(ledger, events), part, died);
        const entries = await ledger.entries(0, events.length);
        expect(await part.entries(0, events.length)).toEqual(entries.slice(0, died));
        for (const { id, position } of entries)
          expect((await part.entryOf(id)) !== null).toBe(position < died);
      }),
      { numRuns: 15 },
    );
  });

  it('an event handed over again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const ledger = await live(events, [4], 0);
        const before = await textOf(ledger);
        const again = await foldEvents(
          { ledger, now: () => end },
          [...events, ...events].map((evidence) => ({ evidence })),
        );
        expect(again.folded).toBe(0);
        expect(await textOf(ledger)).toBe(before);
      }),
      { numRuns: 25 },
    );
  });

  it('the same events in another order give the same facts and control states once all are in', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (events, random) => {
        const keys = events.map(() => random.next().value as number);
        const shuffled = events
          .map((event, i) => ({ event, key: keys[i] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const [one, other] = await Promise.all([live(events, [3], 0), live(shuffled, [5], 0)]);
        expect(factsOf(await documentsOf(other))).toEqual(factsOf(await documentsOf(one)));
      }),
      { numRuns: 60 },
    );
  });

  it('the summary is the sum of what every document tallies, so no number stands without documents behind it', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const documents = await documentsOf(await live(events, [7], 3));
        const sums: Record<string, number> = {};
        for (const counter of documents.flatMap((d) => [...tallyOf(d)]))
          sums[counter] = (sums[counter] ?? 0) + 1;
        const summary = documents.find((d): d is Summary => d.id === 'summary');
        expect(summary?.counts).toEqual(sums);
        expect(documents.some((d) => d.id === 'summary-next')).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('entries never go back in time, and positions have no gap', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const ledger = await live(events, [2, 5], 1);
        const entries = await ledger.entries(0, events.length);
        expect(entries.map((e) => e.position)).toEqual(events.map((_, i) => i));
        const clocks = entries.map((e) => e.sequencedAt);
        expect([...clocks].sort()).toEqual(clocks);
      }),
      { numRuns: 20 },
    );
  });

  it('two instances racing on one tenant fold every event once', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.scheduler(), async (events, scheduler) => {
        const inner = memoryLedger();
        const ledger = raced(inner, scheduler);
        const pending = events.map((evidence) => ({ evidence }));
        const both = [
          foldEvents({ ledger, now: () => end }, pending),
          foldEvents({ ledger, now: () => end }, [...pending].reverse()),
        ];
        const all = Promise.all(both);
        await scheduler.waitFor(all);
        const results = await all;
        expect(results.reduce((sum, r) => sum + r.folded, 0)).toBe(events.length);
        expect((await inner.entries(0, 1000)).length).toBe(events.length);
      }),
      { numRuns: 20 },
    );
  });
});

/** A ledger whose answers come in an order that fast-check chooses. */
function raced(inner: LedgerStore, scheduler: fc.Scheduler): LedgerStore {
  const wait = () => scheduler.schedule(Promise.resolve());
  return {
    ...inner,
    head: async () => (await wait(), inner.head()),
    read: async (ids) => (await wait(), inner.read(ids)),
    commit: async (batch) => (await wait(), inner.commit(batch)),
  };
}

/** Facts and states of items, approvals and exceptions, without what tells of the way there (since, falls, counts of findings). */
function factsOf(documents: readonly LedgerDocument[]): unknown {
  return documents.flatMap((d) => {
    if (d.kind !== 'item' && d.kind !== 'approval' && d.kind !== 'exception') return [];
    const states = Object.fromEntries(Object.entries(d.states).map(([c, s]) => [c, [s.state, s.evidenceId]]));
    const { findings: _findings, ...rest } = d;
    const labels = 'labels' in d ? d.labels.filter((label) => !label.startsWith(fellPrefix)) : [];
    return [{ ...rest, states, labels }];
  });
}

describe('no-evidence law', () => {
  it('a tenant with nothing in its log has no head, so nothing can be read as passing', async () => {
    expect(await memoryLedger().head()).toBeNull();
  });

  it('time alone never makes a state better', async () => {
    const order = ['enforced', 'shadowed', 'stale', 'missing', 'blocked'];
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 60 }), async (events, days) => {
        const ledger = await live(events, [6], 0);
        const before = new Map((await documentsOf(ledger)).map((d) => [d.id, d]));
        await foldUntil({ ledger, now: () => end }, end + days * day);
        for (const document of await documentsOf(ledger)) {
          const earlier = before.get(document.id);
          if (document.kind !== 'item' || earlier?.kind !== 'item') continue;
          for (const [control, { state }] of Object.entries(document.states)) {
            const was = earlier.states[control]?.state ?? state;
            // An override that ends is no proof: what it left out is judged as before.
            if (was !== 'not_applicable')
              expect(order.indexOf(state) >= order.indexOf(was), control).toBe(true);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
