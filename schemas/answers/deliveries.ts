import { z } from 'zod';

import { reportTypeSchema } from '../events/service.js';
import { instantSchema, nameSchema, personSchema } from '../primitives.js';
import { countSchema, linksSchema, namesSchema, pageShape } from './paging.js';

export const deliveryStatusSchema = z.enum([
  'sending',
  'delivered',
  'bounced',
  'failed',
  'unconfirmed',
  'not_sent',
]);

/** A stretch of time: from an instant on, and below another. */
const stretch = { from: instantSchema.optional(), to: instantSchema.optional() };

export const deliveryQuerySchema = z.strictObject({
  ...pageShape,
  ...stretch,
  report: z.uuid().optional().meta({ description: 'Id of a report.' }),
  recipient: personSchema.optional().meta({ description: 'A recipient’s pseudonym.' }),
  status: deliveryStatusSchema.optional(),
});
export type DeliveryQuery = z.infer<typeof deliveryQuerySchema>;

/** One mail to one recipient, as the log tells it. */
export const deliveryAnswerSchema = z.strictObject({
  operation: z.uuid(),
  report: z.string(),
  reportType: reportTypeSchema,
  recipient: z.string(),
  status: deliveryStatusSchema,
  /** When it was intended, and when it came to where it stands. */
  sentAt: instantSchema.nullable(),
  at: instantSchema,
  /** Address, for those who manage or audit the tenant. */
  people: namesSchema.optional(),
  links: linksSchema,
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>;

export const statisticsQuerySchema = z.strictObject(stretch);
/** A number of so many; `not_observed` where there is none to take it from. */
const figure = z.union([
  z.strictObject({ state: z.literal('observed'), value: z.number(), sample: countSchema }),
  z.strictObject({ state: z.literal('not_observed'), sample: z.literal(0) }),
]);
export type DeliveryFigure = z.infer<typeof figure>;
/** Of the mails that were intended in a stretch of time. Shares are of those with a final outcome, each once. */
export const deliveryStatisticsSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  mails: countSchema,
  /** All of the stretch were looked at; false where there are more than 10,000, and these are the first. */
  complete: z.boolean(),
  statuses: z.record(deliveryStatusSchema, countSchema),
  /** Delivered on the provider’s word; 0 to 1. */
  successRate: figure,
  bounceRate: figure,
  /** From intent to the provider’s word that it was delivered. */
  medianSeconds: figure,
  p95Seconds: figure,
  /** From a report’s rendering to its approval. */
  approvalMedianSeconds: figure,
  approvalP95Seconds: figure,
  links: linksSchema,
});
export type DeliveryStatistics = z.infer<typeof deliveryStatisticsSchema>;

export const boundary = 'requires_cavra_enterprise';

/** CAVRA’s `cavra.aispm.report_delivery_audit_event.v1`: one line of the export for each event of a report’s way out. */
export const deliveryAuditEventSchema = z.strictObject({
  schema_version: z.literal('cavra.aispm.report_delivery_audit_event.v1'),
  product: z.literal('CAVRA'),
  edition: z.literal('enterprise'),
  contract_visibility: z.literal('public_contract'),
  audit_event: z.strictObject({
    audit_event_id: z.string(),
    action: z.enum(['render', 'send', 'schedule', 'test_delivery']),
    occurred_at: instantSchema,
    tenant_ref: z.string(),
    actor_ref: z.string(),
    report_id: nameSchema,
    requested_format: z.enum(['pdf', 'zip']),
    /** Azure Communication Services is no word of theirs: Microsoft’s other one stands for it; `disabled` is the export. */
    delivery_mode: z.enum(['disabled', 'smtp', 'microsoft365']),
    status: z.enum([
      'accepted',
      'rendered',
      'sent',
      'scheduled',
      'test_passed',
      'failed',
      'retry_scheduled',
      'blocked_requires_approval',
      'blocked_policy',
    ]),
  }),
  recipient_summary: z.strictObject({
    recipient_count: countSchema,
    allowed_domains: z.array(z.string()),
    external_domain_count: countSchema,
    recipient_addresses_redacted: z.literal(true),
  }),
  approval: z.strictObject({
    approval_required: z.boolean(),
    approval_ref: z.string().nullable(),
    decision: z.enum(['not_required', 'pending', 'approved', 'denied', 'expired']),
  }),
  retry: z.strictObject({
    attempt: z.int().min(0),
    max_attempts: z.int().min(0),
    next_retry_at: instantSchema.nullable(),
    terminal: z.boolean(),
  }),
  evidence: z.strictObject({
    evidence_refs: z.array(z.string()).min(1),
    report_digest_ref: z.string(),
    delivery_audit_ref: z.string(),
    immutable_store_ref: z.string(),
  }),
  redaction: z.strictObject({
    raw_report_content_included: z.literal(false),
    provider_response_included: z.literal(false),
    recipient_addresses_included: z.literal(false),
    secrets_included: z.literal(false),
    payload_handling: z.literal('metadata_only'),
  }),
  /** Said by their contract of every line, whoever writes it. */
  enterprise_boundaries: z.strictObject({
    audit_store: z.literal(boundary),
    provider_response_storage: z.literal(boundary),
    retry_worker: z.literal(boundary),
    immutable_evidence_store: z.literal(boundary),
    license_enforcement: z.literal(boundary),
  }),
});
export type DeliveryAuditEvent = z.infer<typeof deliveryAuditEventSchema>;
