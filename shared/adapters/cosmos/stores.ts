import type { Stores, TenantStores } from '../../ports.js';
import type { TenantId } from '../../../schemas/primitives.js';
import { cosmosContainers, type CosmosAccount } from './client.js';
import { cosmosEvidence } from './evidence.js';
import { cosmosLedger } from './ledger.js';
import { cosmosQuarantine } from './quarantine.js';
import { cosmosRecords } from './records.js';
import { cosmosTenant, listTenants } from './tenants.js';

/** Partition keys of the service's own records. No tenant id starts with `x-`, so no tenant can open them. */
const unknownPartition = 'x-unknown';
const operationsPartition = 'x-operations';

/** Every store over one Cosmos DB account. Nothing is opened before it is used. */
export function cosmosStores(account: CosmosAccount): Stores {
  const containers = cosmosContainers(account);
  const operations = cosmosRecords(containers, operationsPartition);
  const open = (tenantId: TenantId): TenantStores => ({
    tenantId,
    evidence: cosmosEvidence(containers, tenantId),
    ledger: cosmosLedger(containers, tenantId),
    quarantine: cosmosQuarantine(containers, tenantId),
    tenant: cosmosTenant(containers, tenantId),
    records: cosmosRecords(containers, tenantId),
  });
  return {
    open,
    tenantIds: (query) => listTenants(containers, query),
    unknownQuarantine: cosmosQuarantine(containers, unknownPartition),
    async rememberOperation(operationId, tenantId) {
      // Null: it is known already, and its id is a digest of its tenant, so it says the same.
      await operations.put(operationId, 'operation', { tenantId }, null);
    },
    async tenantOfOperation(operationId) {
      const found = await operations.get<{ tenantId: TenantId }>(operationId);
      return found?.value.tenantId ?? null;
    },
  };
}
