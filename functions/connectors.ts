import * as df from 'durable-functions';
import type { OrchestrationContext, Task } from 'durable-functions';

import { tenantIdSchema } from '../schemas/primitives.js';
import { verifiedTenant } from '../shared/core/kernel/verified-tenant.js';
import type { Services } from '../shared/services.js';
import {
  checkConnector,
  issueNonce,
  listValidations,
  readValidation,
} from '../shared/usecases/readiness/validate-connector.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { connectorRoutes } from './routes/connectors.js';
import { servicesOf } from './http/tenant-services.js';
import { patience } from './background/patience.js';

const orchestration = 'validateConnectorV1';
type Input = { tenantId: string; validationId: string };
type Look = { afterMs: number } | null;

export const handlers: RouteHandlers<typeof connectorRoutes> = {
  validateConnector: async (
    { body, document, tenant, stores, orchestrations },
    { build, keys, clock, random },
  ) => {
    const issued = await issueNonce({ build, stores, keys, clock }, document.tenant, {
      ...body,
      random: random(32),
    });
    // The record is kept: a lost start leaves a validation that waits, and the next one takes its place.
    await orchestrations.start(orchestration, issued.validation, {
      tenantId: tenant,
      validationId: issued.validation,
    });
    return { status: 201, body: issued };
  },
  listConnectorValidations: async ({ query, stores }) => ({
    status: 200,
    body: await listValidations(stores, query),
  }),
  readConnectorValidation: async ({ params, stores }) => ({
    status: 200,
    body: await readValidation(stores, params.validationId),
  }),
};

/** Looks until the nonce came back or its time is over. A timer's result is not looked at. */
function* validateConnector(context: OrchestrationContext): Generator<Task, unknown, Look> {
  const input = context.df.getInput<Input>();
  for (let attempt = 0; ; attempt++) {
    const look = yield context.df.callActivityWithRetry('checkConnector', patience, { ...input, attempt });
    if (look === null) return null;
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + look.afterMs));
  }
}

export function register(services: Services): void {
  serveAll(services, connectorRoutes, handlers);
  df.app.activity('checkConnector', {
    handler: ({ tenantId, validationId, attempt }: Input & { attempt: number }) =>
      checkConnector(
        servicesOf(services, verifiedTenant(tenantIdSchema.parse(tenantId))),
        validationId,
        attempt,
      ),
  });
  df.app.orchestration(orchestration, validateConnector);
}
