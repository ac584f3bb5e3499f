import { expect, it } from 'vitest';

import { diffQuerySchema, diffSchema } from '../../schemas/answers/changes.js';
import type { EventData, EventName } from '../../schemas/events/types.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { diffPosture } from '../../shared/usecases/posture/diff-posture.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from './told.js';

/* What changed between two instants, in words, each with the event that caused it or time alone. */

function told() {
  const stores = memoryStores().open(tenantId);
  let count = 0;
  return {
    deps: { stores, blobs: memoryBlobs().open(tenantId), scratch: memoryLedger },
    tell: async <N extends EventName>(
      name: N,
      data: EventData<N>,
      at: number,
      sourceId?: string,
    ): Promise<string> => {
      const evidence = evidenceOf(name, data, at, `e${count++}`, sourceId === undefined ? {} : { sourceId });
      await stores.evidence.create(evidence);
      await foldEvents({ ledger: stores.ledger, now: () => at }, [{ evidence }]);
      return evidence.id;
    },
  };
}

it('tells of each change what it is about, what it is now and what it was, and what caused it', async () => {
  const { deps, tell } = told();
  await tell(
    'inventory.declared',
    { items: [{ kind: 'agent', id: 'builder', owner: person(9), surfaces: ['command'] }] },
    start,
  );
  const watched = await tell('decision.recorded', command({ mode: 'shadow' }), start + hour);
  const published = await tell(
    'policy.published',
    {
      policy: 'baseline',
      version: '2',
      mode: 'enforce',
      rules: [{ rule: 'r1', controls: ['secret-files'] }],
    },
    start + 2 * hour,
  );
  const blocked = await tell('decision.recorded', command(), start + 3 * hour);
  const assigned = await tell(
    'approval.requested',
    { approval: 'a1', requestedBy: person(1), expiresAt: instantOf(start + 5 * hour) },
    start + 4 * hour,
  );
  const end = start + 2 * day;
  await foldUntil({ ledger: deps.stores.ledger, now: () => end }, end);
  const query = diffQuerySchema.parse({ from: instantOf(start + 1), to: instantOf(end) });
  const { changes } = diffSchema.parse(await diffPosture(deps, query, end));
  const said = (words: string) => {
    const found = changes.find((change) => change.words === words);
    if (found === undefined) return [words, 'is not said among', changes.map((change) => change.words)];
    const { cause, links } = found;
    return cause.by === 'time' ? 'time' : [cause.evidenceId, links['evidence']];
  };
  const by = (id: string) => [id, `/api/tenants/harbour/evidence/${id}`];
  const destructive = 'Destructive commands blocked or approval-routed';
  expect(said(`agent:builder: ${destructive} is shadowed, was missing`)).toEqual(by(watched));
  expect(said('agent:builder is active')).toEqual(by(watched));
  expect(said('agent:builder is no longer idle')).toEqual(by(watched));
  expect(said(`finding “${destructive}: shadowed” on agent:builder: status is open`)).toEqual(by(watched));
  expect(said('policy baseline@2 is published to enforce')).toEqual(by(published));
  expect(said(`agent:builder: ${destructive} is enforced, was shadowed`)).toEqual(by(blocked));
  expect(said(`finding “${destructive}: shadowed” on agent:builder: status is closed, was open`)).toEqual(
    by(blocked),
  );
  expect(said('approval:a1: status is pending')).toEqual(by(assigned));
  expect(said('approval:a1: status is expired, was pending')).toBe('time');
  expect(said('agent:builder is silent')).toBe('time');
  expect(said('agent:builder is no longer active')).toBe('time');
});
