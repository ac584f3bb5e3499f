import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { instantOf } from '../../shared/core/kernel/time.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { openAccount, type Account } from './account.js';
import { crowdOf, crowdUnits, type CrowdUnits } from './crowd.bench.js';
import { foldInMemory } from './fold.bench.js';
import { postureRead } from './posture.bench.js';
import { admissionUnits, foldUnits } from './units.bench.js';
import { decisions, narrow, start } from './workload.js';

/* What `npm run bench` measures and no clock can change: request units, as the stand-in models them, and reads. */

let account: Account;

beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

describe('what an event costs in modelled request units', () => {
  it('is at most 9 to admit, alone or among a hundred, reading the tenant included', async () => {
    for (const { unitsPerEvent } of await admissionUnits(account))
      expect(unitsPerEvent).toBeLessThanOrEqual(9);
  });

  it('is at most 12 to fold, where 40 events change 15 documents', async () => {
    const folded = (await foldUnits(account, 2)).find(({ events }) => events === 40);
    expect(folded).toMatchObject({ batches: 1, documents: 15 });
    expect(folded?.unitsPerEvent).toBeLessThanOrEqual(12);
  });
});

const sequencedApart = (n: number) => ({ sequencedAt: instantOf(start + (440 + n) * 250) });

describe('what a batch of the fold asks of the store', () => {
  it.each([
    ['events that came in together', () => ({})],
    ['entries that a rebuild folds, each sequenced at an instant of its own', sequencedApart],
  ])(
    'is the head, what is due, one round of documents and references and one commit for 40 %s',
    async (_name, instant) => {
      const { ledger } = await foldInMemory(400, narrow);
      const asked: string[] = [];
      const watched = new Proxy(ledger, {
        get(target, member: keyof typeof ledger) {
          return (...args: never[]) => {
            asked.push(member);
            return (target[member] as (...args: never[]) => unknown)(...args);
          };
        },
      });
      const pending = decisions(400, 440, narrow).map((evidence, n) => ({ evidence, ...instant(n) }));
      await foldEvents({ ledger: watched, now: () => start + 440 * 250 }, pending);
      expect(asked).toEqual(['head', 'due', 'read', 'known', 'commit']);
    },
  );
});

describe('what reading the posture asks of the store', () => {
  it('is at most two point reads and nothing else, the same at 1,000 and at 5,000 events', async () => {
    const small = await postureRead(account, 1_000);
    const other = await openAccount();
    const large = await postureRead(other, 5_000).finally(() => other.close());
    expect(small.pointReads).toBeLessThanOrEqual(2);
    expect(small.others).toBe(0);
    expect(large.pointReads).toBe(small.pointReads);
    expect(large.others).toBe(0);
    // A longer log has longer numbers in it, which may weigh a few bytes more.
    expect(large.requestUnits).toBeCloseTo(small.requestUnits, 1);
  });
});

describe('what a tenant with many agents and open findings costs', () => {
  const costs = async (agents: number): Promise<CrowdUnits> => {
    const own = await openAccount();
    return crowdUnits(own, await crowdOf(agents), agents).finally(() => own.close());
  };

  it('is the same to fold and to list, worst first or by what is due, at 4 times the size', async () => {
    const [few, many] = [await costs(25), await costs(100)];
    // Longer numbers and names may weigh a few bytes more.
    expect(many.foldUnitsPerEvent / few.foldUnitsPerEvent).toBeCloseTo(1, 1);
    expect(many.lists.length).toBe(10);
    for (const [n, { name, requestUnits }] of many.lists.entries())
      expect([name, Math.abs(requestUnits - (few.lists[n]?.requestUnits ?? 0)) < 0.5]).toEqual([name, true]);
  }, 120_000);
});
