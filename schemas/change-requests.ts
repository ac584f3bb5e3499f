import { z } from 'zod';

import { instantSchema, personSchema, sha256Schema, textSchema } from './primitives.js';

/*
 * What of a tenant takes two people: one asks, and it holds once another agrees within 72 hours. Source-changes.ts,
 * members.ts and tenant.ts say what is asked for.
 */

/** How such a change ended. `withdrawn` by who asked for it, `rejected` by another. */
const changeOutcomeSchema = z.enum(['approved', 'rejected', 'withdrawn', 'expired']);

/** Where a change stands, as the log tells each step. */
export const changeStateSchema = z.enum(['requested', ...changeOutcomeSchema.options]);
export type ChangeState = z.infer<typeof changeStateSchema>;

/** What every request holds, whatever is asked for. People stand as pseudonyms. */
export const changeRequestSchema = z.strictObject({
  id: z.uuid(),
  /** SHA-256 of what it changes as that stood when this was asked for, null where it did not: if it changed since, this can no longer be agreed to. */
  base: sha256Schema.nullable(),
  reason: textSchema.optional(),
  requestedBy: personSchema,
  requestedAt: instantSchema,
  /** `by` nobody where its time was over. */
  ended: z
    .strictObject({
      outcome: changeOutcomeSchema,
      at: instantSchema,
      by: personSchema.optional(),
      reason: textSchema.optional(),
    })
    .optional(),
});
export type ChangeRequest = z.infer<typeof changeRequestSchema>;

/** What an answer says of a request in place of `ended`. */
export const standingSchema = z.strictObject({
  /** `outdated`: what it changes was changed since this was asked for, so it can only be refused and asked for anew. */
  status: z.enum(['pending', ...changeOutcomeSchema.options, 'outdated']),
  /** Until then it can be decided. */
  expiresAt: instantSchema,
  decidedBy: z.string().optional(),
  decidedAt: instantSchema.optional(),
  decisionReason: z.string().optional(),
});
export type Standing = z.infer<typeof standingSchema>;
