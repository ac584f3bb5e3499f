import type { Services } from '../shared/services.js';
import {
  approveRotation,
  cancelRotation,
  readRotation,
  requestRotation,
} from '../shared/usecases/tenants/request-rotation.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { keyRoutes } from './routes/keys.js';

export const handlers: RouteHandlers<typeof keyRoutes> = {
  requestRotation: async ({ body, caller }, deps) => ({
    status: 202,
    body: await requestRotation(deps, caller.subject, body.reason, crypto.randomUUID()),
  }),
  readRotation: async ({ params }, deps) => ({
    status: 200,
    body: await readRotation(deps, params.rotationId),
  }),
  approveRotation: async ({ params, caller }, deps) => ({
    status: 200,
    body: await approveRotation(deps, params.rotationId, caller.subject),
  }),
  cancelRotation: async ({ params }, deps) => ({
    status: 200,
    body: await cancelRotation(deps, params.rotationId),
  }),
};

export const register = (services: Services): void => serveAll(services, keyRoutes, handlers);
