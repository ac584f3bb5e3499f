import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { tellDenials } from '../shared/usecases/ingest/denied.js';

/** A little after each hour: what was denied in it becomes evidence, tenant by tenant. */
export function register(services: Services): void {
  app.timer('tellDenials', {
    schedule: '0 7 * * * *',
    handler: async () => {
      const { told, failed } = await tellDenials(services);
      services.telemetry.log(failed > 0 ? 'error' : 'info', 'denials_told', { count: told, failed });
    },
  });
}
