import { tenantIdSchema } from '../../../schemas/primitives.js';

/** The public-safe sample tenant. No live tenant can be created under its id. */
export const sampleTenantId = tenantIdSchema.parse('sample');
