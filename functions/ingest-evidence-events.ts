import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { admitEventGrid } from '../shared/usecases/admit-event-grid.js';

/** Evidence over Event Grid. A failure is thrown, so that Event Grid delivers again; what is refused is quarantined. */
export function register(services: Services): void {
  app.eventGrid('ingestEvidenceEvents', {
    handler: (event) => admitEventGrid(services, event),
  });
}
