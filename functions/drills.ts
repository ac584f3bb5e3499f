import type { Services } from '../shared/services.js';
import {
  closeDrill,
  doDrillStep,
  listDrills,
  readDrill,
  startDrill,
} from '../shared/usecases/reviews/run-drill.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { drillRoutes } from './routes/drills.js';

export const handlers: RouteHandlers<typeof drillRoutes> = {
  startDrill: async ({ stores, body, caller }, { keys, clock }) => {
    const key = body?.idempotencyKey ?? crypto.randomUUID();
    const drill = await startDrill({ stores, keys, clock }, caller.subject, key);
    return { status: 200, body: await readDrill(stores, drill) };
  },
  listDrills: async ({ stores, query }) => ({ status: 200, body: await listDrills(stores, query) }),
  readDrill: async ({ stores, params }) => ({ status: 200, body: await readDrill(stores, params.drill) }),
  doDrillStep: async ({ stores, params, body, caller }, { keys, clock }) => {
    await doDrillStep({ stores, keys, clock }, params.drill, params.step, body, caller.subject);
    return { status: 200, body: await readDrill(stores, params.drill) };
  },
  closeDrill: async ({ stores, params, body }, { keys, clock }) => {
    await closeDrill({ stores, keys, clock }, params.drill, body);
    return { status: 200, body: await readDrill(stores, params.drill) };
  },
};

/** Registers the routes of advisory drills. */
export const register = (services: Services): void => serveAll(services, drillRoutes, handlers);
