import { z } from 'zod';

import { instantSchema, sha256Schema } from './primitives.js';

export const cadenceSchema = z.enum(['daily', 'weekly', 'monthly', 'quarterly']);

/** A review as it is stored and signed: what stood at the end of its period. Numbers come from the posture of that instant. */
export const reviewDocumentSchema = z.strictObject({
  schemaVersion: z.literal('aispm.review.v1'),
  tenantId: z.string(),
  cadence: cadenceSchema,
  period: z.strictObject({ id: z.string(), from: z.iso.date(), to: z.iso.date(), zone: z.string() }),
  asOf: instantSchema,
  position: z.int().min(0),
  verdict: z.string(),
  reasons: z.array(z.string()),
  score: z.int().nullable(),
  findings: z.strictObject({ open: z.record(z.string(), z.int()), overdue: z.record(z.string(), z.int()) }),
  criticalFindings: z.array(
    z.strictObject({
      fingerprint: sha256Schema,
      detail: z.string(),
      subject: z.string(),
      overdue: z.boolean(),
    }),
  ),
  controls: z.record(z.string(), z.int()),
  coverage: z.record(
    z.string(),
    z.strictObject({ inScope: z.int(), covered: z.int(), silent: z.int(), shadow: z.int() }),
  ),
  approvals: z.record(z.string(), z.int()),
  exceptions: z.record(z.string(), z.int()),
  reports: z.record(z.string(), z.int()),
});
export type ReviewDocument = z.infer<typeof reviewDocumentSchema>;
