import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blackoutSchema } from '../../schemas/delivery.js';
import { ncrontab } from '../../shared/adapters/ncrontab.js';
import { blackoutAt } from '../../shared/core/delivery/blackout.js';
import { lastDue, nextDue } from '../../shared/core/delivery/schedule.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { instantAt } from '../../shared/core/reviews/wall-clock.js';
import { dayOf } from '../../shared/core/reviews/zone.js';

const berlin = 'Europe/Berlin';
const ms = (text: string): number => Date.parse(text);
const at = (text: string | null, cron: string, zone = berlin): string | null => {
  const found = ncrontab.next(cron, zone, ms(text ?? ''));
  return found === null ? null : instantOf(found);
};

describe('a time on a wall clock', () => {
  it.each([
    ['2026-03-28', '02:30', '2026-03-28T01:30:00.000Z', 'an ordinary day'],
    ['2026-03-29', '02:30', '2026-03-29T01:30:00.000Z', 'an hour later where it does not exist'],
    ['2026-10-25', '02:30', '2026-10-25T00:30:00.000Z', 'the first of two'],
    ['2026-10-25', '03:00', '2026-10-25T02:00:00.000Z', 'after both'],
  ])('%s %s in Berlin is %s: %s', (date, time, instant) => {
    expect(instantOf(instantAt(date, time, berlin))).toBe(instant);
  });

  it('is on its day and in order, in every zone', () => {
    const zones = [
      'UTC',
      berlin,
      'America/St_Johns',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 3650 }),
        fc.integer({ min: 0, max: 23 }),
        (zone, days, hours) => {
          const date = new Date(ms('2020-01-01T00:00:00Z') + days * day).toISOString().slice(0, 10);
          const instant = instantAt(date, `${String(hours).padStart(2, '0')}:30`, zone);
          expect(dayOf(instant, zone)).toBe(date);
          expect(instantAt(date, '00:00', zone)).toBeLessThanOrEqual(instant);
        },
      ),
    );
  });
});

describe('an NCRONTAB expression', () => {
  it('keeps the wall clock’s time over the change of clocks', () => {
    expect(at('2026-10-01T05:00:00Z', '0 0 7 1 * *')).toBe('2026-11-01T06:00:00.000Z');
    expect(at('2026-03-01T06:00:00Z', '0 0 7 1 * *')).toBe('2026-04-01T05:00:00.000Z');
  });

  it('comes once on the day its time comes twice, and on the day its time does not exist', () => {
    expect(at('2026-10-24T12:00:00Z', '0 30 2 * * *')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25T00:30:00Z', '0 30 2 * * *')).toBe('2026-10-26T01:30:00.000Z');
    expect(at('2026-03-28T12:00:00Z', '0 30 2 * * *')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-03-29T01:30:00Z', '0 30 2 * * *')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('means a day of the month that is also that weekday', () => {
    expect(at('2026-10-23T12:00:00Z', '0 0 7 1 * MON')).toBe('2027-02-01T06:00:00.000Z');
    expect(at('2026-11-27T12:00:00Z', '0 0 7 * * 1-5')).toBe('2026-11-30T06:00:00.000Z');
  });

  it('was due last at the instant itself, and never in between', () => {
    const cron = '0 0 7 1 JAN,APR,JUL,OCT *';
    const last = (text: string) => instantOf(ncrontab.last(cron, berlin, ms(text)) ?? 0);
    expect(last('2026-10-01T05:00:00.000Z')).toBe('2026-10-01T05:00:00.000Z');
    expect(last('2026-10-01T04:59:59.999Z')).toBe('2026-07-01T05:00:00.000Z');
    expect(last('2026-12-31T00:00:00Z')).toBe('2026-10-01T05:00:00.000Z');
  });

  it.each([
    '0 0 25 * * *',
    '0 0 H * * *',
    '0 0 7 L * *',
    '0 0 7 * * MON#2',
    '0 0 7 30 2 *',
    '0 0 7 ? * *',
    '0 0 7 1W * *',
  ])('%s is none', (cron) => {
    expect(() => ncrontab.next(cron, berlin, 0)).toThrow(RangeError);
  });
});

describe('a schedule', () => {
  const monthly = { cadence: 'monthly' } as const;
  const dueAt = (after: string, now: string, when: Parameters<typeof lastDue>[0] = monthly) => {
    const due = lastDue(when, berlin, ms(after), ms(now), ncrontab);
    return due && [instantOf(due.at), due.period.id, due.caughtUp];
  };

  it('is due on the morning after its period, where the tenant is, in summer and in winter', () => {
    const from = '2026-09-15T00:00:00Z';
    expect(dueAt(from, '2026-10-01T04:59:59Z')).toBeNull();
    expect(dueAt(from, '2026-10-01T05:00:00Z')).toEqual(['2026-10-01T05:00:00.000Z', '2026-09', false]);
    expect(dueAt('2026-10-01T05:00:00Z', '2026-11-01T05:59:59Z')).toBeNull();
    expect(dueAt('2026-10-01T05:00:00Z', '2026-11-01T06:00:00Z')).toEqual([
      '2026-11-01T06:00:00.000Z',
      '2026-10',
      false,
    ]);
  });

  it('is caught up once, for the last period, however many passed', () => {
    expect(dueAt('2026-01-15T00:00:00Z', '2026-11-20T00:00:00Z')).toEqual([
      '2026-11-01T06:00:00.000Z',
      '2026-10',
      true,
    ]);
    const hourly = { cadence: 'daily', cron: '0 0 * * * *' } as const;
    expect(dueAt('2026-01-15T00:00:00Z', '2026-11-20T00:20:00Z', hourly)).toEqual([
      '2026-11-20T00:00:00.000Z',
      '2026-11-19',
      true,
    ]);
  });

  it('was not due before it was agreed on', () => {
    expect(dueAt('2026-10-01T05:00:01Z', '2026-10-20T00:00:00Z')).toBeNull();
  });

  it('is due next after it was due last, for every cadence, and covers the period that has just ended', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('daily', 'weekly', 'monthly', 'quarterly'),
        fc.constantFrom('00:00', '02:30', '23:59'),
        fc.integer({ min: ms('2026-01-01T00:00:00Z'), max: ms('2027-06-01T00:00:00Z') }),
        (cadence, time, now) => {
          const when = { cadence, at: time } as const;
          const next = nextDue(when, berlin, now, ncrontab);
          if (next === null) throw new Error('always due again');
          expect(next.at).toBeGreaterThan(now);
          expect(lastDue(when, berlin, now, next.at, ncrontab)).toMatchObject({ ...next, caughtUp: false });
          expect(lastDue(when, berlin, now, next.at - 1, ncrontab)).toBeNull();
          expect(next.at - next.period.endsAt).toBeLessThan(25 * hour);
        },
      ),
    );
  });
});

