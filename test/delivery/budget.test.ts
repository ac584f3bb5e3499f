import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { held, plannedAt, roomAt, unspent, type BudgetState } from '../../shared/core/delivery/budget.js';
import { hour, minute, second } from '../../shared/core/kernel/time.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { bookSend, holdSends, takeQuestion } from '../../shared/usecases/reports/mail-budget.js';
import { processWith } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, type World } from '../faults/story.js';
import { aboutToDeliver } from './posted.js';

const most = (times: readonly number[], window: number): number =>
  Math.max(...times.map((end) => times.filter((t) => t > end - window && t <= end).length));

describe('the provider’s budget', () => {
  const asked = fc.array(fc.nat(3 * minute), { minLength: 1, maxLength: 120 });
  const rates = fc.record({
    perMinute: fc.integer({ min: 1, max: 30 }),
    perHour: fc.integer({ min: 1, max: 60 }),
  });

  it('is never exceeded in any minute or hour, and no mail overtakes another', () => {
    fc.assert(
      fc.property(rates, asked, (rate, gaps) => {
        let state: BudgetState = unspent;
        let now = 0;
        const times = gaps.map((gap) => {
          now += gap;
          const at = roomAt(state, rate, now);
          expect(at).toBeGreaterThanOrEqual(now);
          state = plannedAt(state, rate, at);
          return at;
        });
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(most(times, minute)).toBeLessThanOrEqual(rate.perMinute);
        expect(most(times, hour)).toBeLessThanOrEqual(rate.perHour);
        expect(state.planned.length).toBeLessThanOrEqual(Math.max(rate.perMinute, rate.perHour));
      }),
    );
  });

  it('has room at once while it is unspent, and for nobody before the provider said', () => {
    const rate = { perMinute: 2, perHour: 100 };
    expect(roomAt(unspent, rate, 5)).toBe(5);
    expect(roomAt(held(unspent, 90 * second), rate, 5)).toBe(90 * second);
    expect(held(held(unspent, 90), 20).heldUntil).toBe(90);
  });
});

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

  it('share one budget: together they plan no more than the provider takes', async () => {
    const times: number[] = [];
    for (let n = 0; n < 12; n += 1) times.push((await bookSend(instance())) ?? Number.NaN);
    expect(most(times, minute)).toBe(3);
    expect(most(times, hour)).toBe(5);
  });

  it('that book at one moment each get a turn of their own, or are told to come again', async () => {
    const booked = await Promise.all(Array.from({ length: 8 }, () => bookSend(instance())));
    const turns = booked.filter((at) => at !== null);
    expect(turns.length).toBeGreaterThan(0);
    expect(most(turns, minute)).toBeLessThanOrEqual(3);
  });

  it('are all held back by what the provider told one of them', async () => {
    await holdSends(instance(), world.now + 10 * minute);
    expect(await bookSend(instance())).toBe(world.now + 10 * minute);
  });

  it('ask for the status of a mail under a budget of its own', async () => {
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) waits.push(await takeQuestion(instance()));
    expect(waits.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(waits[6]).toBeGreaterThan(0);
    expect(await bookSend(instance())).toBe(world.now);
  });
});

describe('a mail that waits for the budget', () => {
  it('is lost by no waiting, however long: it leaves at its turn, with all its tries', async () => {
    const posted = await aboutToDeliver();
    const [first = '', second_ = ''] = posted.operationIds;
    const deps = { ...posted.deps(), mailRate: { perMinute: 1, perHour: 1 } };
    expect(await deliverMail(deps, posted.reportId, first)).toMatchObject({ status: 'done' });
    expect(await deliverMail(deps, posted.reportId, second_)).toEqual({ status: 'again', afterMs: hour });
    posted.world.now += hour - 1;
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
    expect(await bookSend(deps)).toBe(posted.world.now + 2 * minute);
  });
});
