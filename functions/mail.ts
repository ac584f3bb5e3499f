import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { clearRecipient, listDisabled } from '../shared/usecases/reports/clear-recipient.js';
import { requestReport, stateRequest } from '../shared/usecases/reports/request-report.js';
import {
  instancesOf,
  mailStateOf,
  resumeDelivery,
  resumedInstance,
} from '../shared/usecases/reports/resume-delivery.js';
import { confirmDelivery, writeOffDelivery } from '../shared/usecases/reports/settle-delivery.js';
import { readDeliveryValidation } from '../shared/usecases/reports/validate-delivery.js';
import { serveAll } from './http/http.js';
import { depsFor } from './produce-report.js';
import { resumeMailName, wakeEvents } from './background/produce-report-flow.js';
import type { RouteHandlers } from './http/route.js';
import { mailRoutes } from './routes/mail.js';
import { startProduction } from './background/start-production.js';

export const handlers: RouteHandlers<typeof mailRoutes> = {
  validateDelivery: async ({ body, caller, document, stores, orchestrations }, all) => {
    const deps = depsFor(all);
    const asked = { type: 'delivery-validation' as const, ...body };
    const record = await requestReport(deps, document.tenant, caller, asked, crypto.randomUUID());
    if (record.recipients.length === 0)
      throw new Refusal('conflict', 'the tenant has no recipient that a validation could go to');
    await startProduction(orchestrations, all, record);
    await stateRequest(deps, record);
    return { status: 202, body: await readDeliveryValidation(stores, record.id) };
  },
  readDeliveryValidation: async ({ params, stores }) => ({
    status: 200,
    body: await readDeliveryValidation(stores, params.validationId),
  }),
  resumeDelivery: async ({ params, body, caller, stores, orchestrations }, all) => {
    const deps = depsFor(all);
    const operation = await resumeDelivery(deps, params.operation, caller.subject, body?.reason);
    const traceparent = all.telemetry.traceparent();
    await orchestrations.start(resumeMailName, resumedInstance(operation), {
      tenantId: stores.tenantId,
      reportId: operation.reportId,
      operationId: operation.operationId,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return { status: 202, body: mailStateOf(stores, operation) };
  },
  confirmDelivery: async ({ params, body, stores, orchestrations }, all) => {
    const operation = await confirmDelivery(depsFor(all), params.operation, body.code);
    for (const id of instancesOf(operation)) await orchestrations.raise(id, wakeEvents.delivery);
    return { status: 200, body: mailStateOf(stores, operation) };
  },
  writeOffDelivery: async ({ params, body, caller, stores }, all) => ({
    status: 200,
    body: mailStateOf(
      stores,
      await writeOffDelivery(depsFor(all), params.operation, caller.subject, body.reason),
    ),
  }),
  listDisabledRecipients: async ({ document }, all) => ({
    status: 200,
    body: { items: await listDisabled(all, document.tenant) },
  }),
  clearRecipient: async ({ params, body, caller, document }, all) => {
    await clearRecipient(all, params.recipient, caller.subject, body.reason);
    return { status: 200, body: { items: await listDisabled(all, document.tenant) } };
  },
};

/** Registers the routes about mails. */
export const register = (services: Services): void => serveAll(services, mailRoutes, handlers);
