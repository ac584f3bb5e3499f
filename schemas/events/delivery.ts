import { z } from 'zod';

import {
  evidenceIdSchema,
  instantSchema,
  nameSchema,
  personSchema,
  sha256Schema,
  textSchema,
} from '../primitives.js';
import { buildSchema } from '../release.js';

/* What the service says about the way of a mail, beside its outcome. All written by the service alone. */

const mail = { report: nameSchema, operation: z.uuid(), recipient: personSchema };

/** A send that was put off is tried again. */
export const reportRetriedSchema = z.strictObject({
  ...mail,
  /** 2 for the first retry. */
  attempt: z.int().min(2).max(10),
  /** What put the send before it off. */
  reason: textSchema,
  /** That send was held back by a validation. */
  exercised: z.literal(true).optional(),
});

/** A person took up a dead letter: the mail is tried again from the beginning. */
export const reportResumedSchema = z.strictObject({
  ...mail,
  /** 1 for the first time. */
  round: z.int().min(1),
  actor: personSchema,
  reason: textSchema.optional(),
});

/**
 * A report still waits for its approval when half of the time for it is over. `notice`: the mail to those who may approve
 * it; absent where nobody is listed as one.
 */
export const reportRemindedSchema = z.strictObject({
  report: nameSchema,
  expiresAt: instantSchema,
  notice: nameSchema.optional(),
});

/** A person cleared a recipient that a hard bounce had disabled: mails go there again. */
export const recipientClearedSchema = z.strictObject({
  recipient: personSchema,
  actor: personSchema,
  reason: textSchema,
});

/**
 * A validation report went to the approved recipients. Passed: the provider says of each that it arrived, its mail was
 * retried, became a dead letter, was taken up by a person, and what was planted did not arrive.
 */
export const deliveryValidatedSchema = z.strictObject({
  report: nameSchema,
  outcome: z.enum(['passed', 'failed']),
  reason: textSchema.optional(),
  /** The build of the service that made the report and found it delivered. */
  release: buildSchema.optional(),
  /** What carried its mails: the provider, the domain they came from (null: none was sent), and how they left. */
  channel: z.strictObject({
    provider: z.enum(['acs', 'smtp', 'export']),
    sender: nameSchema.nullable(),
    transport: z.enum(['tls', 'loopback', 'plain']),
  }),
  /** The provider's word on each recipient's mail. */
  delivered: z.array(evidenceIdSchema).max(50),
  /** A retry, the dead letter and the person who took it up. */
  retried: evidenceIdSchema.optional(),
  deadLetter: evidenceIdSchema.optional(),
  resumed: evidenceIdSchema.optional(),
  redaction: z.strictObject({
    /** SHA-256 of the marker that was planted; the marker itself stands nowhere. */
    markerDigest: sha256Schema,
    removed: z.boolean(),
    /** What was searched for it: parts of the mail and files of the packet. */
    searched: z.array(nameSchema).min(1).max(20),
  }),
});
