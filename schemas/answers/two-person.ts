import { z } from 'zod';

import { evidenceIdSchema, instantSchema, textSchema } from '../primitives.js';
import { linksSchema, namesSchema } from './paging.js';

/** Body of an answer to what waits for a second person. */
export const decideSchema = z.strictObject({ reason: textSchema.optional() });
export type Decide = z.infer<typeof decideSchema>;

/**
 * What every request shows that becomes evidence once a second person approves it: an override of a control, limits of
 * indicators. Its `expiresAt` is the end of what is asked for.
 */
export const twoPersonShape = {
  id: z.uuid(),
  /** `expired`: not decided in time. `outdated`: another was approved since it was asked for, so it can only be rejected. */
  status: z.enum(['pending', 'approved', 'rejected', 'expired', 'outdated']),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  /** Until then it can be decided: for 72 hours, and not beyond its `expiresAt`. */
  decideBy: instantSchema,
  /** Evidence of the last approval of its kind when this was asked for, null where there was none. */
  base: evidenceIdSchema.nullable(),
  decidedBy: z.string().optional(),
  decidedAt: instantSchema.optional(),
  decisionReason: z.string().optional(),
  inForce: z.boolean(),
  evidenceId: evidenceIdSchema.nullable(),
  people: namesSchema.optional(),
  links: linksSchema,
};
