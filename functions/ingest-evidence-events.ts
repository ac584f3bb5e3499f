import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { admitEventGrid } from '../shared/usecases/ingest/admit-event-grid.js';
import { delivered } from './background/event-driven.js';

const name = 'ingestEvidenceEvents';

/** Evidence over Event Grid. A failure is thrown, so that Event Grid delivers again; what is refused is quarantined. */
export function register(services: Services): void {
  app.eventGrid(name, { handler: (event) => admitDelivered(services, event) });
}

/** Admits one delivery, in the trace that the event names (CloudEvents, distributed tracing extension). */
export function admitDelivered(services: Services, event: unknown): Promise<void> {
  const named: unknown = typeof event === 'object' && event !== null && Reflect.get(event, 'traceparent');
  const parent = typeof named === 'string' ? named : undefined;
  return delivered(services, name, () =>
    services.telemetry.span({ name, parent }, () => admitEventGrid(services, event)),
  );
}
