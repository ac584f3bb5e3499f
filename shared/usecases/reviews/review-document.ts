import { z } from 'zod';

import { dsseEnvelopeSchema } from '../../../schemas/dsse.js';
import { reviewDocumentSchema, type ReviewDocument } from '../../../schemas/review.js';
import { fromBase64, fromUtf8 } from '../../core/kernel/bytes.js';
import type { DsseEnvelope } from '../../core/kernel/dsse.js';

export const reviewBlob = (tenantId: string, digest: string): string => `${tenantId}/reviews/${digest}.json`;

const statementSchema = z.object({ predicate: reviewDocumentSchema });

/** A stored review: the signed envelope and the document in it. @throws where the bytes are none of ours. */
export function reviewIn(bytes: Uint8Array): { envelope: DsseEnvelope; document: ReviewDocument } {
  const envelope = dsseEnvelopeSchema.parse(JSON.parse(fromUtf8(bytes)));
  const statement = statementSchema.parse(JSON.parse(fromUtf8(fromBase64(envelope.payload))));
  return { envelope, document: statement.predicate };
}
