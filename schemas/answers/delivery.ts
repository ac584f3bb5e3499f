import { z } from 'zod';

import {
  approvedDomainSchema,
  audienceSchema,
  blackoutSchema,
  deliveryChangeSchema,
  domainSchema,
  scheduleIdSchema,
  scheduleSchema,
} from '../delivery.js';
import { reportTypeSchema } from '../events/service.js';
import { instantSchema, textSchema } from '../primitives.js';
import { linksSchema, namesSchema } from './paging.js';

/** Body of `POST …/delivery-changes`. */
export const requestChangeSchema = z.strictObject({
  change: deliveryChangeSchema,
  reason: textSchema.min(1),
});
export type RequestChange = z.infer<typeof requestChangeSchema>;
export const changeParamsSchema = z.strictObject({ changeId: z.uuid() });

/** A change of delivery as one person asked for it, and as another decided. In force once it is evidence. */
export const deliveryChangeAnswerSchema = z.strictObject({
  id: z.uuid(),
  change: deliveryChangeSchema,
  reason: z.string(),
  status: z.enum(['pending', 'approved', 'rejected', 'expired']),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  /** Until then it can be decided. */
  expiresAt: instantSchema,
  decidedBy: z.string().optional(),
  decidedAt: instantSchema.optional(),
  decisionReason: z.string().optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});
export type DeliveryChangeAnswer = z.infer<typeof deliveryChangeAnswerSchema>;

export const domainParamsSchema = z.strictObject({ domain: domainSchema });
/** The policy in force, and what it says of each recipient. Recipients stand as pseudonyms. */
export const deliveryPolicySchema = z.strictObject({
  asOf: instantSchema,
  allowedDomains: z.array(z.string()),
  approvedDomains: z.array(approvedDomainSchema.extend({ expired: z.boolean() })),
  maximumRecipients: z.int(),
  /** `all`: every recipient. */
  audiences: z.record(reportTypeSchema, z.union([z.literal('all'), z.array(audienceSchema)])),
  blackouts: z.array(blackoutSchema),
  /** The end of the blackout that stands now; null where none does. */
  heldUntil: instantSchema.nullable(),
  recipients: z.array(
    z.strictObject({
      recipient: z.string(),
      audience: z.array(audienceSchema),
      reports: z.array(reportTypeSchema),
      /** Why nothing may be sent there now. */
      objection: z.string().nullable(),
    }),
  ),
  links: linksSchema,
});
export type DeliveryPolicyAnswer = z.infer<typeof deliveryPolicySchema>;

/** A link that a mail held in place of a report. */
export const packLinkSchema = z.strictObject({
  id: z.string(),
  report: z.string(),
  /** The mail that holds it, and who it went to. */
  operation: z.uuid(),
  recipient: z.string(),
  state: z.enum(['open', 'expired', 'revoked']),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  revoked: z.strictObject({ at: instantSchema, by: z.string(), reason: z.string().optional() }).optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});
export const packParamsSchema = z.strictObject({ linkId: z.string().regex(/^[0-9a-f]{32}$/) });

export const scheduleParamsSchema = z.strictObject({ scheduleId: scheduleIdSchema });
const runSchema = z.strictObject({
  schedule: z.string(),
  /** Id of the report, also where it was never asked for. */
  report: z.string(),
  dueAt: instantSchema,
  period: z.strictObject({ id: z.string(), from: z.iso.date(), to: z.iso.date() }),
  outcome: z.enum(['requested', 'skipped', 'refused']),
  caughtUp: z.boolean(),
  detail: z.string().optional(),
  /** When it was due in a blackout that mails wait for: its end. */
  deferredUntil: instantSchema.optional(),
});
export type ScheduleRun = z.infer<typeof runSchema>;
export const runAnswerSchema = runSchema.extend({ links: linksSchema });
export const scheduleAnswerSchema = scheduleSchema.extend({
  zone: z.string(),
  /** Null where it is paused, or never due. */
  next: z
    .strictObject({
      dueAt: instantSchema,
      period: z.strictObject({ id: z.string(), from: z.iso.date(), to: z.iso.date() }),
    })
    .nullable(),
  last: runSchema.nullable(),
  links: linksSchema,
});
export type ScheduleAnswer = z.infer<typeof scheduleAnswerSchema>;
export const scheduleListSchema = z.strictObject({ items: z.array(scheduleAnswerSchema) });
