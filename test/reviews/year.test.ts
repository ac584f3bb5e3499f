import { describe, expect, it } from 'vitest';

import { instantOf, minute } from '../../shared/core/kernel/time.js';
import { cadences, endedPeriods, type Period } from '../../shared/core/reviews/periods.js';
import { addDays, dayOf, startOfDay } from '../../shared/core/reviews/zone.js';

/*
 * A year of ticks, one every quarter of an hour, in zones that shift by an hour, by half of one, at midnight, and not at
 * all: each day, week, month and quarter is closed by the first tick after its end, once.
 */

const zones = [
  'UTC',
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Africa/Cairo',
  'America/Santiago',
];
const [first, last] = ['2026-01-01', '2026-12-31'];
const tick = 15 * minute;

describe.each(zones)('a year in %s', (zone) => {
  it('closes every period by the first tick after its end, each once', () => {
    const begin = startOfDay(first, zone);
    const end = startOfDay('2027-01-01', zone) + tick;
    for (const cadence of cadences) {
      const closed: { period: Period; at: number }[] = [];
      let after: string | null = null;
      let now = Math.ceil(begin / tick) * tick;
      while (now <= end) {
        for (const period of endedPeriods(cadence, zone, begin, after, now, 8)) {
          closed.push({ period, at: now });
          after = period.to;
        }
        // Ticks at which nothing can have ended are passed over: the next that can is within a day of the next end.
        const next = endedPeriods(cadence, zone, begin, after, end + 400 * 86_400_000, 1)[0];
        const until = next === undefined ? end + tick : next.endsAt - 4 * tick;
        now = Math.max(now + tick, Math.floor(until / tick) * tick);
      }
      for (const { period, at } of closed) {
        expect(at - period.endsAt, `${cadence} ${period.id}`).toBeGreaterThanOrEqual(0);
        expect(at - period.endsAt, `${cadence} ${period.id}`).toBeLessThan(tick);
      }
      const ids = closed.map(({ period }) => period.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [n, { period }] of closed.entries())
        expect(closed[n + 1]?.period.from ?? addDays(period.to, 1)).toBe(addDays(period.to, 1));
      expect(closed[0]?.period.from.localeCompare(first)).toBeLessThanOrEqual(0);
    }
  });

  it('has 365 days, and what the clocks took from one they gave to another', () => {
    let hours = 0;
    for (let date = first; date <= last; date = addDays(date, 1)) {
      const length = startOfDay(addDays(date, 1), zone) - startOfDay(date, zone);
      expect(dayOf(startOfDay(date, zone), zone), instantOf(startOfDay(date, zone))).toBe(date);
      hours += length / 3_600_000;
    }
    expect(hours).toBe(365 * 24);
  });
});
