import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { checkAllTenants, runCheck } from '../shared/usecases/integrity/run-check.js';
import { serveAll } from './http.js';
import type { RouteHandlers } from './route.js';
import { custodyRoutes } from './routes/custody.js';

export const handlers: RouteHandlers<typeof custodyRoutes> = {
  validateIntegrity: async (_request, services) => ({
    status: 200,
    body: await runCheck({ ...services, scratch: services.scratchLedger }),
  }),
};

/** The routes, and the check of every tenant in the night (UTC). */
export function register(services: Services): void {
  serveAll(services, custodyRoutes, handlers);
  app.timer('verifyLogs', {
    schedule: '0 40 2 * * *',
    handler: async () => {
      const result = await checkAllTenants({ ...services, scratch: services.scratchLedger });
      services.telemetry.log('info', 'logs_verified', { count: result.tenants });
    },
  });
}
