import { z } from 'zod';
import { instantSchema, nameSchema, personSchema, sha256Schema, textSchema } from '../primitives.js';

/**
 * The eight reports, the short one that proves delivery, the digest of a review for the role that owns it, and a notice: a
 * mail of the service's own, without a packet, that asks somebody to look.
 */
export const reportTypeSchema = z.enum([
  'cso',
  'ciso',
  'board-kpi',
  'soc2-evidence',
  'incident',
  'trial-handoff',
  'pilot-launch',
  'production-readiness',
  'delivery-validation',
  'review-digest',
  'notice',
]);
export type ReportType = z.infer<typeof reportTypeSchema>;
/** Nobody asks for these where the eight are asked for, and no schedule does. */
const ownReports = ['delivery-validation', 'review-digest', 'notice'] as const;
export const eightReportsSchema = reportTypeSchema.exclude(ownReports);
export type EightReports = z.infer<typeof eightReportsSchema>;

const report = { report: nameSchema };
/** One recipient's mail: the recipient stands as a pseudonym, the operation id leads to the delivery record. */
const delivery = {
  report: nameSchema,
  operation: z.uuid(),
  recipient: personSchema,
  provider: z.enum(['acs', 'smtp', 'export']),
};

export const reportRequestedSchema = z.strictObject({
  ...report,
  reportType: reportTypeSchema,
  actor: personSchema,
  recipients: z.array(personSchema).max(50),
  approvalRequired: z.boolean(),
  /** The schedule that asked for it, where no person did. */
  schedule: nameSchema.optional(),
  period: z.strictObject({ from: instantSchema, to: instantSchema, zone: nameSchema }),
});
export const reportRenderedSchema = z.strictObject({
  ...report,
  documentDigest: sha256Schema,
  manifestDigest: sha256Schema,
  position: z.int().min(0),
  asOf: instantSchema,
  artifacts: z
    .array(z.strictObject({ format: nameSchema, digest: sha256Schema, bytes: z.int().min(0) }))
    .min(1)
    .max(12),
});
export const reportApprovedSchema = z.strictObject({
  ...report,
  outcome: z.enum(['approved', 'rejected', 'cancelled', 'expired']),
  actor: personSchema,
  reason: textSchema.optional(),
});
/** Intent: written before the mail leaves, so that no send is without a trace. */
export const reportSendingSchema = z.strictObject({ ...delivery, intendedAt: instantSchema });
export const reportDeliveredSchema = z.strictObject({
  ...delivery,
  providerEvent: nameSchema,
  deliveredAt: instantSchema,
});
export const reportBouncedSchema = z.strictObject({
  ...delivery,
  providerEvent: nameSchema,
  status: z.enum(['bounced', 'suppressed', 'quarantined', 'filtered', 'failed']),
  detail: textSchema.optional(),
});
/** The send failed for good, or its outcome could not be learned (`unconfirmed`: a person must look, it is never resent). */
export const reportFailedSchema = z.strictObject({
  ...report,
  operation: z.uuid().optional(),
  recipient: personSchema.optional(),
  /** `dead_letter`: put off at every try; `not_sent`: the report was cancelled, or the recipient is disabled. */
  outcome: z.enum(['failed', 'dead_letter', 'unconfirmed', 'not_sent']),
  detail: textSchema,
  /** The sends were held back by a validation, and the provider was not asked. */
  exercised: z.literal(true).optional(),
  /** The report was cancelled before the mail left, so that nothing was learned of its recipient. */
  cancelled: z.literal(true).optional(),
  /** Who wrote an unconfirmed mail off. */
  actor: personSchema.optional(),
});
/** A report was read: by a reader, or through the link that a mail held; a use of the link that was refused is one too. */
export const reportRetrievedSchema = z.strictObject({
  ...report,
  format: nameSchema,
  actor: personSchema,
  link: nameSchema.optional(),
  outcome: z.enum(['served', 'expired', 'revoked']).optional(),
});

export const reviewCompletedSchema = z.strictObject({
  review: nameSchema,
  cadence: z.enum(['daily', 'weekly', 'monthly', 'quarterly']),
  period: nameSchema,
  digest: sha256Schema,
  dueAt: instantSchema,
});
export const reviewAcknowledgedSchema = z.strictObject({
  review: nameSchema,
  actor: personSchema,
  notes: textSchema,
});

export const readinessDecidedSchema = z.strictObject({
  decision: nameSchema,
  target: z.enum(['trial', 'pilot', 'production']),
  release: nameSchema.optional(),
  /** The build of the release that was asked about, where one was named. */
  releaseDigest: sha256Schema.optional(),
  ready: z.boolean(),
  blockers: z.array(nameSchema).max(100),
  digest: sha256Schema,
  position: z.int().min(0),
  actor: personSchema,
});
/**
 * One summary per tenant, route and hour, of callers who belong to the tenant: `forbidden` for a role they lack,
 * `foreign_tenant` for a tenant they have no right to, `separation_of_duties` for what needs a second person. For the link
 * of a mail, one per link and hour, of whoever held it: also of strangers, `unauthenticated` without a valid token.
 */
export const accessDeniedSchema = z.strictObject({
  route: nameSchema,
  /** The link that was to be opened, and the report behind it. */
  link: nameSchema.optional(),
  report: nameSchema.optional(),
  hour: instantSchema,
  count: z.int().min(1),
  reasons: z
    .array(
      z.strictObject({
        reason: z.enum(['forbidden', 'foreign_tenant', 'separation_of_duties', 'unauthenticated']),
        count: z.int().min(1),
      }),
    )
    .min(1)
    .max(4),
});
export type AccessDenied = z.infer<typeof accessDeniedSchema>;
