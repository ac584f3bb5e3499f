import { z } from 'zod';

import { instantSchema, nameSchema, textSchema } from '../primitives.js';
import { linksSchema } from './paging.js';

/** Body of `POST …/keys/rotations`. */
export const requestRotationSchema = z.strictObject({ reason: textSchema.min(1) });

/** A rotation of the signing key as it stands: one person asks, another agrees. */
export const rotationSchema = z.strictObject({
  id: z.uuid(),
  status: z.enum(['requested', 'done', 'cancelled', 'expired']),
  /** As pseudonyms; `people` joins the names. */
  requestedBy: nameSchema,
  requestedAt: instantSchema,
  expiresAt: instantSchema,
  reason: textSchema,
  approvedBy: nameSchema.optional(),
  /** The key that signs since. */
  keyId: nameSchema.optional(),
  people: z.record(z.string(), z.string()).optional(),
  links: linksSchema,
});
export const rotationParamsSchema = z.strictObject({ rotationId: z.uuid() });
