import { z } from 'zod';

import { countSchema } from './answers/paging.js';
import { evidenceIdSchema, instantSchema } from './primitives.js';
import { blockerSchema, readinessTargetSchema } from './readiness.js';

/** One thing to do. All of them done, the decision is ready; any one left out, it is not. */
export const planItemSchema = z.strictObject({
  /** From 1: what others build on comes first. */
  order: z.int().min(1),
  blocker: blockerSchema.shape.id,
  title: blockerSchema.shape.title,
  /** The check of a validator's packet that fails; null where the blocker is one thing. */
  check: z.string().nullable(),
  /** What was found. */
  found: z.string(),
  /** What to do about it. */
  action: z.string(),
  owner: z.string(),
  /** The event types by which the log will know that it was done. */
  leaves: z.array(z.string()),
  /** What shows the present state. */
  evidenceIds: z.array(evidenceIdSchema),
});

/** Answer of `GET …/readiness/plan`. */
export const planSchema = z.strictObject({
  target: readinessTargetSchema,
  asOf: instantSchema,
  position: countSchema,
  ready: z.boolean(),
  items: z.array(planItemSchema),
});
export type Plan = z.infer<typeof planSchema>;
