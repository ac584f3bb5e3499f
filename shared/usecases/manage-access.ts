import { eventDataSchemas, serviceOnlyEvents } from '../../schemas/events/types.js';
import type { Source, Tenant, TenantIssuer } from '../../schemas/tenant.js';
import { isRetired } from '../core/ingest/rules.js';
import { withRevocations } from '../core/ingest/revoked-keys.js';
import { Refusal } from '../core/kernel/refusal.js';
import { millisOf } from '../core/kernel/time.js';
import type { TokenVerifier } from '../ports.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';
import { serviceSource } from './record.js';

type Member = Tenant['members'][number];

/** Names that a source can be registered for: what senders may say, and `runtime` for all that needs no registration. */
const postable = new Set<string>([
  'runtime',
  ...Object.keys(eventDataSchemas).filter((name) => ![...serviceOnlyEvents].some((own) => own === name)),
]);

/**
 * Registers a source of evidence, or changes what is registered under its id: a trust root, since keys come with it.
 * @throws Refusal `invalid_request` for a name or type that only the service has; `conflict` for a uri that another source has,
 * for a source that is retired, and for a revoked key.
 */
export async function putSource(
  deps: TenantDeps,
  source: Omit<Source, 'retirement'>,
  actor: string,
): Promise<ChangeAnswer> {
  if (source.id === serviceSource.id || source.uri === serviceSource.uri)
    throw new Refusal('invalid_request', 'this source is the service itself');
  refuseBadKeys(source.keys);
  const unknown = source.eventTypes.findIndex((name) => !postable.has(name));
  if (unknown >= 0)
    throw new Refusal('invalid_request', 'no sender can be registered for this event type', {
      pointer: `/eventTypes/${unknown}`,
    });
  return changeTenant(deps, {
    change: 'source',
    subject: source.id,
    actor,
    apply: (tenant) => {
      if (tenant.sources.some((other) => other.uri === source.uri && other.id !== source.id))
        throw new Refusal('conflict', 'another source has this uri', { pointer: '/uri' });
      const known = tenant.sources.find(({ id }) => id === source.id);
      if (known !== undefined && isRetired(known))
        throw new Refusal(
          'conflict',
          'the source is retired for good; register another under its own id and uri',
        );
      const { retirement } = known ?? {};
      const next = { ...source, ...(retirement === undefined ? {} : { retirement }) };
      const sources = placed<Source>(tenant.sources, next, (one) => one.id);
      return withRevocations(tenant, source.id, within(100, 'sources', sources));
    },
  });
}

type SourceKey = Source['keys'][number];

/** Keys that could never verify anything, or that a `kid` does not tell apart. */
function refuseBadKeys(keys: readonly SourceKey[]): void {
  keys.forEach((key, at) => {
    const fault =
      keys.findIndex(({ kid }) => kid === key.kid) !== at
        ? 'another key has this kid'
        : millisOf(key.validFrom) >= millisOf(key.validUntil)
          ? 'the validity ends before it begins'
          : [key.jwk.x, 'y' in key.jwk ? key.jwk.y : key.jwk.x].some((part) => !isCoordinate(part))
            ? 'a coordinate is 32 bytes in base64url'
            : null;
    if (fault !== null) throw new Refusal('invalid_request', fault, { pointer: `/keys/${at}` });
  });
}

/** 32 bytes in base64url without padding, in their one spelling. */
const isCoordinate = (part: string): boolean => /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(part);

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
