import { z } from 'zod';
import {
  instantSchema,
  nameSchema,
  referenceSchema,
  severitySchema,
  surfaceSchema,
  textSchema,
} from '../primitives.js';

/** The runtime's verdict on one action (CAVRA's six). */
export const decisionSchema = z.enum([
  'allow',
  'warn',
  'block',
  'require_approval',
  'allow_with_attestation',
  'audit_only',
]);
export type Decision = z.infer<typeof decisionSchema>;

/** What makes an action high-risk whatever its severity; computed by the runtime from the action, never from its outcome. */
export const riskSchema = z.enum([
  'secret',
  'destructive',
  'protected_branch',
  'production_infrastructure',
  'tool_write',
  'outside_workspace',
  'egress',
]);
export type Risk = z.infer<typeof riskSchema>;

/** How evidence names a workflow. */
const workflowSchema = nameSchema.meta({
  description:
    'The pipeline, job or automation that the agent ran in: the id under which the inventory declares it.',
});

/** An agent attempted an action, and the runtime decided. One event an action. */
export const decisionRecordedSchema = z.strictObject({
  decision: decisionSchema,
  /** `enforce`: the verdict was carried out. `shadow`: it was only noted. */
  mode: z.enum(['enforce', 'shadow']),
  policy: z.strictObject({ id: nameSchema, version: nameSchema, rule: nameSchema }),
  surface: surfaceSchema,
  operation: z.enum(['read', 'write', 'execute', 'delete', 'connect', 'other']).optional(),
  risks: z.array(riskSchema).max(8).optional(),
  agent: nameSchema,
  repository: nameSchema.optional(),
  workflow: workflowSchema.optional(),
  tool: nameSchema.optional(),
  /** Capability of the tool that was used, as the registry names it. */
  capability: nameSchema.optional(),
  session: nameSchema.optional(),
  severity: severitySchema,
  /** Whether the action took place after the decision. */
  ran: z.boolean(),
  target: textSchema.optional(),
  reason: textSchema.optional(),
  /** The approval request this action was routed to. */
  approval: nameSchema.optional(),
  /** Reference of the attestation that `allow_with_attestation` rests on. */
  attestation: referenceSchema.optional(),
  evidence: z.array(referenceSchema).max(32).optional(),
  correlation: nameSchema.optional(),
  /** Raw content. Removed on admission unless the tenant opted in. */
  raw: z
    .strictObject({
      prompt: z.string().max(100_000).optional(),
      reasoning: z.string().max(100_000).optional(),
      toolOutput: z.string().max(100_000).optional(),
    })
    .optional(),
});

/** A run of an agent began or ended. */
export const sessionRecordedSchema = z.strictObject({
  session: nameSchema,
  agent: nameSchema,
  state: z.enum(['started', 'completed', 'failed']),
  repository: nameSchema.optional(),
  workflow: workflowSchema.optional(),
  startedAt: instantSchema.optional(),
  decisions: z.int().min(0).max(10_000_000).optional(),
});

/** What an agent said it would do, before it did. */
export const intentDeclaredSchema = z.strictObject({
  session: nameSchema,
  agent: nameSchema,
  intent: textSchema,
  surfaces: z.array(surfaceSchema).max(10).optional(),
});
