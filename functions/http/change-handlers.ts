import type { z } from 'zod';

import type { changeParamsSchema } from '../../schemas/answers/delivery.js';
import type { Decide } from '../../schemas/answers/two-person.js';
import type { Tenant } from '../../schemas/tenant.js';
import type { Caller } from '../../shared/ports.js';
import type { Asked, Changes } from '../../shared/usecases/governance/change-requests.js';
import type { ChangeRequest } from '../../schemas/change-requests.js';
import type { Decision } from '../../shared/usecases/governance/second-person.js';
import { subjectsOf } from './authorise.js';
import type { Reply } from './route.js';
import type { TenantServices } from './tenant-services.js';

/* Requests that wait for a second person are read and decided alike, whatever is asked for. */

type ChangeParams = z.output<typeof changeParamsSchema>;
type Deciding<P> = { params: P; body: Decide | undefined; caller: Caller };

/** The two answers to a request, which the parameters of the route name: agree to it, and refuse or withdraw it. */
export function decisionHandlers<P>(
  decide: (own: TenantServices, decision: Decision, params: P, by: Omit<Asked, 'id'>) => Promise<unknown>,
) {
  const handler =
    (decision: Decision) =>
    async ({ params, body, caller }: Deciding<P>, own: TenantServices): Promise<Reply> => {
      const [actor, ...groups] = subjectsOf(caller);
      const by = { actor, groups, reason: body?.reason };
      return { status: 200, body: await decide(own, decision, params, by) };
    };
  return { approve: handler('approved'), reject: handler('rejected') };
}

/** Handlers of the routes over requests that stand in the tenant's document. */
export function changeHandlers<C extends ChangeRequest, A>(changes: Changes<C, A>) {
  type Reading = { document: { tenant: Tenant } };
  return {
    list: async ({ document }: Reading, own: TenantServices): Promise<Reply> => ({
      status: 200,
      body: await changes.list(own, document.tenant),
    }),
    read: async (
      { document, params }: Reading & { params: ChangeParams },
      own: TenantServices,
    ): Promise<Reply> => ({ status: 200, body: await changes.read(own, document.tenant, params.changeId) }),
    ...decisionHandlers((own, decision, { changeId }: ChangeParams, by) =>
      changes.decide(own, decision, { id: changeId, ...by }),
    ),
  };
}
