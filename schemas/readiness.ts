import { z } from 'zod';

import { dsseEnvelopeSchema } from './dsse.js';
import { linksSchema } from './answers/paging.js';
import { packetSchema } from './packets.js';
import { evidenceIdSchema, instantSchema, nameSchema, sha256Schema } from './primitives.js';

export const readinessTargetSchema = z.enum(['trial', 'pilot', 'production']);
export type ReadinessTarget = z.infer<typeof readinessTargetSchema>;

/** Everything that can stand between a tenant and a target. Closed: pipelines branch on the id. */
export const blockerIdSchema = z.enum([
  'missing_live_connector_evidence',
  'tenant_isolation_not_proven',
  'report_delivery_unverified',
  'runtime_workflow_synthetic_only',
  'evidence_stale',
  'ga_archive_not_closed',
  'critical_finding_open',
  'high_finding_overdue',
  'critical_control_unmet',
  'log_integrity_broken',
  'insufficient_evidence',
  'delivery_unconfirmed',
  'deployment_not_validated',
  'trial_access_not_approved',
  'labs_incomplete',
  'pilot_scope_missing',
  'rehearsal_environment',
]);
export type BlockerId = z.infer<typeof blockerIdSchema>;
export const tenantCheckNameSchema = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);
/** A check that the tenant added itself, by its name in the settings. */
const addedIdSchema = z.templateLiteral(['tenant:', tenantCheckNameSchema]);

export const blockerSchema = z.strictObject({
  id: z.union([blockerIdSchema, addedIdSchema]),
  title: z.string(),
  /** Why it blocks. */
  meaning: z.string(),
  /** What removes it. */
  resolution: z.string(),
  /** The role that can. */
  owner: z.string(),
  /** Since when every recorded decision on the target has named it; null where none has. */
  since: instantSchema.nullable(),
  evidenceIds: z.array(evidenceIdSchema),
  /** `list`: what it is about; `evidence` and `proof`: the first event that shows it, where there is one. */
  links: linksSchema,
});
export type Blocker = z.infer<typeof blockerSchema>;

export const checkSchema = z.strictObject({
  name: z.union([blockerIdSchema, addedIdSchema]),
  status: z.enum(['pass', 'blocker']),
  message: z.string(),
});

export const releaseShape = {
  release: nameSchema.optional(),
  /**
   * SHA-256 of the package that is released: every proof but the operating archive, which is the record of a quarter, must
   * name it. Without it the digest counts that the deployment's own validation gives for the release.
   */
  digest: sha256Schema.optional(),
  /** When it was built: the same proofs must come after. */
  builtAt: instantSchema.optional(),
};
/** Body of `POST …/readiness/packets`. */
export const releaseBodySchema = z.strictObject(releaseShape);
export type ReleaseBody = z.infer<typeof releaseBodySchema>;

/** Body of `POST …/readiness`. */
export const decideReadinessSchema = z.strictObject({ target: readinessTargetSchema, ...releaseShape });

/**
 * The gate's answer. Exactly one of the three flags is present, by target. `GET` previews: not recorded, not signed,
 * `decision` null. A decision that was not recorded was not made.
 */
export const readinessSchema = z.strictObject({
  schemaVersion: z.literal('aispm.readiness.v1'),
  tenantId: z.string(),
  target: readinessTargetSchema,
  release: z.string().nullable(),
  /** The build that was asked about; null where the caller named none. */
  releaseDigest: sha256Schema.nullable(),
  ready_for_trial: z.boolean().optional(),
  ready_for_pilot: z.boolean().optional(),
  ready_for_aispm_production: z.boolean().optional(),
  blockers: z.array(blockerSchema),
  checks: z.array(checkSchema),
  /** The packets the answer stands on, by digest; `GET …/readiness/packets` shows them whole. None for a trial. */
  packets: z.array(
    packetSchema.pick({
      validator: true,
      digest: true,
      ready: true,
      evidence_mode: true,
      blocker_count: true,
      warning_count: true,
    }),
  ),
  asOf: instantSchema,
  position: z.int(),
  digest: sha256Schema.meta({
    description:
      'SHA-256 over the RFC 8785 form of the answer without `digest`, `decision`, `checkpoint` and `signature`.',
  }),
  decision: evidenceIdSchema.nullable().meta({ description: 'Evidence id of the recorded decision.' }),
  checkpoint: z
    .string()
    .nullable()
    .meta({ description: 'C2SP signed note of the log the answer stands on.' }),
  /** DSSE envelope: a SLSA Verification Summary over the answer's digest. */
  signature: dsseEnvelopeSchema.nullable(),
});
export type Readiness = z.infer<typeof readinessSchema>;
