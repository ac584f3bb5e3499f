import type { ScheduleRun } from '../../../schemas/answers/delivery.js';
import type { Schedule } from '../../../schemas/delivery.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { blackoutAt } from '../../core/delivery/blackout.js';
import {
  goesOnFrom,
  lastDue,
  nextDue,
  periodKey,
  runKey,
  scheduledReportId,
  type Calendar,
  type Due,
} from '../../core/delivery/schedule.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { TenantStores } from '../../ports.js';
import { recordFirst } from '../log/record.js';
import { requestReport, stateRequest } from '../reports/request-report.js';
import type { ReportDeps, ReportRecord } from '../reports/report-record.js';

/*
 * A schedule asks for its report as a person would: the same request, the same production, the same approval. The report's
 * id follows from tenant, schedule and period, so a tick that runs again, or two at once, ask for the same report; what
 * was due while nothing ran is asked for once, for the last period. The run's record is written last: dies before it, and
 * the next tick does the same again.
 */

export type ScheduleDeps = ReportDeps & { calendar: Calendar };

/** Starts the production of a report that was asked for; one that runs is left alone. */
export type StartProduction = (record: ReportRecord) => Promise<void>;

/** Who asks where no person does. */
const scheduler = { subject: 'aispm' };

export const runKind = (schedule: string): string => `schedule-run:${schedule}`;
/** Lists are in order of id; so that the newest run comes first, its id counts down. */
const runId = (schedule: string, due: Due): string =>
  `${runKind(schedule)}:${String(Number.MAX_SAFE_INTEGER - due.at).padStart(16, '0')}`;

export async function lastRun(stores: TenantStores, schedule: string): Promise<ScheduleRun | null> {
  const page = await stores.records.list<ScheduleRun>({ kind: runKind(schedule), limit: 1 });
  return page.items[0] ?? null;
}

/** One tick of a tenant's schedules, and when the next is due. @returns how many did something. */
export async function runSchedules(deps: ScheduleDeps, start: StartProduction): Promise<number> {
  const found = await deps.stores.tenant.get();
  if (found === null) return 0;
  const { tenant } = found;
  const zone = tenant.settings.timeZone;
  const now = deps.clock.now();
  let runs = 0;
  let next = Infinity;
  for (const schedule of tenant.schedules) {
    if (schedule.paused === true) continue;
    const after = goesOnFrom(schedule, (await lastRun(deps.stores, schedule.id))?.dueAt);
    const due = lastDue(schedule, zone, after, now, deps.calendar);
    if (due !== null) {
      await runOne(deps, tenant, schedule, due, start);
      runs += 1;
    }
    next = Math.min(next, nextDue(schedule, zone, Math.max(after, now), deps.calendar)?.at ?? Infinity);
  }
  // A change of the schedules is one of the document, which makes them due: that nothing is due holds until then.
  await deps.stores.tenant.setDue('schedules', next === Infinity ? null : instantOf(next), tenant.revision);
  return runs;
}

async function runOne(
  deps: ScheduleDeps,
  tenant: Tenant,
  schedule: Schedule,
  due: Due & { caughtUp: boolean },
  start: StartProduction,
): Promise<void> {
  const { stores } = deps;
  const { timeZone, reports } = tenant.settings;
  const held = schedule.report === 'incident' ? null : blackoutAt(reports.blackouts, timeZone, due.at);
  const result =
    held?.skip === true
      ? { outcome: 'skipped' as const, detail: 'it was due in a blackout that leaves reports out' }
      : await request(deps, tenant, schedule, due, start);
  const { id, from, to } = due.period;
  const run: ScheduleRun = {
    schedule: schedule.id,
    report: scheduledReportId(stores.tenantId, runKey(schedule, due)),
    dueAt: instantOf(due.at),
    period: { id, from, to },
    caughtUp: due.caughtUp,
    ...result,
    ...(held === null || held.skip ? {} : { deferredUntil: instantOf(held.until) }),
  };
  await recordFirst(deps, {
    name: 'report.scheduled',
    id: `report-scheduled-${schedule.id}-${periodKey(schedule, due)}`,
    data: {
      report: run.report,
      schedule: schedule.id,
      reportType: schedule.report,
      dueAt: run.dueAt,
      period: periodKey(schedule, due),
      ...result,
      caughtUp: due.caughtUp,
    },
  });
  // Null: another tick was first and did the same.
  await stores.records.put(runId(schedule.id, due), runKind(schedule.id), run, null);
}

type Result = Pick<ScheduleRun, 'outcome' | 'detail'>;

async function request(
  deps: ScheduleDeps,
  tenant: Tenant,
  schedule: Schedule,
  due: Due,
  start: StartProduction,
): Promise<Result> {
  const { report: type, scope } = schedule;
  const { from, to } = due.period;
  try {
    const asked = { type, period: { from, to }, ...(scope === undefined ? {} : { scope }) };
    const key = runKey(schedule, due);
    const record = await requestReport(deps, tenant, scheduler, asked, key, schedule.id);
    await start(record);
    await stateRequest(deps, record);
    return { outcome: 'requested' };
  } catch (error) {
    // Such as an incident report without an incident. A store that is away is none: the next tick tries again.
    if (error instanceof Refusal && error.code === 'conflict')
      return { outcome: 'refused', detail: error.message };
    throw error;
  }
}
