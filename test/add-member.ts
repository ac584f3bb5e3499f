import type { Member } from '../schemas/members.js';
import type { TenantDeps } from '../shared/usecases/tenants/manage-tenants.js';
import { memberChanges } from '../shared/usecases/tenants/members/change-requests.js';
import { putMember } from '../shared/usecases/tenants/members/put-member.js';

/** Gives a member its roles, by as many people as that takes. */
export async function addMember(deps: TenantDeps, member: Member, actor: string): Promise<void> {
  const put = await putMember(deps, member, { id: crypto.randomUUID(), actor });
  if ('pending' in put)
    await memberChanges.decide(deps, 'approved', { id: put.pending.id, actor: `second to ${actor}` });
}
