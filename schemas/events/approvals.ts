import { z } from 'zod';
import { evidenceIdSchema, instantSchema, nameSchema, personSchema, textSchema } from '../primitives.js';

/**
 * Someone, or an agent on its own behalf, asks for a human decision on an action. Of several of one name the first counts, and
 * break-glass before any other.
 */
export const approvalRequestedSchema = z.strictObject({
  approval: nameSchema,
  requestedBy: personSchema,
  agent: nameSchema.optional(),
  group: nameSchema.optional(),
  /** From this instant on an answer no longer counts, nor does an action run under it. */
  expiresAt: instantSchema,
  reason: textSchema.optional(),
  breakGlass: z.boolean().optional(),
  breakGlassReason: textSchema.optional(),
  externalReference: nameSchema.optional(),
});

/** The answer to an approval request. `requestedBy` repeats the request, so that self-approval shows even if the request is lost. */
export const approvalDecidedSchema = z.strictObject({
  approval: nameSchema,
  outcome: z.enum(['approved', 'denied']),
  decidedBy: personSchema,
  requestedBy: personSchema.optional(),
  reason: textSchema.optional(),
  breakGlass: z.boolean().optional(),
});

/** A person looked at a use of break-glass afterwards. */
export const breakglassReviewedSchema = z.strictObject({
  approval: nameSchema,
  reviewedBy: personSchema,
  outcome: z.enum(['justified', 'not_justified']),
  notes: textSchema.optional(),
});

/** An accepted policy exception. Needs a source registered for `exception.*`. */
export const exceptionGrantedSchema = z.strictObject({
  exception: nameSchema,
  owner: personSchema.optional(),
  requestedBy: personSchema.optional(),
  approvedBy: personSchema.optional(),
  expiresAt: instantSchema.optional(),
  scope: textSchema,
  control: nameSchema.optional(),
  approval: nameSchema.optional(),
});

export const exceptionRenewedSchema = z.strictObject({
  exception: nameSchema,
  approvedBy: personSchema.optional(),
  expiresAt: instantSchema,
  reason: textSchema.optional(),
});

export const exceptionRevokedSchema = z.strictObject({
  exception: nameSchema,
  revokedBy: personSchema.optional(),
  reason: textSchema.optional(),
});

/** An incident, what is learned of it while it runs, and its remediation and lessons at closure. */
export const incidentOpenedSchema = z.strictObject({
  incident: nameSchema,
  title: textSchema,
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  detectedAt: instantSchema.optional(),
  owner: personSchema.optional(),
  evidenceIds: z.array(evidenceIdSchema).max(100).optional(),
});
/**
 * What came to be known of an incident after its opening. Each member stands alone, each of `impact` too: of several events
 * the one with the latest time, then id, counts for the members it has, in whatever order they arrive.
 */
export const incidentUpdatedSchema = z.strictObject({
  incident: nameSchema,
  contained: z
    .strictObject({
      at: instantSchema,
      how: textSchema,
      evidenceIds: z.array(evidenceIdSchema).max(100).optional(),
    })
    .optional(),
  impact: z
    .strictObject({
      /** An empty list says that no class of data is affected. */
      dataClasses: z.array(nameSchema).max(50).optional(),
      customersAffected: z.int().nonnegative().optional(),
      summary: textSchema.optional(),
    })
    .optional(),
  /** A determination that somebody made, told as it was made. */
  materiality: z
    .strictObject({ outcome: z.enum(['material', 'not_material']), at: instantSchema, by: personSchema })
    .optional(),
  owner: personSchema.optional(),
  evidenceIds: z.array(evidenceIdSchema).max(100).optional(),
});
export const incidentClosedSchema = z.strictObject({
  incident: nameSchema,
  outcome: z.enum(['closed', 'false_positive']),
  rootCause: textSchema.optional(),
  /** Conditions that contributed to the cause. */
  contributing: z.array(textSchema).max(20).optional(),
  detectedBy: textSchema.optional(),
  shouldHaveDetected: textSchema.optional(),
  remediation: z
    .array(z.strictObject({ action: textSchema, evidenceId: evidenceIdSchema.optional() }))
    .max(50)
    .optional(),
  approvedBy: personSchema.optional(),
  lessons: z.array(textSchema).max(50).optional(),
  followUps: z
    .array(z.strictObject({ action: textSchema, owner: personSchema, dueAt: instantSchema }))
    .max(50)
    .optional(),
});
