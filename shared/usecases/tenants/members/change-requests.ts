import type { MemberChangeAnswer } from '../../../../schemas/answers/tenants.js';
import type { Member, MemberChange } from '../../../../schemas/members.js';
import type { Tenant } from '../../../../schemas/tenant.js';
import { asListed, gainsOf, memberIn, withMember } from '../../../core/ingest/membership.js';
import { contentDigest } from '../../../core/ingest/registration.js';
import {
  askedNow,
  changesOf,
  tenantOf,
  type Asked,
  type Changes,
  type Matter,
} from '../../governance/change-requests.js';
import { linksOf } from '../../links.js';
import { memberChangeSubject, type TenantDeps } from '../manage-tenants.js';
import { withNames } from '../../names.js';
import { shownRequest } from '../../governance/shown-change.js';

/* Who has a part in what takes two people is changed by two people, neither of whom gains by it alone. */

const matter: Matter<MemberChange> = {
  thing: 'member',
  most: 100,
  listOf: ({ memberChanges }) => memberChanges,
  withList: (tenant, memberChanges) => ({ ...tenant, memberChanges }),
  about: ({ subject }) => subject,
  wish: ({ roles }) => ({ roles }),
  gainer: ({ subject }) => subject,
  isOutdated: ({ subject, base }, tenant) => contentDigest(memberIn(tenant, subject)) !== base,
  made: (tenant, { subject, roles }) => withMember(tenant, { subject, roles }),
  told: ({ id, subject, roles, gains }, state) => ({
    change: state === 'requested' ? 'member_requested' : state === 'approved' ? 'member' : 'member_declined',
    subject: 'member',
    memberChange: { subject, roles, request: { id, state, gains } },
  }),
};

/**
 * Asks that a member have these roles. Asked again by the same person while it is open, it is the same request.
 * @throws Refusal `conflict` for one member too many, while another change of the member is open, and where the member was
 * changed in this moment
 */
export async function requestMemberChange(
  deps: TenantDeps,
  member: Member,
  asked: Asked,
): Promise<MemberChangeAnswer> {
  const known = memberIn(await tenantOf(deps), member.subject);
  const wish: MemberChange = {
    ...(await askedNow(deps, asked)),
    ...asListed(member),
    gains: gainsOf(known, member.roles),
    base: contentDigest(known),
  };
  return memberChanges.request(deps, wish, asked);
}

async function answerOf(deps: TenantDeps, tenant: Tenant, change: MemberChange): Promise<MemberChangeAnswer> {
  const links = linksOf(deps.stores.tenantId);
  return withNames(deps.stores.tenant, {
    ...shownRequest(deps, matter, tenant, change),
    current: memberIn(tenant, change.subject)?.roles ?? [],
    links: {
      self: links.at('member-changes', change.id),
      members: links.at('members'),
      evidence: links.filtered('evidence', 'subject', memberChangeSubject(change.id)),
    },
  });
}

export const memberChanges: Changes<MemberChange, MemberChangeAnswer> = changesOf(matter, answerOf);
