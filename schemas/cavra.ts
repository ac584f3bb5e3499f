import { z } from 'zod';
import { environmentSchema, connectorTypeSchema, nameSchema, textSchema } from './primitives.js';

/*
 * Documents of the CAVRA runtime that are accepted as evidence. Where its contract is closed, ours refuses unknown members;
 * where it is open, unknown members are read over. Lengths are ours: what does not fit could not be stored in our form.
 */

/** Ids leave room for the kind that is put before them and the step after them. */
const idSchema = nameSchema.max(150);

/** CAVRA writes instants with offset, and some without: those are UTC. */
const timestampSchema = z.iso.datetime({ offset: true, local: true });

const referencesSchema = z.array(z.string().max(500)).max(200);
const decisionsSchema = z.enum([
  'allow',
  'block',
  'require_approval',
  'warn',
  'audit_only',
  'allow_with_attestation',
]);

export const cavraEnvelopeVersion = 'cavra.aispm.enterprise_live_ingestion_envelope.v1';

/** The live-ingestion envelope. Closed at every level. */
export const cavraEnvelopeSchema = z.strictObject({
  schema_version: z.literal(cavraEnvelopeVersion),
  product: z.literal('CAVRA'),
  edition: z.literal('enterprise'),
  contract_visibility: z.literal('public_contract'),
  event: z.strictObject({
    event_id: idSchema,
    event_type: z.enum([
      'prompt',
      'model_response',
      'reasoning_trace',
      'tool_call',
      'file_action',
      'shell_command',
      'git_operation',
      'mcp_activity',
      'ci_runner_event',
      'cloud_iac_event',
      'policy_decision',
      'approval_event',
      'evidence_event',
    ]),
    occurred_at: timestampSchema,
    session_id: idSchema,
    agent_id: idSchema,
    received_at: timestampSchema.optional(),
    repository: nameSchema.optional(),
    actor_ref: nameSchema.optional(),
    tool_name: nameSchema.optional(),
    action_type: nameSchema.optional(),
    target_summary: textSchema.optional(),
    decision: z.enum([...decisionsSchema.options, 'not_applicable']).optional(),
    severity: z.enum(['none', 'low', 'medium', 'high', 'critical']).optional(),
    risk_classification: nameSchema.optional(),
    policy_pack: nameSchema.optional(),
    evidence_refs: referencesSchema.optional(),
    payload_ref: z.string().max(500).optional(),
  }),
  source: z.strictObject({
    connector_type: connectorTypeSchema,
    connector_id: nameSchema,
    runtime_version: nameSchema.optional(),
    collector_version: nameSchema.optional(),
  }),
  tenant: z.strictObject({
    tenant_ref: nameSchema,
    environment: environmentSchema,
    region: nameSchema.optional(),
    data_residency_ref: nameSchema.optional(),
  }),
  redaction: z.strictObject({
    payload_handling: z.enum(['metadata_only', 'redacted_summary', 'private_payload_ref']),
    raw_prompt_included: z.literal(false),
    reasoning_included: z.literal(false),
    tool_output_included: z.literal(false),
    redaction_profile: nameSchema.optional(),
    private_payload_required: z.boolean().optional(),
  }),
  integrity: z.strictObject({
    signature_required: z.boolean(),
    hash_algorithm: z.enum(['sha256', 'sha384', 'sha512']),
    signature_ref: z.string().max(500).optional(),
    payload_hash: z.string().max(200).optional(),
    chain_ref: z.string().max(500).optional(),
  }),
  transport: z.strictObject({
    ingress_mode: z.enum(['https', 'sse', 'websocket', 'queue', 'batch']),
    delivery_semantics: z.enum(['at_least_once', 'exactly_once_private', 'best_effort']),
    idempotency_key: nameSchema.optional(),
    retry_count: z.int().min(0).optional(),
  }),
  enterprise_boundaries: z.strictObject({
    collector_implementation: z.literal('requires_cavra_enterprise'),
    tenant_persistence: z.literal('requires_cavra_enterprise'),
    streaming_transport: z.literal('requires_cavra_enterprise'),
    raw_payload_storage: z.literal('requires_cavra_enterprise'),
    license_enforcement: z.literal('requires_cavra_enterprise'),
  }),
});
export type CavraEnvelope = z.infer<typeof cavraEnvelopeSchema>;

/** Where the runtime notes tool, capability and intent beside the decision itself. */
const notesSchema = z.looseObject({
  declared_intent: textSchema.optional(),
  tool: nameSchema.optional(),
  tool_name: nameSchema.optional(),
  server: nameSchema.optional(),
  mcp_server: nameSchema.optional(),
  operation: nameSchema.optional(),
  tool_capability: nameSchema.optional(),
});
export type CavraNotes = z.infer<typeof notesSchema>;

/** A decision record. Open; severity is free text. */
export const cavraDecisionSchema = notesSchema.extend({
  schema_version: z.literal('cavra.decision.v1').optional(),
  decision_id: idSchema,
  session_id: idSchema,
  agent_id: idSchema,
  actor: nameSchema,
  repository: nameSchema.optional(),
  action_type: nameSchema,
  target: textSchema,
  requested_operation: textSchema,
  policy_pack: nameSchema,
  policy_id: nameSchema,
  rule_id: nameSchema,
  decision: decisionsSchema,
  severity: nameSchema,
  reason: textSchema,
  evidence_refs: referencesSchema,
  timestamp: timestampSchema,
  correlation_id: nameSchema,
  context: notesSchema.optional(),
  metadata: notesSchema.optional(),
  labels: notesSchema.optional(),
});
export type CavraDecision = z.infer<typeof cavraDecisionSchema>;

/** A session record: the running summary of a session. Open. */
export const cavraSessionSchema = z.looseObject({
  schema_version: z.literal('cavra.session.v1').optional(),
  session_id: idSchema,
  agent_id: idSchema,
  repository: nameSchema.optional(),
  state: z.enum(['active', 'completed', 'failed', 'archived']),
  started_at: timestampSchema.optional(),
  updated_at: timestampSchema,
  decision_count: z.int().min(0).max(10_000_000).optional(),
});
export type CavraSession = z.infer<typeof cavraSessionSchema>;

/** An approval record: the whole life of one approval, sent again at each step. Open. */
export const cavraApprovalSchema = z.looseObject({
  schema_version: z.literal('cavra.approval.v1'),
  approval_id: idSchema,
  decision_id: idSchema,
  session_id: idSchema.nullish(),
  correlation_id: nameSchema.nullish(),
  approver_group: nameSchema,
  state: z.enum(['pending', 'approved', 'denied', 'expired', 'break_glass']),
  requested_at: timestampSchema,
  expires_at: timestampSchema,
  requested_by: z.string().min(1).max(256).nullish(),
  decided_by: z.string().min(1).max(256).nullish(),
  decided_at: timestampSchema.nullish(),
  decision_reason: textSchema.nullish(),
  external_ref: nameSchema.nullish(),
  break_glass: z.boolean().nullish(),
  break_glass_reason: textSchema.nullish(),
  decision: z.looseObject({ agent_id: idSchema.optional() }).nullish(),
});
export type CavraApproval = z.infer<typeof cavraApprovalSchema>;
