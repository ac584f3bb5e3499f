import type { Services } from '../shared/services.js';
import {
  decideSourceChange,
  listSourceChanges,
  readSourceChange,
} from '../shared/usecases/sources/change-requests.js';
import { serveAll } from './http.js';
import type { RouteHandlers } from './route.js';
import { sourceChangeRoutes } from './routes/source-changes.js';

export const handlers: RouteHandlers<typeof sourceChangeRoutes> = {
  listSourceChanges: async ({ document }, own) => ({
    status: 200,
    body: await listSourceChanges(own, document.tenant),
  }),
  readSourceChange: async ({ document, params }, own) => ({
    status: 200,
    body: await readSourceChange(own, document.tenant, params.changeId),
  }),
  approveSourceChange: async ({ params, body, caller }, own) => {
    const agreed = { id: params.changeId, actor: caller.subject, reason: body?.reason };
    return { status: 200, body: await decideSourceChange(own, 'approved', agreed) };
  },
  rejectSourceChange: async ({ params, body, caller }, own) => {
    const refused = { id: params.changeId, actor: caller.subject, reason: body?.reason };
    return { status: 200, body: await decideSourceChange(own, 'rejected', refused) };
  },
};

export const register = (services: Services): void => serveAll(services, sourceChangeRoutes, handlers);
