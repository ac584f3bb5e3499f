import { blackoutAt, longestSleep } from '../../core/delivery/blackout.js';
import { instantOf, type Millis } from '../../core/kernel/time.js';
import { recordFirst } from '../log/record.js';
import type { ReportDeps, ReportRecord } from '../reports/report-record.js';

/**
 * Whether a report's mails wait for the end of a blackout now; that they do is in the log, once for each end. Asked before
 * a mail is intended: one that was begun goes on. Bad news never waits: an incident report is held by nothing.
 * @returns how long to sleep before asking again; null where nothing holds them
 */
export async function heldFor(
  deps: ReportDeps,
  { id, type }: Pick<ReportRecord, 'id' | 'type'>,
): Promise<Millis | null> {
  if (type === 'incident') return null;
  const found = await deps.stores.tenant.get();
  if (found === null) return null;
  const { reports, timeZone } = found.tenant.settings;
  const now = deps.clock.now();
  const held = blackoutAt(reports.blackouts, timeZone, now);
  if (held === null) return null;
  const until = instantOf(held.until);
  await recordFirst(deps, {
    name: 'report.deferred',
    id: `report-deferred-${id}-${until}`,
    data: { report: id, until },
  });
  return Math.min(held.until - now, longestSleep);
}
