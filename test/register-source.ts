import type { Source } from '../schemas/tenant.js';
import type { TenantDeps } from '../shared/usecases/tenants/manage-tenants.js';
import { sourceChanges } from '../shared/usecases/tenants/sources/change-requests.js';
import { putSource } from '../shared/usecases/tenants/sources/put-source.js';

/** Registers a source, or changes it, by as many people as that takes. */
export async function registerSource(deps: TenantDeps, source: Source, actor: string): Promise<void> {
  const put = await putSource(deps, source, { id: crypto.randomUUID(), actor });
  if ('pending' in put)
    await sourceChanges.decide(deps, 'approved', { id: put.pending.id, actor: `second to ${actor}` });
}
