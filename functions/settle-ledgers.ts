import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { settleLedgers } from '../shared/usecases/settle-ledgers.js';

/** What is due by time alone happens within a quarter of an hour, also where no evidence comes in. */
export function register(services: Services): void {
  app.timer('settleLedgers', {
    schedule: '45 */15 * * * *',
    handler: async () => {
      const { tenants, failed } = await settleLedgers(services);
      services.telemetry.log(failed > 0 ? 'error' : 'info', 'ledgers_settled', { count: tenants, failed });
    },
  });
}
