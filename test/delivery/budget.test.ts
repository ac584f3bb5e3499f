import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  ahead,
  held,
  plannedAt,
  roomAt,
  unspent,
  type BudgetState,
  type MailRate,
} from '../../shared/core/delivery/budget.js';
import { hour, minute, second } from '../../shared/core/kernel/time.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { bookSend, holdSends, takeQuestion, type Turn } from '../../shared/usecases/reports/mail-budget.js';
import { processWith } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, type World } from '../faults/story.js';
import { tenantNamed } from '../tenants.js';
import { aboutToDeliver } from './posted.js';

const most = (times: readonly number[], window: number): number =>
  Math.max(...times.map((end) => times.filter((t) => t > end - window && t <= end).length));

describe('the provider’s budget', () => {
  const asked = fc.array(fc.nat(3 * minute), { minLength: 1, maxLength: 120 });
  const rates = fc.record({
    perMinute: fc.integer({ min: 1, max: 30 }),
    perHour: fc.integer({ min: 1, max: 60 }),
  });

  const whose = fc.constantFrom('a', 'b', 'c');

  it('is never exceeded in any minute or hour, whoever asks; no turn overtakes another; what is kept stays small', () => {
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.tuple(fc.nat(3 * minute), whose), { minLength: 1, maxLength: 120 }),
        (rate, gaps) => {
          const times = planAll(rate, gaps).map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(most(times, minute)).toBeLessThanOrEqual(rate.perMinute);
          expect(most(times, hour)).toBeLessThanOrEqual(rate.perHour);
        },
      ),
    );
  });

  it('gives no tenant more than half of it, rounded up, in any minute or hour', () => {
    fc.assert(
      fc.property(rates, asked, (rate, gaps) => {
        const times = planAll(
          rate,
          gaps.map((gap) => [gap, 'a']),
        ).map(({ at }) => at);
        expect(most(times, minute)).toBeLessThanOrEqual(Math.ceil(rate.perMinute / 2));
        expect(most(times, hour)).toBeLessThanOrEqual(Math.ceil(rate.perHour / 2));
      }),
    );
  });

  it('has room at once while it is unspent, and for nobody before the provider said', () => {
    const rate = { perMinute: 2, perHour: 100 };
    expect(roomAt(unspent, rate, 'a', 5)).toBe(5);
    expect(roomAt(held(unspent, 90 * second), rate, 'a', 5)).toBe(90 * second);
    expect(held(held(unspent, 90), 20).heldUntil).toBe(90);
  });

  /** Every second each tenant in turn asks for one more, and takes it where it is soon enough. @returns turns by tenant. */
  function flooded(rate: MailRate, tenants: readonly string[], from: number, to: number, before = unspent) {
    let state = before;
    const turns: { tenant: string; at: number }[] = [];
    for (let now = from; now < to; now += second)
      for (const tenant of tenants) {
        const at = roomAt(state, rate, tenant, now);
        if (at - now > ahead) continue;
        state = plannedAt(state, rate, tenant, at);
        turns.push({ tenant, at });
      }
    const of = (tenant: string) => turns.filter((turn) => turn.tenant === tenant).map(({ at }) => at);
    return { state, of };
  }
  const azure = { perMinute: 30, perHour: 100 };

  it('has a turn within a minute for a tenant that comes into another’s flood, as many as half of what is left', () => {
    const flood = flooded(azure, ['flood'], 0, hour);
    expect(most(flood.of('flood'), hour)).toBe(50);
    let { state } = flood;
    const now = 30 * minute;
    for (let n = 0; n < 25; n += 1) {
      const at = roomAt(state, azure, 'quiet', Math.max(now, state.planned.at(-1)?.at ?? 0));
      state = plannedAt(state, azure, 'quiet', at);
    }
    const waits = state.planned.filter(({ tenant }) => tenant === 'quiet').map(({ at }) => at);
    expect((waits[0] ?? Number.NaN) - hour).toBeLessThanOrEqual(minute);
    expect((waits.at(-1) ?? Number.NaN) - hour).toBeLessThanOrEqual(3 * minute);
  });

  it.each([1, 2, 3, 4])(
    'of %i floods at once gives each the same, and leaves as much for one more',
    (count) => {
      const tenants = ['a', 'b', 'c', 'd'].slice(0, count);
      const { of } = flooded(azure, tenants, 0, 6 * hour);
      const lastHour = (tenant: string): number =>
        of(tenant).filter((at) => at >= 4 * hour && at < 5 * hour).length;
      for (const tenant of tenants) {
        expect(lastHour(tenant)).toBeGreaterThanOrEqual(Math.floor(100 / (count + 1)) - 4);
        expect(lastHour(tenant)).toBeLessThanOrEqual(Math.ceil(100 / (count + 1)) + 4);
      }
    },
  );
});

