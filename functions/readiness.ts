import { isRehearsal } from '../shared/configuration.js';
import { releaseOf } from '../shared/core/readiness/validators/facts.js';
import type { Services } from '../shared/services.js';
import {
  decideGate,
  gateActor,
  issuePackets,
  previewPackets,
  previewReadiness,
  type ReadinessDeps,
} from '../shared/usecases/readiness/gate.js';
import { packetAnswer } from '../shared/usecases/readiness/packets.js';
import { planReadiness } from '../shared/usecases/readiness/plan.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { readinessRoutes } from './routes/readiness.js';
import type { TenantServices } from './http/tenant-services.js';

export const handlers: RouteHandlers<typeof readinessRoutes> = {
  previewReadiness: async ({ query }, all) => ({
    status: 200,
    body: await previewReadiness(depsOf(all), query.target),
  }),
  previewPackets: async ({ stores }, all) => ({
    status: 200,
    body: packetAnswer(stores.tenantId, await previewPackets(depsOf(all))),
  }),
  readinessPlan: async ({ query }, all) => ({
    status: 200,
    body: await planReadiness(depsOf(all), query.target, releaseOf(query)),
  }),
  packets: async ({ body, stores }, all) => ({
    status: 200,
    body: packetAnswer(stores.tenantId, await issuePackets(depsOf(all), releaseOf(body))),
  }),
  readiness: async ({ body, caller }, all) => ({
    status: 200,
    body: await decideGate(depsOf(all), body.target, releaseOf(body), await gateActor(all, caller.subject)),
  }),
};

/** Registers the gate: `GET` previews, `POST` decides. */
export const register = (services: Services): void => serveAll(services, readinessRoutes, handlers);

const depsOf = (services: TenantServices): ReadinessDeps => ({
  stores: services.stores,
  blobs: services.blobs,
  keys: services.keys,
  clock: services.clock,
  rehearsal: isRehearsal(services.configuration),
  build: services.build,
  renderer: services.renderer,
  telemetry: services.telemetry,
});
