import type { SourceChangeAnswer } from '../../../../schemas/answers/tenants.js';
import type { Tenant } from '../../../../schemas/tenant.js';
import {
  sourceIn,
  widenings,
  withRevokedOf,
  withSource,
  type Registered,
} from '../../../core/ingest/registration.js';
import { Refusal } from '../../../core/kernel/refusal.js';
import { tenantOf, type Asked } from '../../governance/change-requests.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from '../manage-tenants.js';
import { requestSourceChange } from './change-requests.js';
import { refuseUnfitSource } from './first-sources.js';

/**
 * Registers a source of evidence, or changes what is registered under its id. What only takes from the source is in force
 * at once; anything else waits for a second person, but the revocation of a key in it, which never waits.
 * @returns what is in force, or what waits
 * @throws Refusal `invalid_request` for a name or type that only the service has; `conflict` for a uri that another source has,
 * for a source that is retired, for a revoked key, and while another change of the source waits.
 */
export async function putSource(
  deps: TenantDeps,
  source: Registered,
  asked: Asked,
): Promise<{ inForce: ChangeAnswer } | { pending: SourceChangeAnswer }> {
  refuseUnfitSource(source);
  const before = await tenantOf(deps);
  const known = sourceIn(before, source.id);
  if (widenings(known, source).length === 0)
    return {
      inForce: await change(deps, source.id, asked, (tenant) => {
        // The source as it is now, which another may have changed since it was read.
        if (widenings(sourceIn(tenant, source.id), source).length > 0)
          throw new Refusal('conflict', 'the source was changed at the same time; look and try again');
        return withSource(tenant, source);
      }),
    };
  // Before the key is revoked: a request that is refused does nothing.
  withSource(before, source);
  if (known !== undefined)
    await change(deps, source.id, asked, (tenant) => {
      const now = sourceIn(tenant, source.id);
      return now === undefined ? tenant : withSource(tenant, withRevokedOf(now, source));
    });
  const { id, ...to } = source;
  return { pending: await requestSourceChange(deps, { source: id, to }, asked) };
}

const change = (
  deps: TenantDeps,
  subject: string,
  { actor, reason }: Asked,
  apply: (tenant: Tenant) => Tenant,
): Promise<ChangeAnswer> =>
  changeTenant(deps, {
    change: 'source',
    subject,
    actor,
    ...(reason === undefined ? {} : { reason }),
    apply,
  });
