import { z } from 'zod';

import { linksSchema } from './answers/paging.js';
import { isolationTestedSchema } from './events/proofs.js';
import { evidenceIdSchema, tenantIdSchema } from './primitives.js';

/** One of two canary tenants and a token of it with the roles admin, operator and collector. Kept nowhere. */
const canarySchema = z.strictObject({
  tenant: tenantIdSchema,
  token: z
    .string()
    .min(20)
    .max(8000)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'a JWT in compact form'),
});

/** Body of `POST …/validations/isolation`: `a` tries to reach `b`. Both exist for this and hold nothing else. */
export const validateIsolationSchema = z.strictObject({ a: canarySchema, b: canarySchema });

/** What came of it, as it stands in the log. */
export const isolationValidationSchema = z.strictObject({
  ...isolationTestedSchema.shape,
  evidence: evidenceIdSchema,
  links: linksSchema,
});
