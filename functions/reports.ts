import { reportRoutes } from './routes/reports.js';
import { serveAll } from './http/http.js';
import { depsFor } from './produce-report.js';
import { wakeEvents } from './background/produce-report-flow.js';
import { startProduction } from './background/start-production.js';
import type { Reply, RouteHandler, RouteHandlers } from './http/route.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { decideReport, type Outcome } from '../shared/usecases/reports/decide-report.js';
import { requestReport, stateRequest } from '../shared/usecases/reports/request-report.js';
import { reportCatalogue } from '../shared/usecases/reports/report-catalogue.js';
import { listReports, retrieveArtifact, viewReport } from '../shared/usecases/reports/view-report.js';

type Decision = RouteHandler<typeof reportRoutes.approveReport>;

/** A decision is recorded first, then the waiting instance is woken; a lost wake-up costs one polling interval. */
const deciding =
  (outcome: Outcome): Decision =>
  async ({ params, body, caller, orchestrations }, services) => {
    const deps = depsFor(services);
    await decideReport(deps, params.reportId, outcome, caller.subject, body?.reason);
    await orchestrations.raise(params.reportId, wakeEvents.decided);
    return { status: 200, body: await viewReport(deps, params.reportId) };
  };

export const handlers: RouteHandlers<typeof reportRoutes> = {
  reportCatalogue: async (_request, all) => ({ status: 200, body: await reportCatalogue(depsFor(all)) }),
  requestReport: async ({ body, caller, document, orchestrations }, all) => {
    if (body.type === 'delivery-validation')
      throw new Refusal('conflict', 'the delivery validation is asked for on its own route');
    if (body.type === 'review-digest')
      throw new Refusal('conflict', 'the digest of a review is sent by the review');
    if (body.type === 'notice') throw new Refusal('conflict', 'a notice is sent by the service alone');
    const deps = depsFor(all);
    const record = await requestReport(deps, document.tenant, caller, body, crypto.randomUUID());
    // Started before it is said, and its first step says it too: no request is in the log without its production.
    await startProduction(orchestrations, all, record);
    await stateRequest(deps, record);
    return { status: 202, body: await viewReport(deps, record.id) };
  },
  listReports: async ({ query, stores }) => ({ status: 200, body: await listReports({ stores }, query) }),
  readReport: async ({ params, stores }) => ({
    status: 200,
    body: await viewReport({ stores }, params.reportId),
  }),
  approveReport: deciding('approved'),
  rejectReport: deciding('rejected'),
  cancelReport: deciding('cancelled'),
  readArtifact: async ({ params, caller }, all) => {
    const { reportId, format } = params;
    return artifactReply(format, await retrieveArtifact(depsFor(all), reportId, format, caller.subject));
  },
};

/** The bytes of an artifact, to be kept as a file. */
export function artifactReply(
  format: string,
  { bytes, contentType, digest }: { bytes: Uint8Array; contentType: string; digest: string },
): Reply {
  const name = `report.${format === 'document' || format === 'manifest' ? 'json' : format}`;
  const headers = {
    'Content-Type': contentType,
    ETag: `"${digest}"`,
    'Content-Disposition': `attachment; filename="${name}"`,
  };
  return { status: 200, body: bytes, headers };
}

/** Registers the routes of the Report Center. */
export const register = (services: Services): void => serveAll(services, reportRoutes, handlers);
