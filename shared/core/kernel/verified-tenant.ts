import type { z } from 'zod';

import { tenantIdSchema, type TenantId } from '../../../schemas/primitives.js';

const verifiedSchema = tenantIdSchema.brand<'VerifiedTenant'>();

/**
 * A tenant that somebody proved a right to. Stores, blobs and keys are opened for one of these and for nothing else, so
 * that whoever holds an open store has been authorised, whatever names a request carries.
 */
export type VerifiedTenant = z.infer<typeof verifiedSchema>;

/**
 * States that the right to the tenant was proven. test/architecture.test.ts lists who may say so, and on what ground.
 * @throws ZodError for what is no tenant id: a partition key is never made of anything else.
 */
export const verifiedTenant = (tenantId: TenantId): VerifiedTenant => verifiedSchema.parse(tenantId);
