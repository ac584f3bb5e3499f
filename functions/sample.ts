import { sampleTenantId } from '../shared/core/kernel/sample-tenant.js';
import type { Services } from '../shared/services.js';
import { handlers as archives } from './archives.js';
import { handlers as changes } from './changes.js';
import { handlers as connectors } from './connectors.js';
import { handlers as controls } from './controls.js';
import { handlers as deliveries } from './deliveries.js';
import { handlers as delivery } from './delivery.js';
import { handlers as drills } from './drills.js';
import { handlers as evidence } from './evidence.js';
import { handlers as governance } from './governance.js';
import { serveAll } from './http/http.js';
import { handlers as inventory } from './inventory.js';
import { handlers as journey } from './journey.js';
import { handlers as mail } from './mail.js';
import { handlers as packs } from './packs.js';
import { handlers as posture } from './posture.js';
import { handlers as readiness } from './readiness.js';
import { handlers as reports } from './reports.js';
import { handlers as reviews } from './reviews.js';
import type { PublicRoute, Reply, RouteHandler, RouteHandlers } from './http/route.js';
import { sampleNameOf } from './routes/sample.js';
import { sampleRoutes } from './routes/all-routes.js';
import { marked } from './sample/links.js';
import { readArtifact, streamPosture } from './sample/own.js';
import { sampleOf } from './sample/services.js';
import type { TenantServices } from './http/tenant-services.js';
import { handlers as tenants } from './tenants.js';
import { handlers as twoPersonChanges } from './two-person-changes.js';

/*
 * The public sample is read by the very handlers of a tenant, over services of its own. No word of a request chooses whose
 * stores are read.
 */

/** Whoever serves a read of a tenant, by function name. */
const originals: Readonly<Record<string, unknown>> = {
  ...evidence,
  ...posture,
  ...changes,
  streamPosture,
  ...governance,
  ...inventory,
  ...controls,
  ...reports,
  readArtifact,
  ...reviews,
  ...archives,
  ...drills,
  ...mail,
  ...delivery,
  ...deliveries,
  ...packs,
  ...readiness,
  ...connectors,
  ...journey,
  ...tenants,
  ...twoPersonChanges,
};

type Original = (request: object, services: TenantServices | Services) => Promise<Reply>;

function handlerOf(name: string): RouteHandler<PublicRoute> {
  const found = Object.entries(originals).find(([original]) => sampleNameOf(original) === name);
  // The app does not start with a route that nothing serves.
  if (found === undefined) throw new Error(`functions/sample.ts knows no handler behind ${name}`);
  // as: http.ts parsed the request by the schemas of the route that this one is derived from.
  const original = found[1] as Original;
  // Of a tenant this one is public too, so its handler is given the service and finds the tenant by its name.
  const isPublic = found[0] === 'readKeys';
  return async (request, services) => {
    services.limits.request(sampleTenantId);
    const { tenant, service, document } = await sampleOf(services);
    const asked = {
      ...request,
      now: tenant.clock.now(),
      caller: { subject: 'anyone', roles: ['viewer'], tenants: [sampleTenantId] },
      roles: ['viewer'],
      tenant: tenant.stores.tenantId,
      stores: tenant.stores,
      document,
      ...(isPublic ? { params: { tenantId: sampleTenantId } } : {}),
    };
    return marked(await original(asked, isPublic ? service : tenant));
  };
}

export const handlers: RouteHandlers<typeof sampleRoutes> = Object.fromEntries(
  Object.keys(sampleRoutes).map((name) => [name, handlerOf(name)]),
);

export const register = (services: Services): void => serveAll(services, sampleRoutes, handlers);
