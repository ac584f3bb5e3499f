import { app } from '@azure/functions';
import * as df from 'durable-functions';

import type { Services } from '../shared/services.js';
import { tellEnded } from '../shared/usecases/delivery/tell-ended.js';
import { settleLedgers } from '../shared/usecases/log/settle-ledgers.js';
import { orchestrationsOf } from './background/orchestrations.js';
import { depsFor } from './produce-report.js';
import { startProduction } from './background/start-production.js';
import { servicesOf } from './http/tenant-services.js';

/** What is due by time alone happens within a quarter of an hour, also where no evidence comes in. */
export function register(services: Services): void {
  app.timer('settleLedgers', {
    schedule: '45 */15 * * * *',
    extraInputs: [df.input.durableClient()],
    handler: (_timer, context) =>
      services.telemetry.span({ name: 'settleLedgers' }, async () => {
        const orchestrations = orchestrationsOf(context);
        const { tenants, failed } = await settleLedgers(services, (tenant) => {
          const own = servicesOf(services, tenant);
          return tellEnded({
            ...depsFor(own),
            produce: (record) => startProduction(orchestrations, own, record),
          });
        });
        services.telemetry.log(failed > 0 ? 'error' : 'info', 'ledgers_settled', { count: tenants, failed });
      }),
  });
}
