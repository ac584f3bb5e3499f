import { app } from '@azure/functions';
import * as df from 'durable-functions';

import type { Services } from '../shared/services.js';
import { receiveDelivery } from '../shared/usecases/reports/receive-delivery.js';
import { delivered } from './background/event-driven.js';
import { orchestrationsOf } from './background/orchestrations.js';
import { wakeEvents } from './background/produce-report-flow.js';

/**
 * The provider's delivery reports, through Event Grid: at least once, in any order. What cannot be matched is in
 * quarantine when this returns; a throw makes Event Grid deliver again.
 */
export function register(services: Services): void {
  app.eventGrid('receiveDeliveryReports', {
    extraInputs: [df.input.durableClient()],
    handler: (event, context) =>
      delivered(services, 'receiveDeliveryReports', async () => {
        const told = await receiveDelivery(services, event);
        const orchestrations = orchestrationsOf(context);
        for (const id of told?.instances ?? []) await orchestrations.raise(id, wakeEvents.delivery);
      }),
  });
}
