import { roleSchema, type Member, type Role } from '../../../schemas/members.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../kernel/refusal.js';

/*
 * Much takes two people: one asks, another agrees, and who another is, is told by the token's subject. Who could alone give
 * such a part to a second name of their own would be both of them. So giving one takes two people itself; taking one away
 * takes nobody else. Roles that a token brings are its issuer's word and none of this.
 */

const mostMembers = 1000;

/** By these one asks for what takes two people, agrees to it, or looks after what another did. By the others never. */
export const takesPart: ReadonlySet<Role> = new Set<Role>(['operator', 'approver', 'auditor', 'admin']);

export const memberIn = ({ members }: Pick<Tenant, 'members'>, subject: string): Member | undefined =>
  members.find((one) => one.subject === subject);

/** Which of the roles take two people to give: all with a part in what takes two, but those that the member has. */
export const gainsOf = (known: Member | undefined, roles: readonly Role[]): Role[] =>
  inOrder(roles.filter((role) => takesPart.has(role) && known?.roles.includes(role) !== true));

/** What of its roles a member keeps where it is to have these: this much holds at once. */
export const keptOf = (known: Member | undefined, roles: readonly Role[]): Role[] =>
  inOrder(known?.roles.filter((role) => roles.includes(role)) ?? []);

/** The tenant with the member in these roles; with none, off the list. @throws Refusal `conflict` for one member too many */
export function withMember(tenant: Tenant, { subject, roles }: Member): Tenant {
  const member = asListed({ subject, roles });
  const { members } = tenant;
  const known = memberIn(tenant, subject);
  if (roles.length === 0) return { ...tenant, members: members.filter((one) => one !== known) };
  if (known !== undefined)
    return { ...tenant, members: members.map((one) => (one === known ? member : one)) };
  if (members.length >= mostMembers)
    throw new Refusal('conflict', `a tenant has at most ${mostMembers} members`);
  return { ...tenant, members: [...members, member] };
}

/** A member as the list has it. */
export const asListed = ({ subject, roles }: Member): Member => ({ subject, roles: inOrder(roles) });

/** Each once, in one order, so that the same roles are the same content. */
const inOrder = (roles: readonly Role[]): Role[] => roleSchema.options.filter((role) => roles.includes(role));