/** Turns as they are taken, one after the other. */
function planAll(rate: MailRate, gaps: readonly (readonly [number, string])[]): { at: number }[] {
  let state: BudgetState = unspent;
  let now = 0;
  return gaps.map(([gap, tenant]) => {
    now += gap;
    const at = roomAt(state, rate, tenant, now);
    expect(at).toBeGreaterThanOrEqual(now);
    state = plannedAt(state, rate, tenant, at);
    expect(state.planned.length).toBeLessThanOrEqual(Math.max(rate.perMinute, rate.perHour));
    return { at };
  });
}

describe('many instances', () => {
  let world: World;
  /** Another process over the same stores, each time. */
  const instance = () => ({
    ...reportDeps(servicesOf(world, processWith(null))),
    mailRate: { perMinute: 3, perHour: 5 },
  });
  beforeEach(async () => {
    world = await newWorld();
  });

  it('share one budget: together they take no more turns than the tenant has, and are told when to come again', async () => {
    const turns: (Turn | null)[] = [];
    for (let n = 0; n < 12; n += 1) turns.push(await bookSend(instance()));
    const taken = turns.flatMap((turn) => (turn !== null && 'at' in turn ? [turn.at - world.now] : []));
    expect(taken).toEqual([0, 0, minute]);
    expect(turns.slice(3)).toEqual(Array.from({ length: 9 }, () => ({ after: hour })));
  });

  it('that book at one moment each get a turn of their own, or are told to come again', async () => {
    const booked = await Promise.all(Array.from({ length: 8 }, () => bookSend(instance())));
    const turns = booked.flatMap((turn) => (turn !== null && 'at' in turn ? [turn.at] : []));
    expect(turns.length).toBeGreaterThan(0);
    expect(most(turns, minute)).toBeLessThanOrEqual(2);
  });

  it('are all held back by what the provider told one of them', async () => {
    await holdSends(instance(), world.now + 10 * minute);
    expect(await bookSend(instance())).toEqual({ after: 10 * minute });
  });

  it('share it out: another tenant has its turn at once while the first one waits for an hour', async () => {
    for (let n = 0; n < 12; n += 1) await bookSend(instance());
    const other = { ...instance(), stores: world.stores.open(tenantNamed('lantern')) };
    world.now += minute;
    expect(await bookSend(other)).toEqual({ at: world.now });
    expect(await bookSend(instance())).toEqual({ after: 59 * minute });
  });

  it('ask for the status of a mail under a budget of its own', async () => {
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) waits.push(await takeQuestion(instance()));
    expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
    expect(waits[3]).toBe(minute);
    expect(await bookSend(instance())).toEqual({ at: world.now });
  });
});

describe('a mail that waits for the budget', () => {
  it('is lost by no waiting, however long: it leaves at its turn, with all its tries', async () => {
    const posted = await aboutToDeliver();
    const [first = '', second_ = ''] = posted.operationIds;
    const deps = { ...posted.deps(), mailRate: { perMinute: 1, perHour: 1 } };
    expect(await deliverMail(deps, posted.reportId, first)).toMatchObject({ status: 'done' });
    const { afterMs } = await deliverMail(deps, posted.reportId, second_);
    expect(afterMs).toBeGreaterThanOrEqual(hour);
    expect(afterMs).toBeLessThan(hour + 10 * minute);
    posted.world.now += hour - 1;
    // Somebody looked too early: the turn is a minute ahead at most, and is kept.
    expect(await deliverMail(deps, posted.reportId, second_)).toEqual({ status: 'again', afterMs: 1 });
    posted.world.now += 1;
    expect(await deliverMail(deps, posted.reportId, second_)).toMatchObject({ status: 'done' });
    expect(posted.post.sent.map((mail) => mail.operationId)).toEqual([first, second_]);
    expect(await posted.operation(second_)).toMatchObject({ attempts: 1, status: 'accepted' });
  });

  it('takes one turn, however often it is looked at while it waits', async () => {
    const posted = await aboutToDeliver();
    const [first = '', second_ = ''] = posted.operationIds;
    const deps = { ...posted.deps(), mailRate: { perMinute: 1, perHour: 10 } };
    await deliverMail(deps, posted.reportId, first);
    for (let n = 0; n < 5; n += 1) await deliverMail(deps, posted.reportId, second_);
    expect(await bookSend(deps)).toEqual({ after: 2 * minute });
  });
});
