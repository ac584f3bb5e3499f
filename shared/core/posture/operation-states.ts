import { day, hour, millisOf, type Millis } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { Item } from '../projections/documents.js';
import { type Judged } from './judged.js';

/*
 * Incidents and reviews: nothing is said of them while there is time, and what was done in good order leaves scope when
 * its window is over.
 */

/** Nothing is said from now to an instant. */
const silentUntil = (until: Millis): Judged => ({ state: null, evidenceId: null, until });
const outOfScope: Judged = { state: null, evidenceId: null };

/** An incident is due to be closed within the days of its severity, as a finding is. */
export function judgeIncident(
  { incident }: Item,
  hours: number,
  { settings: { findingDays } }: Config,
  now: Millis,
): Judged {
  const { opened, closed } = incident ?? {};
  const reopened = closed && opened && opened.time > closed.time;
  if (closed && !reopened) {
    if (!closed.sound) return { state: 'missing', evidenceId: closed.id };
    const until = millisOf(closed.time) + hours * hour;
    return now >= until ? outOfScope : { state: 'enforced', evidenceId: closed.id, until };
  }
  if (!opened) return outOfScope;
  const due = millisOf(opened.time) + findingDays[opened.severity] * day;
  return now < due ? silentUntil(due) : { state: 'missing', evidenceId: opened.id };
}

/** A review is due to be acknowledged by the date it carries. A late acknowledgement still is one. */
export function judgeReview({ review }: Item, hours: number, now: Millis): Judged {
  const { completed, acknowledged } = review ?? {};
  if (!completed) return outOfScope;
  if (acknowledged) {
    const until = millisOf(completed.time) + hours * hour;
    return now >= until ? outOfScope : { state: 'enforced', evidenceId: acknowledged.id, until };
  }
  const due = millisOf(completed.dueAt);
  return now < due ? silentUntil(due) : { state: 'missing', evidenceId: completed.id };
}
