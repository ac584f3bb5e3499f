import type { Stores, TenantStores } from '../../ports.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { TenantId } from '../../../schemas/primitives.js';
import { cosmosContainers, type CosmosAccount } from './client.js';
import { cosmosEvidence } from './evidence.js';
import { cosmosLedger, dueLedgers, expiredLedgers } from './ledger.js';
import { cosmosQuarantine } from './quarantine.js';
import { cosmosRecords, tenantsWithRecords } from './records.js';
import { cosmosTenant, dueTenants, listTenants, readDocument } from './tenants.js';

/** Every store over one Cosmos DB account. Nothing is opened before it is used. */
export function cosmosStores(account: CosmosAccount): Stores {
  const containers = cosmosContainers(account);
  const operations = cosmosRecords(containers, 'x-operations');
  const open = (tenantId: VerifiedTenant): TenantStores => ({
    tenantId,
    evidence: cosmosEvidence(containers, tenantId),
    ledger: cosmosLedger(containers, tenantId),
    quarantine: cosmosQuarantine(containers, tenantId),
    tenant: cosmosTenant(containers, tenantId),
    records: cosmosRecords(containers, tenantId),
  });
  return {
    open,
    document: (tenantId) => readDocument(containers, tenantId),
    tenantIds: (query) => listTenants(containers, query),
    due: (query) => dueTenants(containers, query),
    dueLedgers: (query) => dueLedgers(containers, query),
    expiredLedgers: (limit) => expiredLedgers(containers, limit),
    withRecords: (query) => tenantsWithRecords(containers, query),
    unknownQuarantine: cosmosQuarantine(containers, 'x-unknown'),
    async rememberOperation(operationId, tenantId) {
      // Null: it is known already, and its id is a digest of its tenant, so it says the same.
      await operations.put(operationId, 'operation', { tenantId }, null);
    },
    mailBudget: operations,
    async tenantOfOperation(operationId) {
      const found = await operations.get<{ tenantId: TenantId }>(operationId);
      return found === null ? null : verifiedTenant(found.value.tenantId);
    },
  };
}
