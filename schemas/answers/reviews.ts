import { z } from 'zod';

import { dsseEnvelopeSchema } from '../dsse.js';
import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  sha256Schema,
  textSchema,
} from '../primitives.js';
import { cadenceSchema, reviewDocumentSchema } from '../review.js';
import { quarterSchema, signOffNameSchema } from '../sign-offs.js';
import { countSchema, linksSchema, namesSchema, pageOf, pageQuerySchema } from './paging.js';

export const reviewParamsSchema = z.strictObject({
  cadence: cadenceSchema,
  period: z
    .string()
    .regex(
      /^\d{4}(-\d{2}(-\d{2})?|-W\d{2}|-Q[1-4])$/,
      'a period is written 2026-11-24, 2026-W48, 2026-11 or 2026-Q4',
    )
    .meta({ description: 'A day, an ISO week, a month or a quarter, as the cadence has it.' }),
});
export const reviewQuerySchema = pageQuerySchema;

/** Body of `POST …/reviews/{cadence}/{period}/acknowledge`. */
export const acknowledgeReviewSchema = z.strictObject({ notes: textSchema.trim().min(1) });

export const reviewRowSchema = z.strictObject({
  cadence: cadenceSchema,
  period: z.string(),
  /** The role that acknowledges it. */
  owner: z.string(),
  /** `overdue`: past its due date and not acknowledged, which is a finding. */
  status: z.enum(['waiting', 'acknowledged', 'overdue']),
  completedAt: instantSchema,
  dueAt: instantSchema,
  /** SHA-256 of the stored envelope, as the log has it. */
  digest: sha256Schema,
  acknowledged: z
    .strictObject({ at: instantSchema, by: z.string(), notes: z.string(), evidenceId: evidenceIdSchema })
    .nullable(),
  links: linksSchema,
});
export const reviewListSchema = pageOf(reviewRowSchema);

/** A review with its document, and the DSSE envelope by the tenant's key that the document was stored in. */
export const reviewViewSchema = reviewRowSchema.extend({
  document: reviewDocumentSchema,
  signature: dsseEnvelopeSchema,
  people: namesSchema.optional(),
});

export const archiveParamsSchema = z.strictObject({ period: quarterSchema });
export const signOffParamsSchema = z.strictObject({ period: quarterSchema, signOff: signOffNameSchema });

/** Body of `POST …/archives/{period}/sign-offs/{signOff}`. */
export const signOffBodySchema = z.strictObject({
  notes: textSchema.trim().min(1),
  evidenceIds: z
    .array(evidenceIdSchema)
    .max(20)
    .default([])
    .meta({ description: 'Events that the sign-off rests on. Each must be in the log.' }),
});

/** Body of `POST …/archives/{period}/close`. */
export const closeArchiveSchema = z.strictObject({ idempotencyKey: idempotencyKeySchema.optional() });

/** An operating archive as it was built and stored. `closed`: it carries its five sign-offs, and the log says so. */
export const archiveViewSchema = z.strictObject({
  archive: z.string(),
  period: quarterSchema,
  closed: z.boolean(),
  onDemand: z.boolean(),
  builtAt: instantSchema,
  /** End of what it holds: the quarter's, or for one that still runs the instant it was built. */
  periodEnd: instantSchema,
  position: countSchema,
  digest: sha256Schema,
  bytes: countSchema,
  files: countSchema,
  signOffs: z.array(
    z.strictObject({ name: signOffNameSchema, role: z.string(), evidenceId: evidenceIdSchema }),
  ),
  links: linksSchema,
});

/** A quarter: what is signed off, by whom it is to be, and the archives that were built of it, newest first. */
export const quarterArchivesSchema = z.strictObject({
  period: quarterSchema,
  from: z.iso.date(),
  to: z.iso.date(),
  zone: z.string(),
  signOffs: z.array(
    z.strictObject({
      name: signOffNameSchema,
      role: z.string(),
      given: z.strictObject({ at: instantSchema, evidenceId: evidenceIdSchema }).nullable(),
      links: linksSchema,
    }),
  ),
  archives: z.array(archiveViewSchema),
  links: linksSchema,
});
