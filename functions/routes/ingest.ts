import { z } from 'zod';

import { receiptSchema } from '../../schemas/answers/evidence.js';
import type { RouteTable } from '../http/route.js';

const tenantPath = 'tenants/{tenantId}/evidence';

export const ingestRoutes = {
  ingestEvidence: {
    method: 'POST',
    path: tenantPath,
    access: { roles: ['collector'] },
    summary: 'Post evidence: CloudEvents structured, batch or binary, or CAVRA documents. Resending is safe.',
    body: 'bytes',
    mediaTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
    answers: {
      202: { description: 'Stored, or a duplicate of what is stored.', schema: receiptSchema },
      422: { description: 'Nothing could be admitted; each event says why.', schema: receiptSchema },
    },
    problems: [
      'malformed_json',
      'empty_body',
      'body_too_large',
      'batch_too_large',
      'unsupported_media_type',
      'number_out_of_range',
      'text_not_unicode',
      'too_deep',
      'forbidden_member',
    ],
  },
  ingestEvidenceHandshake: {
    method: 'OPTIONS',
    path: tenantPath,
    access: { public: 'answers alike for every tenant, existing or not, and calls nobody back' },
    summary: 'The CloudEvents webhook handshake (HTTP 1.1 Web Hooks for Event Delivery, section 4).',
    params: z.strictObject({ tenantId: z.string() }),
    answers: { 200: { description: 'The origin may send; posting still needs a token.' } },
  },
} as const satisfies RouteTable;
