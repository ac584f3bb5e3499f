import { packParamsSchema } from '../../schemas/answers/delivery.js';
import { tenantIdSchema } from '../../schemas/primitives.js';
import { verifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { TenantStores } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import type { AboutLink } from '../../shared/usecases/ingest/denied.js';
import { knownPack } from '../../shared/usecases/delivery/pack-link.js';
import type { Route } from './route.js';

/**
 * The link that a refused request named, where there is one: its id is keyed and stands in one mail alone, so whoever
 * names it has that mail. Null for any other request; the answer is the same either way.
 */
export async function refusedLink(
  { stores }: Pick<Services, 'stores'>,
  { opensLink }: Route,
  params: Readonly<Record<string, string>>,
): Promise<{ stores: TenantStores; about: AboutLink } | null> {
  if (opensLink !== true) return null;
  const tenant = tenantIdSchema.safeParse(params['tenantId']);
  const named = packParamsSchema.safeParse({ linkId: params['linkId'] });
  if (!tenant.success || !named.success) return null;
  const own = stores.open(verifiedTenant(tenant.data));
  const about = await knownPack(own, named.data.linkId);
  return about === null ? null : { stores: own, about };
}
