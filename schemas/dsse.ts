import { z } from 'zod';

/** A DSSE envelope (secure-systems-lab/dsse, envelope.md). */
export const dsseEnvelopeSchema = z.strictObject({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })).min(1),
});
