import { z } from 'zod';

import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  nameSchema,
  personSchema,
} from '../primitives.js';
import { statesSchema } from './items.js';
import { countSchema, linksSchema, namesSchema, pageShape, wordsSchema } from './paging.js';

/* Approvals, the use of break-glass among them, and exceptions: one by one, and summed up for the whole tenant. */

const said = z.looseObject({ time: instantSchema, id: evidenceIdSchema });
const seconds = z.int().min(0);

export const approvalStatusSchema = z.enum([
  'pending',
  'approved',
  'denied',
  'expired',
  'self_approved',
  'late',
  'unrequested',
]);
export const breakGlassSchema = z.enum(['unreviewed', 'overdue', 'justified', 'not_justified']);

export const approvalQuerySchema = z.strictObject({
  status: approvalStatusSchema.optional(),
  breakGlass: breakGlassSchema
    .optional()
    .meta({ description: 'Only uses of break-glass whose review stands so.' }),
  name: nameSchema.optional().meta({ description: 'Only the one of this name.' }),
  words: wordsSchema,
  ...pageShape,
});

/** From request to answer to the action covered. */
export const approvalSchema = z.strictObject({
  name: z.string(),
  status: approvalStatusSchema,
  requested: said.extend({ by: z.string() }).optional(),
  decided: said.extend({ by: z.string() }).optional(),
  reviewed: said.extend({ by: z.string() }).optional(),
  /** First and last action that ran under it. */
  used: z.strictObject({ first: said, last: said }).optional(),
  /** An action ran under it after its end. */
  usedExpired: z.boolean(),
  /** From request to answer. */
  latencySeconds: seconds.optional(),
  /** How long a pending one has waited, as of the summary's `asOf`. */
  pendingSeconds: seconds.optional(),
  breakGlass: z
    .strictObject({
      review: breakGlassSchema,
      /** As the request has it; absent where that is unknown or erased. */
      reason: z.string().optional(),
      /** The access stood from the answer to the end of the approval. */
      from: instantSchema.optional(),
      until: instantSchema.optional(),
      seconds: seconds.optional(),
    })
    .optional(),
  states: statesSchema,
  links: linksSchema,
});

const summaryShape = { position: countSchema, asOf: instantSchema };

/** All approvals of the tenant, from counters. */
export const approvalSummarySchema = z.strictObject({
  ...summaryShape,
  byStatus: z.record(approvalStatusSchema, countSchema),
  pending: z.strictObject({
    count: countSchema,
    oldestRequestedAt: instantSchema.nullable(),
    oldestSeconds: seconds.nullable(),
  }),
  /** From request to answer; from a histogram, so within `error` of the exact value. Null: none was answered. */
  latency: z.strictObject({
    answered: countSchema,
    medianSeconds: seconds.nullable(),
    p95Seconds: seconds.nullable(),
    error: z.number(),
  }),
  /** Approvals under which an action ran, and those under which one ran after the end. */
  covered: countSchema,
  usedExpired: countSchema,
  breakGlass: z.strictObject({ used: countSchema, unreviewed: countSchema, overdue: countSchema }),
});
export type ApprovalSummary = z.infer<typeof approvalSummarySchema>;

const page = { cursor: z.string().optional(), people: namesSchema.optional() };
export const approvalListSchema = z.strictObject({
  items: z.array(approvalSchema),
  summary: approvalSummarySchema,
  ...page,
});

export const approvalParamsSchema = z.strictObject({
  approval: nameSchema.meta({ description: 'Name of the approval, as its evidence has it.' }),
});
/** Body of a review of break-glass. */
export const reviewBreakGlassSchema = z.strictObject({
  outcome: z.enum(['justified', 'not_justified']),
  reason: z.string().trim().min(1).max(2000),
  idempotencyKey: idempotencyKeySchema.optional(),
});
export const approvalAnswerSchema = approvalSchema.extend({ people: namesSchema.optional() });

export const exceptionStatusSchema = z.enum(['active', 'expired', 'revoked', 'unowned']);
export const exceptionQuerySchema = z.strictObject({
  status: exceptionStatusSchema.optional(),
  name: nameSchema.optional().meta({ description: 'Only the one of this name.' }),
  words: wordsSchema,
  owner: personSchema.optional().meta({ description: 'A person: the name, or the pseudonym psn:<32 hex>.' }),
  ...pageShape,
});
export const exceptionSchema = z.strictObject({
  name: z.string(),
  status: exceptionStatusSchema,
  owner: z.string().optional(),
  expiresAt: instantSchema.optional(),
  /** It stands, and ends within 14 days. */
  expiring: z.boolean(),
  /** Since it was granted. */
  ageSeconds: seconds.optional(),
  granted: said.optional(),
  renewed: said.optional(),
  revoked: said.optional(),
  states: statesSchema,
  links: linksSchema,
});
export const exceptionSummarySchema = z.strictObject({
  ...summaryShape,
  byStatus: z.record(exceptionStatusSchema, countSchema),
  expiringIn14Days: countSchema,
  /** Standing exceptions by owner, most first, of the 200 that end soonest. */
  byOwner: z.array(z.strictObject({ owner: z.string().nullable(), count: countSchema })),
  /** Whether those were all. */
  byOwnerComplete: z.boolean(),
});
export const exceptionListSchema = z.strictObject({
  items: z.array(exceptionSchema),
  summary: exceptionSummarySchema,
  ...page,
});
