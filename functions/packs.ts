import type { Services } from '../shared/services.js';
import { listPacks, openPack, revokePack } from '../shared/usecases/delivery/pack-link.js';
import { serveAll } from './http/http.js';
import { depsFor } from './produce-report.js';
import { artifactReply } from './reports.js';
import type { RouteHandlers } from './http/route.js';
import { packRoutes } from './routes/packs.js';

export const handlers: RouteHandlers<typeof packRoutes> = {
  openPack: async ({ params, query, caller }, own) => {
    const { linkId } = params;
    return artifactReply(query.format, await openPack(depsFor(own), linkId, query.format, caller.subject));
  },
  revokePack: async ({ params, body, caller }, own) => ({
    status: 200,
    body: await revokePack(depsFor(own), params.linkId, caller.subject, body?.reason),
  }),
  listPacks: async ({ params, query }, own) => ({
    status: 200,
    body: await listPacks(own, params.reportId, query),
  }),
};

/** Registers the routes of links to reports. */
export const register = (services: Services): void => serveAll(services, packRoutes, handlers);
