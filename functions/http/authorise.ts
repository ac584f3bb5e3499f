import type { Grant } from '../../schemas/access.js';
import type { Role } from '../../schemas/members.js';
import { tenantIdSchema, type TenantId } from '../../schemas/primitives.js';
import type { Tenant } from '../../schemas/tenant.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import type { Millis } from '../../shared/core/kernel/time.js';
import { verifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { Caller, TenantStores } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import { openGrants } from '../../shared/usecases/journey/grants.js';
import type { DenialReason } from '../../shared/usecases/ingest/denied.js';
import type { Route, TenantRoute, RouteRequest } from './route.js';
import { servicesOf, type TenantServices } from './tenant-services.js';

/** Who asks, what the caller is in the tenant of the path, and the services of that tenant alone. */
export type Access = Pick<RouteRequest<TenantRoute>, 'caller' | 'roles' | 'tenant' | 'stores'> & {
  /** Null where the route may create the tenant. */
  document: RouteRequest<TenantRoute>['document'] | null;
  own: TenantServices;
  /** Set where the caller is a guest of an evidence room: what is read is put on record. */
  room?: Grant;
};

/**
 * The only rule of who may call a route. Null for a public route.
 * @throws Refusal `unauthenticated`; `not_found` for a tenant the caller has no right to; `forbidden` without the role.
 */
export async function accessTo(
  services: Services,
  route: Route,
  params: Readonly<Record<string, string>>,
  authorization: string | null,
  denied: (reason: DenialReason, tenants: readonly TenantStores[]) => Promise<void>,
): Promise<Access | null> {
  const { access } = route;
  if (!('roles' in access)) return null;
  const named = tenantIdSchema.safeParse(params['tenantId']);
  const caller =
    (await services.tokens.verify(authorization)) ??
    (await workloadOf(services, access.roles, named.data, authorization));
  if (caller === null) {
    // Whoever it was, they belong to nobody we know: no tenant's log, the operator's.
    services.telemetry.log('info', 'access_refused', { code: 'unauthenticated', method: route.method });
    await denied('unauthenticated', []);
    throw new Refusal('unauthenticated', 'send a valid bearer token');
  }
  if (!named.success) {
    await denied('foreign_tenant', await homesOf(services, caller, null));
    throw noSuchTenant();
  }
  const document = await services.stores.document(named.data);
  const { roles, rooms, room } = standingOf(caller, named.data, document, route, services.clock.now());
  const tenant = verifiedTenant(named.data);
  if (roles.length === 0 && rooms.length > 0) {
    const own = servicesOf(services, tenant);
    if (room === undefined) {
      await denied('forbidden', [own.stores]);
      throw new Refusal('forbidden', 'the evidence room does not open this');
    }
    return { caller, roles: ['viewer'], tenant, document, stores: own.stores, own, room };
  }
  if (roles.length === 0 || (document === null && access.creates !== true)) {
    await denied('foreign_tenant', await homesOf(services, caller, named.data));
    throw noSuchTenant();
  }
  const own = servicesOf(services, tenant);
  if (!access.roles.some((role) => roles.includes(role))) {
    if (document !== null) await denied('forbidden', [own.stores]);
    throw new Refusal('forbidden', `this needs one of the roles ${access.roles.join(', ')}`);
  }
  // Who was let into the room is on record for what they read, though they may read it in another right too.
  return {
    caller,
    roles,
    tenant,
    document,
    stores: own.stores,
    own,
    ...(room === undefined ? {} : { room }),
  };
}

/**
 * Whether a caller who was let in would be let in now: asked by a route that waits before it answers, since a role can be
 * taken and a grant can end meanwhile.
 */
export async function isStillLetIn(
  { caller, tenant, stores }: Pick<Access, 'caller' | 'tenant' | 'stores'>,
  route: Route,
  now: Millis,
): Promise<boolean> {
  const { access } = route;
  const { roles, room } = standingOf(caller, tenant, await stores.tenant.get(), route, now);
  return room !== undefined || ('roles' in access && access.roles.some((role) => roles.includes(role)));
}

/** What a caller is in a tenant: by token, by membership, by grants that are open; and the room that opens the route. */
function standingOf(
  caller: Caller,
  tenant: TenantId,
  document: { tenant: Tenant } | null,
  route: Route,
  now: Millis,
) {
  const open = openGrants(document?.tenant.grants ?? [], caller.subject, now);
  const roles = rolesIn(caller, tenant, document?.tenant.members ?? []);
  roles.push(...open.flatMap((grant) => grant.roles));
  const rooms = open.filter(({ purpose }) => purpose === 'evidence_room');
  return { roles, rooms, room: rooms.find((one) => opens(one, route)) };
}

/** A guest of an evidence room reads what a viewer reads, in the sections that the room was opened for. */
function opens(room: Grant, { method, path, access }: Route): boolean {
  const section = path.split('/')[2];
  const reads = method === 'GET' && 'roles' in access && access.roles.includes('viewer');
  return reads && room.sections.some((one) => one === section);
}

/**
 * The tenants that a token says its bearer belongs to, as far as they exist: theirs is the log that a knock at another
 * door is told in. The door that was knocked at is left out, so that nothing is ever written there.
 */
async function homesOf(
  { stores }: Services,
  caller: Caller,
  asked: TenantId | null,
): Promise<TenantStores[]> {
  const homes: TenantStores[] = [];
  for (const name of (caller.tenants ?? []).slice(0, 3)) {
    const home = tenantIdSchema.safeParse(name);
    if (home.success && home.data !== asked && (await stores.document(home.data)) !== null)
      homes.push(stores.open(verifiedTenant(home.data)));
  }
  return homes;
}

/** A workload of an issuer that the tenant registered, where collectors may call at all. */
async function workloadOf(
  { tokens, stores }: Services,
  accepted: readonly Role[],
  tenant: TenantId | undefined,
  authorization: string | null,
): Promise<Caller | null> {
  if (tenant === undefined || !accepted.includes('collector')) return null;
  const issuers = async (): Promise<Tenant['issuers']> =>
    (await stores.document(tenant))?.tenant.issuers ?? [];
  return tokens.verifyWorkload(authorization, tenant, issuers);
}

/** What a caller is in a tenant: by the token, where it names the tenant, and by the tenant's own list of members. */
export function rolesIn(
  caller: Caller,
  tenant: TenantId,
  members: readonly { subject: string; roles: readonly string[] }[],
): string[] {
  const byToken = caller.tenants?.includes(tenant) === true ? caller.roles : [];
  const subjects: readonly string[] = subjectsOf(caller);
  const byList = members.filter(({ subject }) => subjects.includes(subject)).flatMap(({ roles }) => roles);
  return [...new Set([...byToken, ...byList])];
}

/** How a member list may name a caller: as itself, and by the groups that its token names. */
export const subjectsOf = ({ subject, groups = [] }: Caller): [string, ...string[]] => [
  subject,
  ...groups.map((group) => `group:${group}`),
];

/** A foreign tenant and one that does not exist are the same answer to the byte. */
const noSuchTenant = (): Refusal => new Refusal('not_found', 'there is no such tenant');
