import { z } from 'zod';

import { reportTypeSchema } from './events/service.js';
import { instantSchema, nameSchema, sha256Schema } from './primitives.js';

/** Body of `POST …/reports`. */
export const requestReportSchema = z.strictObject({
  type: reportTypeSchema,
  /** Repeating a request with the same key is the same request. Default: a new report each time. */
  idempotencyKey: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  /**
   * `public_safe`: for readers outside; without names, repositories, addresses and references, and marked so on each page.
   * Default: the tenant's own scope.
   */
  scope: z.enum(['tenant', 'public_safe']).optional(),
  /** `export`: into the tenant's folder in Blob, for whoever fetches it there; public-safe only. Default: by mail. */
  deliver: z.enum(['mail', 'export']).optional(),
  /** Name of the incident that an incident report is about. Default: the one opened last. */
  incident: nameSchema.optional(),
  /** Addresses among the tenant's recipients. Default: all that the report is meant for. */
  recipients: z.array(z.email().max(254)).min(1).max(50).optional(),
  /** Calendar days, both included, in the tenant's zone. Default: the month so far. */
  period: z.strictObject({ from: z.iso.date(), to: z.iso.date() }).optional(),
});
export type RequestReport = z.infer<typeof requestReportSchema>;

/** Body of approve, reject and cancel. */
export const decideReportSchema = z.strictObject({ reason: z.string().max(2000).optional() });

export const reportStatusSchema = z.enum([
  'requested',
  'rendered',
  'approved',
  'rejected',
  'cancelled',
  'expired',
  'delivered',
  'undelivered',
]);

/** A report as `GET …/reports/{id}` shows it. Delivered only on the provider's word. */
export const reportViewSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  requestedAt: instantSchema,
  status: reportStatusSchema,
  /** For those who wait. `waiting`: a packet that goes to nobody yet. `mails`: those that are to be, and those that have an outcome. */
  progress: z.strictObject({
    step: z.enum(['freezing', 'rendering', 'waiting', 'approval', 'delivering', 'ended']),
    mails: z.strictObject({ planned: z.int().min(0), ended: z.int().min(0) }),
  }),
  approvalRequired: z.boolean(),
  documentDigest: sha256Schema.nullable(),
  manifestDigest: sha256Schema.nullable(),
  position: z.int().nullable(),
  asOf: instantSchema.nullable(),
  artifacts: z.array(
    z.strictObject({ format: z.string(), digest: sha256Schema, bytes: z.int(), link: z.string() }),
  ),
  deliveries: z.array(
    z.strictObject({ operation: z.string(), recipient: z.string(), status: z.string(), at: instantSchema }),
  ),
  links: z.record(z.string(), z.string()),
});
export type ReportView = z.infer<typeof reportViewSchema>;

/** The Report Center's shelf: each of the eight with whether it can be produced now, and if not, what it waits for. */
export const reportCatalogueSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      type: reportTypeSchema,
      title: z.string(),
      status: z.enum(['ready', 'waiting']),
      waitingFor: z.array(z.string()),
    }),
  ),
});
export type ReportCatalogue = z.infer<typeof reportCatalogueSchema>;
