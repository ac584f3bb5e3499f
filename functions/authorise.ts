import { tenantIdSchema, type TenantId } from '../schemas/primitives.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import { verifiedTenant } from '../shared/core/kernel/verified-tenant.js';
import type { Caller } from '../shared/ports.js';
import type { Services } from '../shared/services.js';
import type { Route, TenantRoute, RouteRequest } from './route.js';
import { servicesOf, type TenantServices } from './tenant-services.js';

/** Who asks, what the caller is in the tenant of the path, and the services of that tenant alone. */
export type Access = Pick<RouteRequest<TenantRoute>, 'caller' | 'roles' | 'tenant' | 'stores'> & {
  /** Null where the route may create the tenant. */
  document: RouteRequest<TenantRoute>['document'] | null;
  own: TenantServices;
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
): Promise<Access | null> {
  const { access } = route;
  if (!('roles' in access)) return null;
  const caller = await services.tokens.verify(authorization);
  if (caller === null) throw new Refusal('unauthenticated', 'send a valid bearer token');
  const named = tenantIdSchema.safeParse(params['tenantId']);
  if (!named.success) throw noSuchTenant();
  const document = await services.stores.document(named.data);
  const roles = rolesIn(caller, named.data, document?.tenant.members ?? []);
  if (roles.length === 0 || (document === null && access.creates !== true)) throw noSuchTenant();
  if (!access.roles.some((role) => roles.includes(role)))
    throw new Refusal('forbidden', `this needs one of the roles ${access.roles.join(', ')}`);
  const tenant = verifiedTenant(named.data);
  const own = servicesOf(services, tenant);
  return { caller, roles, tenant, document, stores: own.stores, own };
}

/** What a caller is in a tenant: by the token, where it names the tenant, and by the tenant's own list of members. */
export function rolesIn(
  caller: Caller,
  tenant: TenantId,
  members: readonly { subject: string; roles: readonly string[] }[],
): string[] {
  const byToken = caller.tenants?.includes(tenant) === true ? caller.roles : [];
  const byList = members.find((member) => member.subject === caller.subject)?.roles ?? [];
  return [...new Set([...byToken, ...byList])];
}

/** A foreign tenant and one that does not exist are the same answer to the byte. */
const noSuchTenant = (): Refusal => new Refusal('not_found', 'there is no such tenant');
