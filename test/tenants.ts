import { tenantIdSchema } from '../schemas/primitives.js';
import { verifiedTenant, type VerifiedTenant } from '../shared/core/kernel/verified-tenant.js';

/** A tenant as if somebody had proven a right to it: tests stand behind authorisation. */
export const tenantNamed = (id: string): VerifiedTenant => verifiedTenant(tenantIdSchema.parse(id));

/** A pipeline that asks the gate, as a decision names it. */
export const pipelineActor = `psn:${'9'.repeat(32)}`;
