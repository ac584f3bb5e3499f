import type { ChangeRequest, Standing } from '../../../schemas/change-requests.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { instantOf } from '../../core/kernel/time.js';
import { endOf, type Matter } from './change-requests.js';
import type { TenantDeps } from '../tenants/manage-tenants.js';

/** A request with where it stands now, as answers show it. */
export function shownRequest<C extends ChangeRequest>(
  { clock }: TenantDeps,
  { isOutdated }: Matter<C>,
  tenant: Tenant,
  request: C,
): Omit<C, 'ended'> & Standing {
  const { ended, ...change } = request;
  const late = clock.now() >= endOf(request);
  return {
    ...change,
    status: ended?.outcome ?? (late ? 'expired' : isOutdated(request, tenant) ? 'outdated' : 'pending'),
    expiresAt: instantOf(endOf(request)),
    ...(ended?.by === undefined ? {} : { decidedBy: ended.by }),
    ...(ended === undefined ? {} : { decidedAt: ended.at }),
    ...(ended?.reason === undefined ? {} : { decisionReason: ended.reason }),
  };
}
