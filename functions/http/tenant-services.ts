import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { BlobStore, Stores, TenantStores } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';

/**
 * The services as work for one tenant is given them: its own stores and blobs, and no way to another's. The mail registry
 * spans tenants, because a provider's event names none; here it can only be added to. So does the provider's budget.
 */
export type TenantServices = Omit<Services, 'stores' | 'blobs'> & {
  stores: TenantStores;
  blobs: BlobStore;
  registry: Pick<Stores, 'rememberOperation' | 'mailBudget'>;
};

export function servicesOf(services: Services, tenant: VerifiedTenant): TenantServices {
  const { stores, blobs, ...rest } = services;
  return { ...rest, stores: stores.open(tenant), blobs: blobs.open(tenant), registry: stores };
}
