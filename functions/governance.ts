import type { Services } from '../shared/services.js';
import {
  decideAppetite,
  listAppetiteRequests,
  readAppetite,
  requestAppetite,
} from '../shared/usecases/governance/appetite.js';
import { listApprovals, readApproval } from '../shared/usecases/posture/read-approvals.js';
import { listExceptions } from '../shared/usecases/posture/read-exceptions.js';
import { reviewBreakGlass } from '../shared/usecases/governance/review-break-glass.js';
import { decisionHandlers } from './http/change-handlers.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { governanceRoutes } from './routes/governance.js';

const limits = decisionHandlers((own, decision, { requestId }: { requestId: string }, { actor, reason }) =>
  decideAppetite(own, requestId, { decision, subject: actor, reason }),
);

export const handlers: RouteHandlers<typeof governanceRoutes> = {
  listApprovals: async ({ stores, query }) => ({ status: 200, body: await listApprovals(stores, query) }),
  readApproval: async ({ stores, params }) => ({
    status: 200,
    body: await readApproval(stores, params.approval),
  }),
  reviewBreakGlass: async ({ stores, params, body, caller }, { keys, clock }) => {
    const deps = { stores, keys, clock };
    await reviewBreakGlass(deps, params.approval, body, caller.subject, crypto.randomUUID());
    return { status: 200, body: await readApproval(stores, params.approval) };
  },
  listExceptions: async ({ stores, query }, { keys }) => ({
    status: 200,
    body: await listExceptions({ stores, keys }, query),
  }),
  readAppetite: async (_request, own) => ({ status: 200, body: await readAppetite(own) }),
  requestAppetite: async ({ body, caller }, own) => ({
    status: 202,
    body: await requestAppetite(own, body, caller.subject),
  }),
  listAppetiteRequests: async ({ query }, own) => ({
    status: 200,
    body: await listAppetiteRequests(own, query),
  }),
  approveAppetite: limits.approve,
  rejectAppetite: limits.reject,
};

export const register = (services: Services): void => serveAll(services, governanceRoutes, handlers);
