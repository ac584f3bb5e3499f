import { tenantIdSchema } from '../schemas/primitives.js';
import { tenantSchema, type Tenant } from '../schemas/tenant.js';
import { verifiedTenant, type VerifiedTenant } from '../shared/core/kernel/verified-tenant.js';

/** A tenant as if somebody had proven a right to it: tests stand behind authorisation. */
export const tenantNamed = (id: string): VerifiedTenant => verifiedTenant(tenantIdSchema.parse(id));

/** A tenant's document as it was created, with nobody and no source in it. `createdAt`: RFC 3339. */
export const newTenant = (
  tenantId: VerifiedTenant,
  createdAt: string,
  settings: { displayName: string; timeZone: string },
): Tenant =>
  tenantSchema.parse({
    tenantId,
    revision: 1,
    createdAt,
    sample: false,
    settings,
    sources: [],
    members: [],
    keys: [],
  });

/** A pipeline that asks the gate, as a decision names it. */
export const pipelineActor = `psn:${'9'.repeat(32)}`;
