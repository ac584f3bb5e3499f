import type { MemberChangeAnswer } from '../../../../schemas/answers/tenants.js';
import type { Member } from '../../../../schemas/members.js';
import { asListed, gainsOf, keptOf, memberIn, withMember } from '../../../core/ingest/membership.js';
import { Refusal } from '../../../core/kernel/refusal.js';
import { tenantOf, type Asked } from '../../governance/change-requests.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from '../manage-tenants.js';
import { memberChanges, requestMemberChange } from './change-requests.js';

/**
 * Gives a token subject its roles in the tenant. What only takes from it, and a role without a part in what takes two people,
 * holds at once; what gives it such a part waits as a whole for a second person, but what it loses, which never waits.
 * @returns what is in force, or what waits
 * @throws Refusal `conflict` for one member too many or one request, and while another change of the member waits.
 */
export async function putMember(
  deps: TenantDeps,
  member: Member,
  asked: Asked,
): Promise<{ inForce: ChangeAnswer } | { pending: MemberChangeAnswer }> {
  const before = await tenantOf(deps);
  const known = memberIn(before, member.subject);
  if (gainsOf(known, member.roles).length === 0) return { inForce: await setRoles(deps, member, asked) };
  // Before anything is taken: a request that is refused does nothing.
  withMember(before, member);
  const kept = keptOf(known, member.roles);
  if (known !== undefined && kept.length < known.roles.length) {
    await memberChanges.makeRoom(deps);
    await setRoles(deps, { ...member, roles: kept }, asked);
  }
  return { pending: await requestMemberChange(deps, member, asked) };
}

/** Takes every role in the tenant from a token subject. @throws Refusal `not_found` */
export async function removeMember(deps: TenantDeps, subject: string, actor: string): Promise<ChangeAnswer> {
  const known = memberIn(await tenantOf(deps), subject);
  if (known === undefined) throw new Refusal('not_found', 'there is no such member');
  return setRoles(deps, { subject, roles: [] }, { actor });
}

const setRoles = (
  deps: TenantDeps,
  member: Member,
  { actor, reason }: Omit<Asked, 'id'>,
): Promise<ChangeAnswer> =>
  changeTenant(deps, {
    change: 'member',
    subject: 'member',
    actor,
    memberChange: asListed(member),
    ...(reason === undefined ? {} : { reason }),
    apply: (tenant) => {
      // The member as it is now, which another may have changed since it was read.
      if (gainsOf(memberIn(tenant, member.subject), member.roles).length > 0)
        throw new Refusal('conflict', 'the member was changed at the same time; look and try again');
      return withMember(tenant, member);
    },
  });
