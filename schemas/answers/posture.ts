import { z } from 'zod';

import { controlStateSchema, controlSummarySchema } from '../posture.js';
import {
  evidenceIdSchema,
  instantSchema,
  itemKindSchema,
  nameSchema,
  severitySchema,
} from '../primitives.js';
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
    remediation: z.string(),
    freshnessHours: z.int(),
    clauses: z.array(z.strictObject({ framework: z.string(), id: z.string() })),
  }),
  items: z.array(judgedItemSchema),
  cursor: z.string().optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});

export const findingStateSchema = z.enum(['open', 'accepted', 'resolved', 'closed', 'dismissed']);
export const findingParamsSchema = z.strictObject({
  findingId: z.string().regex(/^[0-9a-f]{64}$/, 'a finding id is 64 hex digits'),
});
export const findingQuerySchema = z.strictObject({
  state: findingStateSchema.optional(),
  severity: severitySchema.optional(),
  control: nameSchema.optional(),
  ...pageShape,
});

/** One cause, one finding: its id is the fingerprint of the cause. */
export const findingSchema = z.strictObject({
  id: z.string(),
  rule: z.string(),
  subject: z.string(),
  control: z.string().optional(),
  detail: z.string(),
  severity: severitySchema,
  state: findingStateSchema,
  firstSeen: instantSchema,
  openedAt: instantSchema,
  lastSeen: instantSchema,
  closedAt: instantSchema.optional(),
  dueOn: instantSchema,
  overdue: z.boolean(),
  count: countSchema,
  owner: z.string().optional(),
  acceptance: z
    .strictObject({
      owner: z.string(),
      approvedBy: z.string(),
      expiresAt: instantSchema,
      reason: z.string().optional(),
    })
    .optional(),
  evidenceIds: z.array(evidenceIdSchema),
  links: linksSchema,
});
export type FindingAnswer = z.infer<typeof findingSchema>;
export const findingAnswerSchema = findingSchema.extend({ people: namesSchema.optional() });
