import { isRehearsal } from '../shared/configuration.js';
import type { TenantStores } from '../shared/ports.js';
import type { Services } from '../shared/services.js';
import { decideGate, previewReadiness, type ReadinessDeps } from '../shared/usecases/readiness.js';
import { serveAll } from './http.js';
import { readinessRoutes } from './routes/readiness.js';

/** Registers the gate: `GET` previews, `POST` decides. */
export function register(services: Services): void {
  serveAll(services, readinessRoutes, {
    previewReadiness: async ({ query, stores }, all) => ({
      status: 200,
      body: await previewReadiness(depsOf(all, stores), query.target),
    }),
    readiness: async ({ body, caller, stores }, all) => ({
      status: 200,
      body: await decideGate(depsOf(all, stores), body.target, body.release ?? null, caller.subject),
    }),
  });
}

const depsOf = (services: Services, stores: TenantStores): ReadinessDeps => ({
  stores,
  blobs: services.blobs,
  keys: services.keys,
  clock: services.clock,
  rehearsal: isRehearsal(services.configuration),
});
