import { z } from 'zod';

import { instantSchema, severitySchema } from './primitives.js';

/**
 * State of a control for one item, worst first: `blocked` cannot operate; `missing` in scope without evidence; `stale`
 * proven once, too long ago; `shadowed` evaluated, not enforced; `enforced`. `not_applicable` only by approved override.
 */
export const controlStateSchema = z.enum([
  'blocked',
  'missing',
  'stale',
  'shadowed',
  'enforced',
  'not_applicable',
]);
export type ControlState = z.infer<typeof controlStateSchema>;

const link = z.string().meta({ description: 'Path under /api of the next call on the way to the evidence.' });
const count = z.int().min(0);

export const postureVerdictSchema = z.enum([
  'on_target',
  'needs_attention',
  'off_target',
  'not_enough_evidence',
]);

/** A control as the posture shows it: its worst item's state, or `not_observed` where nothing is in scope. */
export const controlSummarySchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  domain: z.string(),
  severity: severitySchema,
  weight: z.int().min(1),
  state: z.union([controlStateSchema, z.literal('not_observed')]),
  counts: z.record(controlStateSchema, count),
  inScope: count,
  link,
});
export type ControlSummary = z.infer<typeof controlSummarySchema>;

/** Tenths of a point; null with the reason where it is not observed. Never shown without the counts beside it. */
export const scoreSchema = z.strictObject({
  tenths: z.int().min(0).max(1000).nullable(),
  notObserved: z.enum(['no_inventory', 'inventory_stale', 'nothing_in_scope']).nullable(),
  target: z.int(),
  controlsObserved: count,
  controlsApplicable: count,
  itemsEnforced: count,
  itemsInScope: count,
});

const layer = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({
    /** Whether the layer's healthy signal holds. `unknown`: nothing to judge by, which is not a pass. */
    status: z.enum(['healthy', 'unhealthy', 'unknown']),
    healthySignal: z.string(),
    link,
    ...shape,
  });

const coverageCountsSchema = z.strictObject({
  inScope: count,
  declared: count,
  observed: count,
  covered: count,
  shadow: count,
  silent: count,
});
const bySeverity = z.strictObject({ critical: count, high: count, medium: count, low: count });

/** Answer of `GET …/posture`: five layers, the score with its counts, and what forbids a favourable verdict. */
export const postureSchema = z.strictObject({
  tenantId: z.string(),
  sample: z.boolean(),
  /** Everything known up to this position of the log, judged at `asOf`. */
  position: count,
  asOf: instantSchema,
  foldVersion: z.int(),
  /** Version of the control catalogue in force. */
  catalogue: z.string(),
  verdict: postureVerdictSchema,
  reasons: z.array(z.string()),
  score: scoreSchema,
  layers: z.strictObject({
    coverage: layer({
      inventoryAt: instantSchema.nullable(),
      agents: coverageCountsSchema,
      repositories: coverageCountsSchema,
      workflows: coverageCountsSchema,
      tools: coverageCountsSchema,
    }),
    controls: layer({ states: z.record(z.string(), count), worst: z.array(z.string()) }),
    findings: layer({
      open: bySeverity,
      /** Claimed resolved, and verified neither by evidence nor by a second person. */
      claimed: bySeverity,
      overdue: bySeverity,
      unowned: bySeverity,
      accepted: count,
    }),
    evidence: layer({
      events: count,
      live: count,
      signedByTrusted: count,
      sample: count,
      decisions: count,
      fresh: count,
      freshOf: count,
      unfoldable: count,
    }),
    reports: layer({
      requested: count,
      rendered: count,
      delivered: count,
      bounced: count,
      unconfirmed: count,
    }),
  }),
  approvals: z.record(z.string(), count),
  exceptions: z.record(z.string(), count),
  controls: z.array(controlSummarySchema),
  links: z.record(z.string(), link),
});
export type Posture = z.infer<typeof postureSchema>;
