import type { z } from 'zod';

import type { runAnswerSchema, ScheduleAnswer, ScheduleRun } from '../../../schemas/answers/delivery.js';
import type { Schedule } from '../../../schemas/delivery.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { nextDue, type Calendar } from '../../core/delivery/schedule.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { Clock, Page, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { lastRun, runKind } from './run-schedules.js';

type ReadDeps = { stores: TenantStores; clock: Clock; calendar: Calendar };

/** A tenant's schedules: when each is due next, and what it did last. */
export async function listSchedules(deps: ReadDeps, tenant: Tenant): Promise<{ items: ScheduleAnswer[] }> {
  return { items: await Promise.all(tenant.schedules.map((one) => answerOf(deps, tenant, one))) };
}

/** @throws Refusal `not_found` */
export async function readSchedule(deps: ReadDeps, tenant: Tenant, id: string): Promise<ScheduleAnswer> {
  return answerOf(deps, tenant, scheduleOf(tenant, id));
}

function scheduleOf(tenant: Tenant, id: string): Schedule {
  const found = tenant.schedules.find((one) => one.id === id);
  if (found === undefined) throw new Refusal('not_found', 'there is no such schedule');
  return found;
}

/** What a schedule did, newest first; also of one that is no more. */
export async function listRuns(
  { stores }: Pick<ReadDeps, 'stores'>,
  id: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<z.infer<typeof runAnswerSchema>>> {
  const page = await stores.records.list<ScheduleRun>({
    kind: runKind(id),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const links = linksOf(stores.tenantId);
  const items = page.items.map((run) => ({
    ...run,
    links: run.outcome === 'requested' ? { report: links.at('reports', run.report) } : {},
  }));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

async function answerOf(
  { stores, clock, calendar }: ReadDeps,
  tenant: Tenant,
  schedule: Schedule,
): Promise<ScheduleAnswer> {
  const zone = tenant.settings.timeZone;
  const from = Math.max(clock.now(), millisOf(schedule.since));
  const next = schedule.paused === true ? null : nextDue(schedule, zone, from, calendar);
  const links = linksOf(stores.tenantId);
  return {
    ...schedule,
    zone,
    next:
      next === null
        ? null
        : {
            dueAt: instantOf(next.at),
            period: { id: next.period.id, from: next.period.from, to: next.period.to },
          },
    last: await lastRun(stores, schedule.id),
    links: { self: links.at('schedules', schedule.id), runs: links.at('schedules', schedule.id, 'runs') },
  };
}
