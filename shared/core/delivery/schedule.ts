import type { Schedule } from '../../../schemas/delivery.js';
import { uuidOf } from '../kernel/ids.js';
import { instantOf, millisOf, type Millis } from '../kernel/time.js';
import { periodOf, type Period } from '../reviews/periods.js';
import { instantAt } from '../reviews/wall-clock.js';
import { addDays, dayOf } from '../reviews/zone.js';

/** When an expression of six fields (NCRONTAB) is due in a zone. */
export type Calendar = {
  /** The last time at or before an instant; null where it never was. @throws RangeError for what is no expression. */
  last(expression: string, zone: string, at: Millis): Millis | null;
  /** The first time after an instant; null where it never will be. @throws RangeError likewise. */
  next(expression: string, zone: string, after: Millis): Millis | null;
};

/** A time at which a schedule is due, and the period that had ended last by then. */
export type Due = { at: Millis; period: Period };

type When = Pick<Schedule, 'cadence' | 'at' | 'cron'>;
const usually = '07:00';

/** The last time a schedule was due at or before `now`, if that is after `after`. `caughtUp`: it was due before, too. */
export function lastDue(
  when: When,
  zone: string,
  after: Millis,
  now: Millis,
  calendar: Calendar,
): (Due & { caughtUp: boolean }) | null {
  const due = dueBefore(when, zone, now, calendar);
  if (due === null || due.at <= after) return null;
  const earlier = dueBefore(when, zone, due.at - 1, calendar);
  return { ...due, caughtUp: earlier !== null && earlier.at > after };
}

/** The first time a schedule is due after an instant. */
export function nextDue(
  { cadence, at, cron }: When,
  zone: string,
  after: Millis,
  calendar: Calendar,
): Due | null {
  if (cron !== undefined) {
    const found = calendar.next(cron, zone, after);
    return found === null ? null : { at: found, period: endedBy(cadence, found, zone) };
  }
  // The last that ended may still be waiting for its time of day.
  let period = endedBy(cadence, after, zone);
  while (dueAfter(period, at, zone) <= after) period = periodOf(cadence, addDays(period.to, 1), zone);
  return { at: dueAfter(period, at, zone), period };
}

function dueBefore({ cadence, at, cron }: When, zone: string, now: Millis, calendar: Calendar): Due | null {
  if (cron !== undefined) {
    const found = calendar.last(cron, zone, now);
    return found === null ? null : { at: found, period: endedBy(cadence, found, zone) };
  }
  let period = endedBy(cadence, now, zone);
  while (dueAfter(period, at, zone) > now) period = before(cadence, period, zone);
  return { at: dueAfter(period, at, zone), period };
}

const dueAfter = ({ to }: Period, at: string | undefined, zone: string): Millis =>
  instantAt(addDays(to, 1), at ?? usually, zone);
const before = (cadence: Schedule['cadence'], { from }: Period, zone: string): Period =>
  periodOf(cadence, addDays(from, -1), zone);
const endedBy = (cadence: Schedule['cadence'], now: Millis, zone: string): Period =>
  before(cadence, periodOf(cadence, dayOf(now, zone), zone), zone);

/**
 * What makes a schedule's report the same report, however often it is asked for: the period, and with an expression,
 * which may be due more than once in a period, its time.
 */
export const periodKey = ({ cron }: Pick<Schedule, 'cron'>, { at, period }: Due): string =>
  cron === undefined ? period.id : `${period.id}@${instantOf(at)}`;

/** Idempotency key of a schedule's report. Nobody else can have it: a request's own holds no colon. */
export const runKey = (schedule: Pick<Schedule, 'id' | 'cron'>, due: Due): string =>
  `schedule:${schedule.id}:${periodKey(schedule, due)}`;

/** Id of the report, and of the instance that produces it. */
export const scheduledReportId = (tenantId: string, key: string): string => uuidOf('report', tenantId, key);

/** Where a schedule goes on from: what it did last, or when it was agreed on. */
export const goesOnFrom = ({ since }: Pick<Schedule, 'since'>, last: string | undefined): Millis =>
  Math.max(millisOf(since), last === undefined ? 0 : millisOf(last));
