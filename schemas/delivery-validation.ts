import { z } from 'zod';

import { linksSchema } from './answers/paging.js';
import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  nameSchema,
  pseudonymPattern,
  textSchema,
} from './primitives.js';

/*
 * Proof that reports reach their recipients: a validation report goes to each approved recipient, and the provider says of
 * each mail that it arrived. Retry, dead letter and escalation are exercised with the first recipient's mail, which leaves
 * when a person has taken it up; what was planted is looked for in all that was sent.
 */

/** Body of `POST …/validations/delivery`. */
export const validateDeliverySchema = z.strictObject({ idempotencyKey: idempotencyKeySchema.optional() });

/** A delivery validation as it stands in the log. Its id is that of its report. */
export const deliveryValidationSchema = z.strictObject({
  validation: z.uuid(),
  requestedAt: instantSchema,
  status: z.enum(['waiting', 'passed', 'failed']),
  /** `approval`: of the report. `person`: an operator takes up the dead letter (`links.resume`). `mails`: the provider's word. */
  waitingFor: z.enum(['rendering', 'approval', 'person', 'mails']).nullable(),
  reason: z.string().optional(),
  mails: z.strictObject({ planned: z.int().min(0), arrived: z.int().min(0) }),
  /** Evidence of what was exercised; null where it is not in the log yet. */
  exercise: z.strictObject({
    operation: z.uuid().nullable(),
    retried: evidenceIdSchema.nullable(),
    deadLetter: evidenceIdSchema.nullable(),
    resumed: evidenceIdSchema.nullable(),
  }),
  redaction: z.strictObject({ removed: z.boolean(), searched: z.array(nameSchema) }).nullable(),
  /** The record of the outcome. */
  evidence: evidenceIdSchema.nullable(),
  links: linksSchema,
});
export type DeliveryValidation = z.infer<typeof deliveryValidationSchema>;
export const deliveryValidationParamsSchema = z.strictObject({ validationId: z.uuid() });

/** Body of `POST …/deliveries/{operation}/resume`. */
export const resumeDeliverySchema = z.strictObject({ reason: textSchema.optional() });
export const deliveryParamsSchema = z.strictObject({ operation: z.uuid() });
/** One mail after a command on it. */
export const mailStateSchema = z.strictObject({
  operation: z.uuid(),
  report: z.uuid(),
  recipient: z.string(),
  status: z.enum([
    'intended',
    'accepted',
    'delivered',
    'bounced',
    'failed',
    'dead_letter',
    'unconfirmed',
    'not_sent',
  ]),
  /** Sends begun since it was last taken up. */
  attempts: z.int().min(0),
  detail: z.string().optional(),
  links: linksSchema,
});
export type MailState = z.infer<typeof mailStateSchema>;

/** Body of `POST …/deliveries/{operation}/confirm`: the code in the mail. */
export const confirmDeliverySchema = z.strictObject({ code: z.string().min(8).max(20) });
/** Body of `POST …/deliveries/{operation}/write-off`: what the recipient said. */
export const writeOffDeliverySchema = z.strictObject({ reason: textSchema.min(1) });

/** Body of `POST …/recipients/{recipient}/clear`: what was done about the mailbox. */
export const clearRecipientSchema = z.strictObject({ reason: textSchema.min(1) });
export const recipientParamsSchema = z.strictObject({ recipient: z.string().regex(pseudonymPattern) });
export const disabledRecipientSchema = z.strictObject({
  /** Pseudonym. */
  recipient: z.string(),
  /** When its mail bounced. */
  since: instantSchema,
  /** Where the tenant's settings list it; null where they do not any more. */
  pointer: z.string().nullable(),
  links: linksSchema,
});
export type DisabledRecipient = z.infer<typeof disabledRecipientSchema>;
