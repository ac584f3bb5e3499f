import type { TenantIssuer } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { TokenVerifier } from '../../ports.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';

const most = 10;

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
      const isKnown = tenant.issuers.some(({ id }) => id === issuer.id);
      if (!isKnown && tenant.issuers.length >= most)
        throw new Refusal('conflict', `a tenant has at most ${most} issuers`);
      const issuers = isKnown
        ? tenant.issuers.map((one) => (one.id === issuer.id ? issuer : one))
        : [...tenant.issuers, issuer];
      return { ...tenant, issuers };
    },
  });
}

/** Ends the trust in an issuer: its tokens are refused from the next request on. @throws Refusal `not_found` */
export async function removeIssuer(deps: TenantDeps, id: string, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'issuer',
    subject: id,
    actor,
    apply: (tenant) => {
      if (!tenant.issuers.some((one) => one.id === id))
        throw new Refusal('not_found', 'there is no such issuer');
      return { ...tenant, issuers: tenant.issuers.filter((one) => one.id !== id) };
    },
  });
}
