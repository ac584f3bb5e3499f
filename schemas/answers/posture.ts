import { z } from 'zod';

import { controlStateSchema, controlSummarySchema } from '../posture.js';
import { evidenceIdSchema, instantSchema, itemKindSchema, nameSchema } from '../primitives.js';
import { fellSchema } from './items.js';
import { countSchema, linksSchema, namesSchema, pageShape } from './paging.js';

/** The controls with their counts, at one position. */
export const controlListSchema = z.strictObject({
  position: countSchema,
  asOf: instantSchema,
  controls: z.array(controlSummarySchema),
  links: linksSchema,
});

export const controlParamsSchema = z.strictObject({ controlId: nameSchema });
export const controlQuerySchema = z.strictObject({
  state: controlStateSchema.optional().meta({ description: 'Only items in this state.' }),
  ...pageShape,
});

const judgedKindSchema = z.enum([
  ...itemKindSchema.options,
  'tenant',
  'connector',
  'incident',
  'review',
  'approval',
  'exception',
]);

/** One thing that a control is judged for. `evidenceId` is the event that decides its state; null where there is none. */
export const judgedItemSchema = z.strictObject({
  kind: judgedKindSchema,
  name: z.string(),
  state: controlStateSchema,
  since: instantSchema,
  evidenceId: evidenceIdSchema.nullable(),
  fell: fellSchema.optional(),
  links: linksSchema,
});

/** A control, what it demands, and the items it is judged for, worst first. A page may be short of its limit. */
export const controlDetailSchema = z.strictObject({
  control: controlSummarySchema.extend({
    demand: z.string(),
    satisfiedBy: z.string(),
    remediation: z.string(),
    freshnessHours: z.int(),
    clauses: z.array(z.strictObject({ framework: z.string(), id: z.string() })),
    /** What is overridden of it now, by the event `id`. */
    override: z
      .looseObject({
        time: instantSchema,
        id: evidenceIdSchema,
        approvedBy: z.string(),
        reason: z.string(),
        expiresAt: instantSchema,
      })
      .optional(),
  }),
  items: z.array(judgedItemSchema),
  cursor: z.string().optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});
