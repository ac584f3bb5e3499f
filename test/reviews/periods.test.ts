import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { cadences, endedPeriods, periodOf, type Cadence } from '../../shared/core/reviews/periods.js';
import { addDays, dayOf, isZone, startOfDay } from '../../shared/core/reviews/zone.js';

const zones = [
  'UTC',
  'Europe/London',
  'America/New_York',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
];

describe('the period a day belongs to', () => {
  const rows: readonly [Cadence, string, string, string, string][] = [
    ['daily', '2026-11-24', '2026-11-24', '2026-11-24', '2026-11-24'],
    ['daily', '2028-02-29', '2028-02-29', '2028-02-29', '2028-02-29'],
    ['weekly', '2026-11-24', '2026-W48', '2026-11-23', '2026-11-29'],
    // ISO 8601: the week belongs to the year of its Thursday.
    ['weekly', '2027-01-01', '2026-W53', '2026-12-28', '2027-01-03'],
    ['weekly', '2027-01-04', '2027-W01', '2027-01-04', '2027-01-10'],
    ['weekly', '2024-12-30', '2025-W01', '2024-12-30', '2025-01-05'],
    ['weekly', '2023-01-01', '2022-W52', '2022-12-26', '2023-01-01'],
    ['weekly', '2021-01-03', '2020-W53', '2020-12-28', '2021-01-03'],
    ['monthly', '2026-12-31', '2026-12', '2026-12-01', '2026-12-31'],
    ['monthly', '2028-02-10', '2028-02', '2028-02-01', '2028-02-29'],
    ['monthly', '2027-02-10', '2027-02', '2027-02-01', '2027-02-28'],
    ['quarterly', '2026-01-01', '2026-Q1', '2026-01-01', '2026-03-31'],
    ['quarterly', '2026-03-31', '2026-Q1', '2026-01-01', '2026-03-31'],
    ['quarterly', '2026-04-01', '2026-Q2', '2026-04-01', '2026-06-30'],
    ['quarterly', '2026-09-30', '2026-Q3', '2026-07-01', '2026-09-30'],
    ['quarterly', '2026-12-31', '2026-Q4', '2026-10-01', '2026-12-31'],
  ];
  for (const [cadence, date, id, from, to] of rows)
    it(`${cadence}: ${date} is in ${id}`, () => {
      expect(periodOf(cadence, date, 'UTC')).toMatchObject({ id, from, to });
    });
});

describe('the instant a period ends', () => {
  const rows: readonly [string, string, string, number][] = [
    // zone, day, end of that day in UTC, its hours
    ['Europe/London', '2026-03-29', '2026-03-29T23:00:00.000Z', 23],
    ['Europe/London', '2026-10-25', '2026-10-26T00:00:00.000Z', 25],
    ['America/New_York', '2026-03-08', '2026-03-09T04:00:00.000Z', 23],
    ['America/New_York', '2026-11-01', '2026-11-02T05:00:00.000Z', 25],
    ['Asia/Kathmandu', '2026-06-01', '2026-06-01T18:15:00.000Z', 24],
    ['Pacific/Apia', '2026-06-01', '2026-06-01T11:00:00.000Z', 24],
    // Samoa crossed the date line: 30 December 2011 does not exist there, and 29 is followed by 31.
    ['Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z', 24],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-05T13:30:00.000Z', 24.5],
  ];
  for (const [zone, date, ends, hours] of rows)
    it(`${zone}: ${date} ends at ${ends}, after ${hours} hours`, () => {
      const { endsAt } = periodOf('daily', date, zone);
      expect(instantOf(endsAt)).toBe(ends);
      expect((endsAt - startOfDay(date, zone)) / hour).toBe(hours);
    });

  it('is the first instant of the next day in the tenant’s zone', () => {
    for (const zone of zones)
      for (let date = '2026-01-01'; date < '2027-01-02'; date = addDays(date, 1)) {
        const { endsAt } = periodOf('daily', date, zone);
        expect(dayOf(endsAt, zone)).toBe(addDays(date, 1));
        expect(dayOf(endsAt - 1, zone)).toBe(date);
      }
  });

  it('an unknown zone is refused, never taken for another', () => {
    expect(isZone('Europe/London')).toBe(true);
    expect(isZone('Europe/Atlantis')).toBe(false);
    expect(() => periodOf('daily', '2026-11-24', 'Europe/Atlantis')).toThrow(RangeError);
  });
});

describe('periods that have ended', () => {
  const since = Date.parse('2026-11-01T09:00:00Z');
  const ids = (cadence: Cadence, after: string | null, now: string, limit = 100): string[] =>
    endedPeriods(cadence, 'Europe/London', since, after, Date.parse(now), limit).map((p) => p.id);

  it('begin with the one in which the tenant came', () => {
    expect(ids('daily', null, '2026-11-03T00:00:00Z')).toEqual(['2026-11-01', '2026-11-02']);
    expect(ids('weekly', null, '2026-11-09T00:00:00Z')).toEqual(['2026-W44', '2026-W45']);
    expect(ids('monthly', null, '2026-12-01T00:00:00Z')).toEqual(['2026-11']);
    expect(ids('quarterly', null, '2027-01-01T00:00:00Z')).toEqual(['2026-Q4']);
  });

  it('include one at its last instant, and not a millisecond before', () => {
    expect(ids('daily', '2026-11-22', '2026-11-23T23:59:59.999Z')).toEqual([]);
    expect(ids('daily', '2026-11-22', '2026-11-24T00:00:00.000Z')).toEqual(['2026-11-23']);
  });

  it('go on after the watermark, oldest first, and no more at once than asked for', () => {
    expect(ids('daily', '2026-11-20', '2026-11-24T12:00:00Z')).toEqual([
      '2026-11-21',
      '2026-11-22',
      '2026-11-23',
    ]);
    expect(ids('daily', '2026-11-01', '2026-11-24T12:00:00Z', 2)).toEqual(['2026-11-02', '2026-11-03']);
    expect(ids('quarterly', '2026-12-31', '2027-03-31T22:59:59.999Z')).toEqual([]);
    expect(ids('quarterly', '2026-12-31', '2027-03-31T23:00:00Z')).toEqual(['2027-Q1']);
  });

  it('tile a tenant’s time without gap or overlap, in every zone and cadence, however the ticks fall', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cadences),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('2010-01-01'), max: Date.parse('2035-01-01') }),
        fc.array(fc.integer({ min: 1, max: 40 * day }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (cadence, zone, begin, steps, limit) => {
          let now = begin;
          let after: string | null = null;
          const all = [];
          for (const stepMs of steps) {
            now += stepMs;
            const ended = endedPeriods(cadence, zone, begin, after, now, limit);
            all.push(...ended);
            after = ended.at(-1)?.to ?? after;
          }
          for (const [i, period] of all.entries()) {
            expect(period.endsAt).toBe(startOfDay(addDays(period.to, 1), zone));
            expect(period.endsAt).toBeLessThanOrEqual(now);
            const next = all[i + 1];
            if (next) expect(next.from).toBe(addDays(period.to, 1));
          }
          const [first] = all;
          if (first) expect(startOfDay(first.from, zone)).toBeLessThanOrEqual(begin);
          expect(new Set(all.map((p) => p.id)).size).toBe(all.length);
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);
});
