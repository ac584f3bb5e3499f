import { app } from '@azure/functions';
import * as df from 'durable-functions';

import type { Services } from '../shared/services.js';
import { endDomain } from '../shared/usecases/delivery/apply-change.js';
import {
  decideChange,
  listChanges,
  readChange,
  requestChange,
} from '../shared/usecases/delivery/change-requests.js';
import { readDeliveryPolicy } from '../shared/usecases/delivery/read-policy.js';
import { listRuns, listSchedules, readSchedule } from '../shared/usecases/delivery/read-schedules.js';
import { runSchedules } from '../shared/usecases/delivery/run-schedules.js';
import { eachDueTenant } from '../shared/usecases/each-tenant.js';
import { decisionHandlers } from './http/change-handlers.js';
import { serveAll } from './http/http.js';
import { orchestrationsOf } from './background/orchestrations.js';
import { depsFor } from './produce-report.js';
import type { RouteHandlers } from './http/route.js';
import { deliveryRoutes } from './routes/delivery.js';
import { startProduction } from './background/start-production.js';
import { servicesOf } from './http/tenant-services.js';

const decided = decisionHandlers((own, decision, { changeId }: { changeId: string }, { actor, reason }) =>
  decideChange(own, changeId, decision, actor, reason),
);

export const handlers: RouteHandlers<typeof deliveryRoutes> = {
  readDeliveryPolicy: async ({ document }, own) => ({
    status: 200,
    body: await readDeliveryPolicy(own, document.tenant),
  }),
  endDeliveryDomain: async ({ params, caller }, own) => ({
    status: 200,
    body: await endDomain(own, params.domain, caller.subject),
  }),
  requestDeliveryChange: async ({ body, caller }, own) => ({
    status: 202,
    body: await requestChange(own, body, caller.subject, crypto.randomUUID()),
  }),
  listDeliveryChanges: async ({ query }, own) => ({ status: 200, body: await listChanges(own, query) }),
  readDeliveryChange: async ({ params }, own) => ({
    status: 200,
    body: await readChange(own, params.changeId),
  }),
  approveDeliveryChange: decided.approve,
  rejectDeliveryChange: decided.reject,
  listSchedules: async ({ document }, own) => ({
    status: 200,
    body: await listSchedules(own, document.tenant),
  }),
  readSchedule: async ({ params, document }, own) => ({
    status: 200,
    body: await readSchedule(own, document.tenant, params.scheduleId),
  }),
  listScheduleRuns: async ({ params, query }, own) => ({
    status: 200,
    body: await listRuns(own, params.scheduleId, query),
  }),
};

/** The routes, and the tick of schedules: of each tenant that has one due. */
export function register(services: Services): void {
  serveAll(services, deliveryRoutes, handlers);
  app.timer('runSchedules', {
    schedule: '15 */5 * * * *',
    extraInputs: [df.input.durableClient()],
    handler: (_timer, context) =>
      services.telemetry.span({ name: 'runSchedules' }, async () => {
        const orchestrations = orchestrationsOf(context);
        await eachDueTenant(services, 'schedules', 'schedules_failed', async (tenant) => {
          const own = servicesOf(services, tenant);
          const deps = { ...depsFor(own), calendar: services.calendar };
          await runSchedules(deps, (record) => startProduction(orchestrations, own, record));
        });
      }),
  });
}
