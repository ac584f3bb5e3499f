import type { Tenant, TenantIssuer } from '../../schemas/tenant.js';
import { Refusal } from '../core/kernel/refusal.js';
import type { TokenVerifier } from '../ports.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';

type Member = Tenant['members'][number];

/**
 * Lets a tenant's agent runtimes post with tokens of their own issuer.
 * @throws Refusal `invalid_request` for an issuer that may not be trusted or called; `conflict` where another entry has it.
 */
export async function putIssuer(
  deps: TenantDeps & { tokens: Pick<TokenVerifier, 'issuerFault'> },
  issuer: TenantIssuer,
  actor: string,
): Promise<ChangeAnswer> {
  const fault = deps.tokens.issuerFault(issuer);
  if (fault !== null) throw new Refusal('invalid_request', fault);
  return changeTenant(deps, {
    change: 'issuer',
    subject: issuer.id,
    actor,
    apply: (tenant) => {
      if (tenant.issuers.some((other) => other.issuer === issuer.issuer && other.id !== issuer.id))
        throw new Refusal('conflict', 'another entry has this issuer', { pointer: '/issuer' });
      const issuers = placed(tenant.issuers, issuer, (one) => one.id);
      return { ...tenant, issuers: within(10, 'issuers', issuers) };
    },
  });
}

/** Ends the trust in an issuer: its tokens are refused from the next request on. @throws Refusal `not_found` */
export async function removeIssuer(deps: TenantDeps, id: string, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'issuer',
    subject: id,
    actor,
    apply: (tenant) => ({ ...tenant, issuers: without(tenant.issuers, (one) => one.id === id) }),
  });
}

/** Takes every role in the tenant from a token subject. @throws Refusal `not_found` */
export async function removeMember(deps: TenantDeps, subject: string, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'member',
    subject: 'member',
    actor,
    apply: (tenant) => ({ ...tenant, members: without(tenant.members, (one) => one.subject === subject) }),
  });
}

/** Gives a token subject its roles in the tenant. */
export async function putMember(deps: TenantDeps, member: Member, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'member',
    subject: 'member',
    actor,
    apply: (tenant) => ({
      ...tenant,
      members: within(
        1000,
        'members',
        placed(tenant.members, member, (one) => one.subject),
      ),
    }),
  });
}

/** The list with the element in place of the one that has its key, or at the end. */
function placed<T>(list: readonly T[], element: T, keyOf: (one: T) => string): T[] {
  const known = list.some((one) => keyOf(one) === keyOf(element));
  return known ? list.map((one) => (keyOf(one) === keyOf(element) ? element : one)) : [...list, element];
}

function without<T>(list: readonly T[], matches: (one: T) => boolean): T[] {
  if (!list.some(matches)) throw new Refusal('not_found', 'there is no such entry');
  return list.filter((one) => !matches(one));
}

function within<T>(most: number, what: string, list: T[]): T[] {
  if (list.length > most) throw new Refusal('conflict', `a tenant has at most ${most} ${what}`);
  return list;
}
