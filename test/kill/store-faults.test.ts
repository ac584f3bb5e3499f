import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CosmosRequest, Fault } from '../../infra/local/cosmos/server.js';
import { logHolds } from './holds.js';
import { idOf, onboard, startSystem, type System } from './system.js';

/*
 * The store refuses or goes silent for some requests while the running system works: who sends is told to come back. Each
 * story is of a tenant of its own, and all of them run side by side: most of what they do is wait to come back.
 */

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.close(), 60_000);

const of =
  (container: string, operation: CosmosRequest['operation'], tenant: string) =>
  (request: CosmosRequest): boolean =>
    request.container === container && request.operation === operation && request.partitionKey[0] === tenant;

const ids = [1, 2, 3, 4, 5].map((n) => `event-${n}`);

/** More than the library repeats by itself, so that the sender hears of it; then the store is well again. */
const effects: [name: string, tenant: string, effect: Fault['effect'], times: number][] = [
  ['throttles', 'throttled', { status: 429, retryAfterMs: 50 }, 5],
  ['is unavailable', 'unavailable', { status: 503 }, 5],
  ['times out', 'timed-out', { status: 408 }, 5],
  ['drops the connection before it commits', 'dropped-before', { drop: 'before' }, 2],
  ['drops the connection after it committed', 'dropped-after', { drop: 'after' }, 2],
];

describe.concurrent('while evidence is posted and the store', () => {
  it.each(effects)(
    '%s, the sender is told to come back, and a resend loses and doubles nothing',
    async (_name, tenant, effect, times) => {
      const story = await onboard(system, tenant);
      const creates = of('evidence', 'create', tenant);
      const match = (request: CosmosRequest): boolean => creates(request) && request.id === idOf('event-3');
      system.stack.cosmos.addFault({ match, effect, times });
      const { problems, retryAfter, unanswered } = await story.post(ids);
      expect(unanswered).toBe(0);
      expect(problems.length).toBeGreaterThan(0);
      for (const { status, code, retryAfterSeconds } of problems) {
        expect([status, code]).toEqual([503, 'store_unavailable']);
        expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
      }
      expect(retryAfter).toEqual(problems.map(({ retryAfterSeconds }) => String(retryAfterSeconds)));
      await logHolds(story);
    },
    120_000,
  );

  it('does not know who may post, nobody is let in and nobody is refused', async () => {
    const story = await onboard(system, 'unknown-caller');
    const match = of('tenants', 'read', 'unknown-caller');
    system.stack.cosmos.addFault({ match, effect: { drop: 'before' }, times: 1 });
    const { problems } = await story.post(ids);
    expect(problems.map(({ code }) => code)).toEqual(['store_unavailable']);
    await logHolds(story);
  }, 120_000);
});

describe.concurrent('while evidence is folded and the store', () => {
  it.each(effects)(
    '%s, the feed comes again, and nothing is lost or counted twice',
    async (_name, tenant, effect) => {
      const story = await onboard(system, `fold-${tenant}`);
      system.stack.cosmos.addFault({ match: of('ledger', 'batch', `fold-${tenant}`), effect, times: 2 });
      const { problems } = await story.post(ids);
      expect(problems).toEqual([]);
      await logHolds(story);
    },
    120_000,
  );
});
