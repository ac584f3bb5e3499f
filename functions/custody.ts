import { app } from '@azure/functions';

import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { erasePerson } from '../shared/usecases/tenants/erase-person.js';
import { exportPage } from '../shared/usecases/log/export-tenant.js';
import { checkAllTenants, runCheck } from '../shared/usecases/integrity/run-check.js';
import { setLegalHold } from '../shared/usecases/log/retention.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { custodyRoutes } from './routes/custody.js';

export const handlers: RouteHandlers<typeof custodyRoutes> = {
  validateIntegrity: async (_request, services) => ({
    status: 200,
    body: await runCheck({ ...services, scratch: services.scratchLedger }),
  }),
  exportTenant: async ({ query, roles }, services) => {
    const people = query.people === 'true';
    if (people && !roles.includes('admin'))
      throw new Refusal('forbidden', 'the names of people are exported to the role admin only');
    return { status: 200, body: await exportPage(services, { ...query, people }, crypto.randomUUID()) };
  },
  putLegalHold: async ({ body, caller }, services) => ({
    status: 200,
    body: await setLegalHold(services, body, caller.subject),
  }),
  erasePerson: async ({ body, caller }, services) => ({
    status: 200,
    body: await erasePerson(services, body, caller.subject),
  }),
};

/** The routes, and the check of every tenant, once a day: each hour those that are due. */
export function register(services: Services): void {
  serveAll(services, custodyRoutes, handlers);
  app.timer('verifyLogs', {
    schedule: '0 40 * * * *',
    handler: async () => {
      const result = await checkAllTenants({ ...services, scratch: services.scratchLedger });
      services.telemetry.log('info', 'logs_verified', { count: result.tenants });
    },
  });
}
