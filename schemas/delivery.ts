import { z } from 'zod';

import { eightReportsSchema, reportTypeSchema } from './events/service.js';
import { instantSchema } from './primitives.js';

/** What a recipient is to the tenant. Which reports go to whom follows from it; without one, none does. */
export const audienceSchema = z.enum([
  'cso',
  'ciso',
  'board',
  'executive',
  'legal',
  'auditor',
  'evaluator',
  'sponsor',
  'release_owner',
  // Roles that own reviews.
  'operator',
  'approver',
  'admin',
]);
export type Audience = z.infer<typeof audienceSchema>;

/** The part of an address behind the @, to the letter: a subdomain is another domain. */
export const domainSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain in lower case, such as mail.example');

/** A domain outside the tenant's own that two people let reports go to, until then and no longer. */
export const approvedDomainSchema = z.strictObject({ domain: domainSchema, until: instantSchema });

/** Report type → who may get it, in place of the service's own row for that type (`GET …/delivery-policy` shows all). */
export const audiencesSchema = z.partialRecord(
  reportTypeSchema.exclude(['delivery-validation', 'notice']),
  z.array(audienceSchema).min(1).max(audienceSchema.options.length),
);

/** Packs that are not attached: these reports, and what is larger. A link to one is good for so many hours. */
export const linkSettingsSchema = z.strictObject({
  confidential: z
    .array(reportTypeSchema)
    .max(reportTypeSchema.options.length)
    .default(['soc2-evidence', 'incident']),
  /** Of the PDF. A mail holds at most 10 MB with its body, a third of which is encoding. */
  aboveBytes: z.int().min(0).max(7_000_000).default(5_000_000),
  validHours: z.int().min(1).max(2160).default(336),
});

/** Time of day on the tenant's wall clock. */
export const wallTimeSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/**
 * Hours in which no mail leaves, on the tenant's wall clock: on every day, or on these days of the week, or in these dates
 * only. A `to` that is not after `from` is on the next day. What falls into one waits for its end; with `skip` a scheduled
 * report due in it is left out instead, and recorded so. Incident reports wait for nothing.
 */
export const blackoutSchema = z.strictObject({
  from: wallTimeSchema,
  to: wallTimeSchema,
  days: z.array(z.enum(weekdays)).min(1).max(7).optional(),
  /** First and last day on which it begins. */
  dates: z.strictObject({ from: z.iso.date(), to: z.iso.date() }).optional(),
  scheduled: z.enum(['defer', 'skip']).default('defer'),
});
export type Blackout = z.infer<typeof blackoutSchema>;

export const scheduleIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _');
const scheduleShape = {
  id: scheduleIdSchema,
  report: eightReportsSchema,
  /** The period that is reported on: the last of its kind that has ended where the tenant is. */
  cadence: z.enum(['daily', 'weekly', 'monthly', 'quarterly']),
  /** On the day after the period. Default 07:00. */
  at: wallTimeSchema.optional(),
  /** When, instead: six fields, as Azure's timers read them but on the tenant's wall clock; once an hour at most. */
  cron: z
    .string()
    .regex(
      /^\d{1,2} \d{1,2}(?: [0-9A-Za-z*,/-]{1,60}){4}$/,
      'second minute hour day month weekday, once an hour at most',
    )
    .optional(),
  scope: z.enum(['tenant', 'public_safe']).optional(),
  /** Kept, and not run. */
  paused: z.boolean().optional(),
};
export const scheduleRequestSchema = z
  .strictObject(scheduleShape)
  .refine(({ at, cron }) => at === undefined || cron === undefined, {
    message: 'a cron expression says the time itself',
    path: ['at'],
  });
/** A schedule as two people agreed on it; it runs from `since` on. */
export const scheduleSchema = z.strictObject({ ...scheduleShape, since: instantSchema });
export type Schedule = z.infer<typeof scheduleSchema>;

/** What two people change about delivery: one asks, another agrees. */
export const deliveryChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('domain'), ...approvedDomainSchema.shape }),
  z.strictObject({ kind: z.literal('schedule'), schedule: scheduleRequestSchema }),
  z.strictObject({ kind: z.literal('schedule_removed'), schedule: scheduleIdSchema }),
  /** From then on a report that is requested leaves without anybody's approval. That it needs one again takes nobody else. */
  z.strictObject({ kind: z.literal('approval_waived') }),
]);
export type DeliveryChange = z.infer<typeof deliveryChangeSchema>;
