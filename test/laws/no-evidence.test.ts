import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { serviceOnlyEvents } from '../../schemas/events/types.js';
import { eventNameOf } from '../../schemas/evidence.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { day, millisOf } from '../../shared/core/kernel/time.js';
import { catalogue, controlById } from '../../shared/core/posture/catalogue.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import type { Approval, Exception, Item, LedgerDocument } from '../../shared/core/projections/documents.js';
import type { ItemState } from '../../shared/core/projections/facts.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { history, start } from './tenant-events.js';

/* The no-evidence law over the whole catalogue: for any history, at any instant. */

const good = new Set(['enforced', 'shadowed', 'stale']);

async function foldedAt(events: readonly StoredEvidence[], until: number): Promise<LedgerDocument[]> {
  const ledger = memoryLedger();
  const inOrder = [...events].sort((a, b) => millisOf(a.event.time) - millisOf(b.event.time));
  for (const evidence of inOrder)
    await foldEvents({ ledger, now: () => millisOf(evidence.event.time) }, [{ evidence }]);
  await foldUntil({ ledger, now: () => until }, until);
  const documents: LedgerDocument[] = [];
  for await (const document of ledger.all()) documents.push(document);
  return documents;
}

type Judged = Item | Approval | Exception;
const isJudged = (d: LedgerDocument): d is Judged =>
  d.kind === 'item' || d.kind === 'approval' || d.kind === 'exception';
const statesOf = (documents: readonly LedgerDocument[]): [control: string, ItemState, Judged][] =>
  documents
    .filter(isJudged)
    .flatMap((d) =>
      Object.entries(d.states).map(([control, state]): [string, ItemState, Judged] => [control, state, d]),
    );

const instants = fc.integer({ min: 41, max: 200 }).map((days) => start + days * day);

describe('no-evidence law over the whole catalogue', () => {
  it('whatever stands enforced, shadowed or stale stands on an event of the log that counts', async () => {
    await fc.assert(
      fc.asyncProperty(history, instants, async (events, until) => {
        const byId = new Map(events.map((e) => [e.id, e]));
        for (const [control, { state, evidenceId }] of statesOf(await foldedAt(events, until))) {
          if (!good.has(state)) continue;
          const evidence = byId.get(evidenceId ?? '');
          expect(evidence, `${control}: ${state}`).toBeDefined();
          expect(evidence?.admission.provenance, control).toBe('live');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('what the service itself says never satisfies a control about what agents and people do', async () => {
    await fc.assert(
      fc.asyncProperty(history, instants, async (events, until) => {
        const own = new Set(events.filter((e) => e.admission.sourceId === 'aispm').map((e) => e.id));
        for (const [control, { state, evidenceId }] of statesOf(await foldedAt(events, until)))
          if (good.has(state) && own.has(evidenceId ?? ''))
            expect(controlById.get(control)?.domain, control).toBe('operations');
      }),
      { numRuns: 30 },
    );
  });

  it('a log of the service’s own words proves nothing about any agent, repository, workflow or tool', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        const own = events.filter((e) =>
          serviceOnlyEvents.has(eventNameOf(e.event.type) ?? 'intent.declared'),
        );
        const documents = await foldedAt(own, start + 41 * day);
        const summary = documents.find((d) => d.id === 'summary');
        const posture = postureOf(
          'harbour',
          summary?.kind === 'summary' ? summary : { id: 'summary', kind: 'summary', counts: {}, totals: {} },
        );
        expect(posture.score.tenths).toBeNull();
        expect(posture.verdict).not.toBe('on_target');
        for (const { id, domain, state } of posture.controls)
          if (domain !== 'operations')
            expect(['missing', 'not_observed', 'not_applicable'], id).toContain(state);
      }),
      { numRuns: 30 },
    );
  });

  it('a control is not applicable only by an override that is in the log, names it, and has not expired', async () => {
    await fc.assert(
      fc.asyncProperty(history, instants, async (events, until) => {
        const byId = new Map(events.map((e) => [e.id, e.event]));
        for (const [control, { state, evidenceId }] of statesOf(await foldedAt(events, until))) {
          if (state !== 'not_applicable') continue;
          const event = byId.get(evidenceId ?? '');
          expect(event?.type).toBe('aispm.control.overridden');
          if (event?.type !== 'aispm.control.overridden') continue;
          expect(event.data.control).toBe(control);
          expect(event.data.applicable).toBe(false);
          expect(millisOf(event.data.expiresAt)).toBeGreaterThan(until);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('declaring everything and doing nothing enforces only what a declaration is evidence of', async () => {
    const told = history.map((events) => events.filter((e) => e.event.type === 'aispm.inventory.declared'));
    await fc.assert(
      fc.asyncProperty(told, async (events) => {
        for (const [control, { state }] of statesOf(await foldedAt(events, start + 41 * day))) {
          const by = controlById.get(control)?.judgement.by;
          if (by !== 'inventory' && by !== 'declaration') expect(state, control).toBe('missing');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('every control of the catalogue can be judged: some history brings it into scope', async () => {
    const seen = new Set<string>();
    const sampled = fc.sample(history, { numRuns: 300, seed: 7 });
    for (const events of sampled)
      for (const [control] of statesOf(await foldedAt(events, start + 41 * day))) seen.add(control);
    const unseen = catalogue.map((c) => c.id).filter((id) => !seen.has(id));
    expect(unseen).toEqual([]);
  });
});
