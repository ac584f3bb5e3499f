import { day, type Millis } from '../kernel/time.js';
import { addDays, dayOf, startOfDay } from './zone.js';

export type Cadence = 'daily' | 'weekly' | 'monthly' | 'quarterly';
export const cadences: readonly Cadence[] = ['daily', 'weekly', 'monthly', 'quarterly'];

/** A closed stretch of a tenant's calendar: first and last day, and the instant at which it ends. */
export type Period = { id: string; from: string; to: string; endsAt: Millis };

/** Days by which a review of each cadence must be acknowledged. */
export const acknowledgeDays: Readonly<Record<Cadence, number>> = {
  daily: 1,
  weekly: 3,
  monthly: 7,
  quarterly: 14,
};
/** A review is due at most so long after it was made, in milliseconds. */
export const longestAcknowledgement: Millis = Math.max(...Object.values(acknowledgeDays)) * day;

/** The period of a cadence that a calendar day belongs to, in a zone. */
export function periodOf(cadence: Cadence, day: string, zone: string): Period {
  const { id, from, next } = bounds(cadence, day);
  return { id, from, to: addDays(next, -1), endsAt: startOfDay(next, zone) };
}

/**
 * The first period that is not closed: after the one of the watermark `after`, or without one that which contains `since`.
 * When it ends, the cadence is due next.
 */
export function nextPeriod(cadence: Cadence, zone: string, since: Millis, after: string | null): Period {
  const period = periodOf(cadence, after ?? dayOf(since, zone), zone);
  return after === null ? period : periodOf(cadence, addDays(period.to, 1), zone);
}

/**
 * Periods that ended at or before `now`, oldest first, beginning after the period `after` (exclusive) or, without a
 * watermark, with the period that contains `since`. At most `limit`: a tenant long asleep is caught up over several turns.
 */
export function endedPeriods(
  cadence: Cadence,
  zone: string,
  since: Millis,
  after: string | null,
  now: Millis,
  limit: number,
): Period[] {
  const ended: Period[] = [];
  let period = nextPeriod(cadence, zone, since, after);
  while (period.endsAt <= now && ended.length < limit) {
    ended.push(period);
    period = periodOf(cadence, addDays(period.to, 1), zone);
  }
  return ended;
}

function bounds(cadence: Cadence, day: string): { id: string; from: string; next: string } {
  const [year = 0, month = 1] = day.split('-').map(Number);
  switch (cadence) {
    case 'daily':
      return { id: day, from: day, next: addDays(day, 1) };
    case 'weekly': {
      const from = addDays(day, -((weekday(day) + 6) % 7));
      return { id: isoWeek(from), from, next: addDays(from, 7) };
    }
    case 'monthly':
      return { id: day.slice(0, 7), from: firstOf(year, month), next: firstOf(year, month + 1) };
    case 'quarterly': {
      const first = Math.floor((month - 1) / 3) * 3 + 1;
      return {
        id: `${year}-Q${(first + 2) / 3}`,
        from: firstOf(year, first),
        next: firstOf(year, first + 3),
      };
    }
  }
}

const firstOf = (year: number, month: number): string =>
  `${String(year + Math.floor((month - 1) / 12)).padStart(4, '0')}-${String(((month - 1) % 12) + 1).padStart(2, '0')}-01`;

/** 0 is Sunday. */
const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** ISO 8601 week of a Monday: its Thursday decides the year. */
function isoWeek(monday: string): string {
  const thursday = addDays(monday, 3);
  const year = thursday.slice(0, 4);
  const days = (Date.parse(`${thursday}T00:00:00Z`) - Date.parse(`${year}-01-01T00:00:00Z`)) / 86_400_000;
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}
