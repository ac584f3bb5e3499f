import { z } from 'zod';

import { dsseEnvelopeSchema } from './dsse.js';
import { linksSchema } from './answers/paging.js';
import { evidenceIdSchema, instantSchema, sha256Schema } from './primitives.js';

/*
 * Readiness packets: what the four validators find in a tenant's log, in the shape that CAVRA's public validators share.
 * A packet is built from the log each time it is asked for, never from a form, so it cannot claim what is not there.
 */

export const validatorSchema = z.enum([
  'ga_operating_archive',
  'production_deployment_runtime',
  'report_delivery_production',
  'runtime_workflow',
]);
export type Validator = z.infer<typeof validatorSchema>;

/** One thing a validator looked for. `message` says what it found; `evidenceIds` lead to it. */
export const packetCheckSchema = z.strictObject({
  name: z.string(),
  status: z.enum(['pass', 'warn', 'blocker']),
  message: z.string(),
  evidenceIds: z.array(evidenceIdSchema),
});
export type PacketCheck = z.infer<typeof packetCheckSchema>;

export const packetSchema = z.strictObject({
  schema_version: z.literal('aispm.readiness_packet.v1'),
  validator: validatorSchema,
  tenant_id: z.string(),
  target: z.literal('production'),
  release: z.string().nullable(),
  /** The build that the evidence had to name; null: none was asked for. */
  release_digest: sha256Schema.nullable(),
  /** The stretch of time in which evidence counts for this validator. */
  window: z.strictObject({ from: instantSchema, to: instantSchema }),
  /** `none`: there is no evidence at all; `sample`: some of it is not live, and never suffices. */
  evidence_mode: z.enum(['live', 'sample', 'none']),
  checks: z.array(packetCheckSchema),
  blocker_count: z.int().min(0),
  warning_count: z.int().min(0),
  ready: z.boolean(),
  as_of: instantSchema,
  position: z.int().min(0),
  digest: sha256Schema.meta({
    description: 'SHA-256 over the RFC 8785 form of the packet without `digest` and `signature`.',
  }),
  /** DSSE envelope over an in-toto statement about the digest, by the tenant's key. Null in a preview. */
  signature: dsseEnvelopeSchema.nullable(),
});
export type Packet = z.infer<typeof packetSchema>;

/** `links`: for each check that rests on evidence, by `<validator>.<check>`, the first event that it rests on. */
export const packetListSchema = z.strictObject({
  items: z.array(packetSchema),
  links: linksSchema.optional(),
});