describe('a blackout', () => {
  const night = blackoutSchema.parse({ from: '22:00', to: '06:00' });
  const until = (instant: string, ...windows: (typeof night)[]) => {
    const held = blackoutAt(windows, berlin, ms(instant));
    return held && instantOf(held.until);
  };

  it('begins in the evening and ends the next morning, where the tenant is', () => {
    expect(until('2026-11-24T20:59:59Z', night)).toBeNull();
    expect(until('2026-11-24T21:00:00Z', night)).toBe('2026-11-25T05:00:00.000Z');
    expect(until('2026-11-25T04:59:59Z', night)).toBe('2026-11-25T05:00:00.000Z');
    expect(until('2026-11-25T05:00:00Z', night)).toBeNull();
  });

  it('is as long as the wall clock says in the nights in which the clocks change', () => {
    expect(until('2026-10-24T21:00:00Z', night)).toBe('2026-10-25T05:00:00.000Z');
    expect(until('2026-03-28T22:00:00Z', night)).toBe('2026-03-29T04:00:00.000Z');
  });

  it('is only on its days and in its dates', () => {
    const friday = blackoutSchema.parse({ from: '18:00', to: '00:00', days: ['fri'] });
    expect(until('2026-11-27T17:00:00Z', friday)).toBe('2026-11-27T23:00:00.000Z');
    expect(until('2026-11-28T17:00:00Z', friday)).toBeNull();
    const freeze = blackoutSchema.parse({
      from: '00:00',
      to: '00:00',
      dates: { from: '2026-12-24', to: '2027-01-01' },
    });
    expect(until('2026-12-23T22:59:59Z', freeze)).toBeNull();
    expect(until('2026-12-23T23:00:00Z', freeze)).toBe('2027-01-01T23:00:00.000Z');
  });

  it('goes on where another begins before it is over', () => {
    const morning = blackoutSchema.parse({ from: '05:00', to: '09:00', scheduled: 'skip' });
    expect(until('2026-11-24T21:00:00Z', night, morning)).toBe('2026-11-25T08:00:00.000Z');
    expect(blackoutAt([night, morning], berlin, ms('2026-11-24T21:00:00Z'))?.skip).toBe(false);
    expect(blackoutAt([night, morning], berlin, ms('2026-11-25T04:30:00Z'))?.skip).toBe(true);
  });
});
