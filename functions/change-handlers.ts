import type { z } from 'zod';

import type { changeParamsSchema, DecideChange } from '../schemas/answers/delivery.js';
import type { Tenant } from '../schemas/tenant.js';
import type { Caller } from '../shared/ports.js';
import type { Asked, Changes } from '../shared/usecases/change-requests.js';
import type { ChangeRequest } from '../schemas/change-requests.js';
import type { Decision } from '../shared/usecases/second-person.js';
import { subjectsOf } from './authorise.js';
import type { Reply } from './route.js';
import type { TenantServices } from './tenant-services.js';

/* Requests that wait for a second person are read and decided alike, whatever is asked for. */

type Deciding = {
  params: z.output<typeof changeParamsSchema>;
  body: DecideChange | undefined;
  caller: Caller;
};

/** The two answers to a request: agree to it, and refuse or withdraw it. */
export function decisionHandlers(
  decide: (own: TenantServices, decision: Decision, asked: Asked) => Promise<unknown>,
) {
  const handler =
    (decision: Decision) =>
    async ({ params, body, caller }: Deciding, own: TenantServices): Promise<Reply> => {
      const [actor, ...groups] = subjectsOf(caller);
      const decided = { id: params.changeId, actor, groups, reason: body?.reason };
      return { status: 200, body: await decide(own, decision, decided) };
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
      { document, params }: Reading & Pick<Deciding, 'params'>,
      own: TenantServices,
    ): Promise<Reply> => ({ status: 200, body: await changes.read(own, document.tenant, params.changeId) }),
    ...decisionHandlers((own, decision, asked) => changes.decide(own, decision, asked)),
  };
}
