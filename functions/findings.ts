import type { Services } from '../shared/services.js';
import { actOnFinding, type FindingOrder } from '../shared/usecases/governance/act-on-finding.js';
import { readFinding } from '../shared/usecases/posture/read-findings.js';
import { serveAll } from './http/http.js';
import type { Reply, RouteHandlers, RouteRequest } from './http/route.js';
import { findingRoutes } from './routes/findings.js';
import type { TenantServices } from './http/tenant-services.js';

type Asked = Pick<RouteRequest<typeof findingRoutes.reopenFinding>, 'stores' | 'params' | 'caller' | 'roles'>;

/** The command as evidence, decided in the log, and then the finding as it left it. */
async function act(
  { stores, params, caller, roles }: Asked,
  order: FindingOrder,
  services: TenantServices,
): Promise<Reply> {
  const { keys, clock } = services;
  const operator = { subject: caller.subject, roles };
  await actOnFinding({ stores, keys, clock }, params.findingId, order, operator, crypto.randomUUID());
  return { status: 200, body: await readFinding(stores, params.findingId) };
}

export const handlers: RouteHandlers<typeof findingRoutes> = {
  assignFinding: (asked, all) => act(asked, { command: 'assign', body: asked.body }, all),
  acceptFinding: (asked, all) => act(asked, { command: 'accept', body: asked.body }, all),
  resolveFinding: (asked, all) => act(asked, { command: 'resolve', body: asked.body }, all),
  dismissFinding: (asked, all) => act(asked, { command: 'dismiss', body: asked.body }, all),
  reopenFinding: (asked, all) => act(asked, { command: 'reopen', body: asked.body }, all),
};

export const register = (services: Services): void => serveAll(services, findingRoutes, handlers);
