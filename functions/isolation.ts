import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { validateIsolation } from '../shared/usecases/readiness/validate-isolation.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { isolationRoutes } from './routes/isolation.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const handlers: RouteHandlers<typeof isolationRoutes> = {
  validateIsolation: async ({ body, stores }, { keys, clock, publicSide }) => {
    const { url, outbound } = publicSide;
    if (url === null)
      throw new Refusal('conflict', 'this deployment does not know its public address: PUBLIC_URL');
    const deps = { stores, keys, clock, outbound, wait };
    return { status: 200, body: await validateIsolation(deps, url, body, crypto.randomUUID()) };
  },
};

export const register = (services: Services): void => serveAll(services, isolationRoutes, handlers);
