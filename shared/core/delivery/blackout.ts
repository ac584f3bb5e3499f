import type { Blackout } from '../../../schemas/delivery.js';
import { hour, type Millis } from '../kernel/time.js';
import { instantAt } from '../reviews/wall-clock.js';
import { addDays, dayOf } from '../reviews/zone.js';

/** Nothing looks further ahead than this: who is told to wait so long asks again then. */
const furthest = 400;

/**
 * The blackout that an instant lies in. `until` is its end, or that of the last of several that follow each other without
 * a gap. `skip`: one of those it lies in leaves scheduled reports out.
 * @returns null in none
 */
export function blackoutAt(
  blackouts: readonly Blackout[],
  zone: string,
  at: Millis,
): { until: Millis; skip: boolean } | null {
  const now = blackouts.filter((one) => endOf(one, zone, at) !== null);
  if (now.length === 0) return null;
  let until = at;
  for (let n = 0; n < furthest; n++) {
    const ends = blackouts.flatMap((one) => endOf(one, zone, until) ?? []);
    if (ends.length === 0) break;
    until = Math.max(...ends);
  }
  return { until, skip: now.some(({ scheduled }) => scheduled === 'skip') };
}

/** When the window that an instant lies in ends; null outside of it. It may have begun the day before. */
function endOf(blackout: Blackout, zone: string, at: Millis): Millis | null {
  const today = dayOf(at, zone);
  for (const day of [addDays(today, -1), today]) {
    if (!begins(blackout, day)) continue;
    const overnight = blackout.to <= blackout.from;
    const end = instantAt(overnight ? addDays(day, 1) : day, blackout.to, zone);
    if (instantAt(day, blackout.from, zone) <= at && at < end) return end;
  }
  return null;
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function begins({ days, dates }: Blackout, day: string): boolean {
  const weekday = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return (
    (days === undefined || days.some((one) => one === weekday)) &&
    (dates === undefined || (dates.from <= day && day <= dates.to))
  );
}

/** So long a mail sleeps at most before the settings are looked at again: a blackout may be lifted. */
export const longestSleep = 6 * hour;
