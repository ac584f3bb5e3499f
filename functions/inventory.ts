import type { Services } from '../shared/services.js';
import { listItems, readItem } from '../shared/usecases/posture/read-inventory.js';
import { readSession } from '../shared/usecases/posture/read-session.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { inventoryRoutes } from './routes/inventory.js';

export const handlers: RouteHandlers<typeof inventoryRoutes> = {
  listAgents: async ({ stores, query }) => ({
    status: 200,
    body: await listItems(stores, 'agent', query),
  }),
  readAgent: async ({ stores, params }) => ({
    status: 200,
    body: await readItem(stores, 'agent', params.name),
  }),
  listRepositories: async ({ stores, query }) => ({
    status: 200,
    body: await listItems(stores, 'repository', query),
  }),
  readRepository: async ({ stores, params }) => ({
    status: 200,
    body: await readItem(stores, 'repository', params.name),
  }),
  listWorkflows: async ({ stores, query }) => ({
    status: 200,
    body: await listItems(stores, 'workflow', query),
  }),
  readWorkflow: async ({ stores, params }) => ({
    status: 200,
    body: await readItem(stores, 'workflow', params.name),
  }),
  listTools: async ({ stores, query }) => ({
    status: 200,
    body: await listItems(stores, 'tool', query),
  }),
  readTool: async ({ stores, params }) => ({
    status: 200,
    body: await readItem(stores, 'tool', params.name),
  }),
  readSession: async ({ stores, params, query }) => ({
    status: 200,
    body: await readSession(stores, params.sessionId, query),
  }),
};

export const register = (services: Services): void => serveAll(services, inventoryRoutes, handlers);
