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

/** What makes a layer healthy, as a predicate that was computed. `unknown`: nothing to judge by, which is not a pass. */
export const signalSchema = z.strictObject({
  name: z.string(),
  words: z.string(),
  holds: z.enum(['true', 'false', 'unknown']),
});
export type Signal = z.infer<typeof signalSchema>;

/** Things that keep a signal from holding: how many, and the list that shows exactly these. */
export const failingSchema = z.strictObject({ name: z.string(), words: z.string(), count, link });
export type Failing = z.infer<typeof failingSchema>;

const layer = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({
    /** Whether the layer's signal holds, in a word. */
    status: z.enum(['healthy', 'unhealthy', 'unknown']),
    signal: signalSchema,
    failing: z.array(failingSchema),
    link,
    ...shape,
  });

/**
 * Items of one kind. Evidence names a workflow by the `workflow` member of a decision or a session, which is the id that
 * the inventory declares it under.
 */
const coverageCountsSchema = z.strictObject({
  inScope: count,
  declared: count,
  observed: count,
  covered: count.meta({ description: 'Declared, with a decision from a trusted source within 24 hours.' }),
  shadow: count.meta({ description: 'Observed, and not declared.' }),
  silent: count.meta({ description: 'Declared, and not heard from within 24 hours.' }),
});

/** A share with its denominator. `tenths` of a per cent, rounded half up; null over nothing, which is not 100%. */
export const shareSchema = z.strictObject({
  count,
  of: count,
  tenths: z.int().min(0).max(1000).nullable(),
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
      workflows: coverageCountsSchema.meta({
        description:
          'Evidence names a workflow by the `workflow` member of a decision or a session: the id that the inventory declares it under.',
      }),
      tools: coverageCountsSchema,
    }),
    controls: layer({
      states: z.record(z.string(), count),
      worst: z.array(z.string()),
      /** High-risk actions ever recorded, and those that were stopped or approved when they came in. */
      highRiskActions: count,
      highRiskEnforced: count,
    }),
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
      /**
       * `fresh`: agents in scope heard from within 24 hours. `signed`: live events signed by a trusted source.
       * `searchable`: events that a list leads to; one that cannot be folded is in the log and in no list. `tied`: runs and
       * approvals that a decision names; shown and not judged, for an approval stands before its action.
       */
      shares: z.strictObject({
        fresh: shareSchema,
        signed: shareSchema,
        searchable: shareSchema,
        tied: shareSchema,
      }),
      /**
       * References of live events. One to an event (`evidence://` and its public id, or the id its own source gave it) or
       * an approval (`approval://<name>`) resolves when
       * its target is in the log; it waits for it for 24 hours. Any other scheme leads outside, where nothing is checked.
       */
      references: z.strictObject({
        total: count,
        resolved: count,
        waiting: count,
        unresolved: count,
        external: count,
      }),
    }),
    reports: layer({
      requested: count,
      rendered: count,
      delivered: count,
      bounced: count,
      unconfirmed: count,
      audited: count,
      /**
       * Reports by type and step. `generated`: rendered, with digests. `delivered`: to every recipient, on the provider's
       * word. `audited`: nothing of its life is open; it was decided, and each of its deliveries has a final outcome.
       */
      byType: z.record(
        z.string(),
        z.strictObject({ requested: count, generated: count, delivered: count, audited: count }),
      ),
    }),
  }),
  approvals: z.record(z.string(), count),
  exceptions: z.record(z.string(), count),
  controls: z.array(controlSummarySchema),
  links: z.record(z.string(), link),
});
export type Posture = z.infer<typeof postureSchema>;
