import * as df from 'durable-functions';

import type { Services } from '../shared/services.js';
import { closeDeliveries, openDeliveries } from '../shared/usecases/reports/close-report.js';
import { expireReport, reportInLog } from '../shared/usecases/reports/decide-report.js';
import { deliverMail as deliverOne, planDelivery } from '../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../shared/usecases/reports/render-report.js';
import { concludeValidation } from '../shared/usecases/reports/validate-delivery.js';
import type { ReportDeps } from '../shared/usecases/reports/report-record.js';
import { isRehearsal } from '../shared/configuration.js';
import {
  deliverMail,
  deliverMailName,
  produceReport,
  produceReportName,
  resumeMail,
  resumeMailName,
  sendNotice,
  sendNoticeName,
  type MailInput,
} from './background/produce-report-flow.js';
import { stepsOf, type ReportInput } from './background/report-steps.js';
import type { TenantServices } from './http/tenant-services.js';

/*
 * Production of a report. Inputs are references, never documents; every activity can run again; the orchestrators
 * (produce-report-flow.ts) hold no state beyond where they stand. Their names carry a version, because an approval
 * outlives a deployment: a changed flow gets a new name, and instances under the old one finish under the old code.
 */

/** A step whose result nobody reads: it stays out of the history. */
const done =
  (run: (deps: ReportDeps, reportId: string) => Promise<unknown>) =>
  async (deps: ReportDeps, { reportId }: ReportInput): Promise<null> => {
    await run(deps, reportId);
    return null;
  };

/** Registers the orchestrators and their activities. */
export function register(services: Services): void {
  const { servicesFor, traced } = stepsOf(services);
  activity('freezeReport', done(freezeReport));
  activity('renderReport', done(renderReport));
  activity('reportStatus', async (deps, { reportId }) => (await reportInLog(deps, reportId)).status);
  activity('expireReport', (deps, { reportId }) => expireReport(deps, reportId));
  activity('planDelivery', (deps, { reportId }) => planDelivery(deps, reportId));
  activity('openDeliveries', (deps, { reportId }) => openDeliveries(deps, reportId));
  activity('concludeValidation', done(concludeValidation));
  activity('closeDeliveries', (deps, { reportId }) => closeDeliveries(deps, reportId));
  df.app.activity('deliverMail', {
    handler: (input: MailInput) =>
      traced('deliverMail', input, () =>
        deliverOne(depsFor(servicesFor(input)), input.reportId, input.operationId),
      ),
  });
  df.app.orchestration(produceReportName, produceReport);
  df.app.orchestration(deliverMailName, deliverMail);
  df.app.orchestration(resumeMailName, resumeMail);
  df.app.orchestration(sendNoticeName, sendNotice);

  function activity(name: string, run: (deps: ReportDeps, input: ReportInput) => Promise<unknown>): void {
    df.app.activity(name, {
      handler: (input: ReportInput) => traced(name, input, () => run(depsFor(servicesFor(input)), input)),
    });
  }
}

/** What report steps need of a tenant's services. */
export function depsFor(services: TenantServices): ReportDeps {
  return {
    stores: services.stores,
    registry: services.registry,
    blobs: services.blobs,
    keys: services.keys,
    clock: services.clock,
    renderer: services.renderer,
    mail: services.mail,
    exporter: services.exporter,
    mailRate: services.mailRate,
    telemetry: services.telemetry,
    build: services.build,
    ...(services.publicSide.url === null ? {} : { publicUrl: services.publicSide.url }),
    rehearsal: isRehearsal(services.configuration),
  };
}
