import { publishedNames, publishedSchema } from '../schemas/published.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import type { Services } from '../shared/services.js';
import { version } from '../shared/version.js';
import { serveAll } from './http/http.js';
import { openApiDocument } from './http/openapi.js';
import type { RouteHandlers } from './http/route.js';
import { serviceRoutes } from './routes/service.js';
import { routes } from './routes/all-routes.js';

let document: Record<string, unknown> | undefined;

export const handlers: RouteHandlers<typeof serviceRoutes> = {
  health: (_request, { build, telemetry }) =>
    Promise.resolve({
      status: 200,
      body: { status: 'up', version, release: build, telemetry: telemetry.destination() },
    }),
  openapi: () => {
    // Made once, at the first question: a cold start need not pay for it.
    document ??= openApiDocument(routes);
    return Promise.resolve({ status: 200, body: document });
  },
  listSchemas: () =>
    Promise.resolve({
      status: 200,
      body: { items: publishedNames.map((name) => ({ name, link: `/api/schemas/${name}` })) },
    }),
  readSchema: ({ params }) => {
    const schema = publishedSchema(params.name);
    if (schema === null) return Promise.reject(new Refusal('not_found', 'no schema has this name'));
    const headers = { 'Content-Type': 'application/schema+json' };
    return Promise.resolve({ status: 200, body: JSON.stringify(schema), headers });
  },
};

export const register = (services: Services): void => serveAll(services, serviceRoutes, handlers);
