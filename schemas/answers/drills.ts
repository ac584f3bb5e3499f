import { z } from 'zod';

import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  nameSchema,
  textSchema,
} from '../primitives.js';
import { linksSchema, namesSchema } from './paging.js';

/** Body of `POST …/drills`. */
export const startDrillSchema = z.strictObject({ idempotencyKey: idempotencyKeySchema.optional() });
export const drillParamsSchema = z.strictObject({ drill: z.uuid() });
export const drillStepParamsSchema = z.strictObject({ drill: z.uuid(), step: nameSchema });

/** Body of `POST …/drills/{drill}/steps/{step}`. The service takes the time. */
export const drillStepSchema = z.strictObject({
  notes: textSchema.trim().min(1),
  evidenceIds: z.array(evidenceIdSchema).max(20).default([]),
});
/** Body of `POST …/drills/{drill}/close`: what is to be done about what the drill showed. */
export const closeDrillSchema = z.strictObject({
  followUps: z.array(textSchema.trim().min(1)).max(50).default([]),
});

export const drillViewSchema = z.strictObject({
  drill: z.uuid(),
  startedAt: instantSchema,
  startedBy: z.string(),
  /** The script, in its order. */
  steps: z.array(
    z.strictObject({
      step: z.string(),
      title: z.string(),
      dueAt: instantSchema,
      done: z
        .strictObject({
          at: instantSchema,
          by: z.string(),
          notes: z.string(),
          evidenceIds: z.array(evidenceIdSchema),
        })
        .nullable(),
    }),
  ),
  /** Null while it runs. Passed: every step was done in its time. */
  outcome: z.enum(['passed', 'failed']).nullable(),
  endedAt: instantSchema.nullable(),
  followUps: z.array(z.string()),
  people: namesSchema.optional(),
  links: linksSchema,
});
