import type { Member } from '../../../../schemas/members.js';
import type { Tenant } from '../../../../schemas/tenant.js';
import { asListed, memberIn, withMember } from '../../../core/ingest/membership.js';
import { contentDigest } from '../../../core/ingest/registration.js';
import { Refusal } from '../../../core/kernel/refusal.js';

/*
 * As its first sources, the people that a tenant begins with are said by one person, who creates it, and so whom its token
 * lets create it.
 */

/** A new tenant with its first members. @throws Refusal `conflict` for one that is named twice */
export const withFirstMembers = (tenant: Tenant, members: readonly Member[]): Tenant =>
  members.reduce((before, member, at) => {
    if (memberIn(before, member.subject) !== undefined)
      throw new Refusal('conflict', 'another member has this subject', { pointer: `/members/${at}` });
    return withMember(before, member);
  }, tenant);

/** Said again, they are what they are. @throws Refusal `conflict` for one that the tenant does not have, exactly so. */
export function refuseOtherMembers(tenant: Tenant, members: readonly Member[]): void {
  const other = members.findIndex(
    (member) => contentDigest(memberIn(tenant, member.subject)) !== contentDigest(asListed(member)),
  );
  if (other >= 0)
    throw new Refusal(
      'conflict',
      'the first members are said when the tenant is created; later, one by one',
      { pointer: `/members/${other}` },
    );
}
