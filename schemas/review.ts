import { z } from 'zod';

import { trendPointSchema } from './answers/trend.js';
import { controlSummarySchema } from './posture.js';
import { evidenceIdSchema, instantSchema, severitySchema, sha256Schema } from './primitives.js';
import { blockerSchema } from './readiness.js';
import { reportCatalogueSchema } from './reports.js';
import { operatingReviewSections, signOffNameSchema } from './sign-offs.js';

export const cadenceSchema = z.enum(['daily', 'weekly', 'monthly', 'quarterly']);

const count = z.int().min(0);
const bySeverity = z.strictObject({ critical: count, high: count, medium: count, low: count });
/** A list of at most 100, worst or latest first. `more`: there are others. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item).max(100), more: z.boolean() });

const base = {
  schemaVersion: z.literal('aispm.review.v1'),
  tenantId: z.string(),
  period: z.strictObject({ id: z.string(), from: z.iso.date(), to: z.iso.date(), zone: z.string() }),
  /** Instant and position of the log that the review speaks of: it may have been made later than its period ended. */
  asOf: instantSchema,
  position: z.int().min(0),
  verdict: z.string(),
  reasons: z.array(z.string()),
  score: z.int().nullable(),
  findings: z.strictObject({ open: bySeverity, overdue: bySeverity, claimed: bySeverity, accepted: count }),
  controls: z.record(z.string(), z.int()),
};

const findingSchema = z.strictObject({
  fingerprint: sha256Schema,
  detail: z.string(),
  subject: z.string(),
  severity: severitySchema,
  /** Pseudonym; null where nobody owns it. */
  owner: z.string().nullable(),
  dueOn: instantSchema,
  overdue: z.boolean(),
});

/** What is past its time and waits for a person. */
export const escalationSchema = z.strictObject({
  kind: z.enum(['finding', 'break_glass', 'review', 'incident']),
  subject: z.string(),
  since: instantSchema,
  owner: z.string().nullable(),
});

const dailySchema = z.strictObject({
  ...base,
  cadence: z.literal('daily'),
  /** Blockers of production that the review of the day before did not have; all of them where there was none. */
  newBlockers: z.array(blockerSchema),
  blockers: z.array(blockerSchema),
  failedConnectors: listOf(
    z.strictObject({
      connector: z.string(),
      state: z.string(),
      since: instantSchema,
      evidenceId: evidenceIdSchema.nullable(),
    }),
  ),
  criticalFindings: listOf(findingSchema),
  /** Of the period: what was granted or asked for and ended by itself. */
  expired: z.strictObject({
    grants: listOf(
      z.strictObject({
        finding: sha256Schema,
        change: z.enum(['acceptance', 'dismissal']),
        expiredAt: instantSchema,
        evidenceId: evidenceIdSchema,
      }),
    ),
    approvals: listOf(
      z.strictObject({ approval: z.string(), expiredAt: instantSchema, agent: z.string().nullable() }),
    ),
    exceptions: listOf(
      z.strictObject({ exception: z.string(), expiredAt: instantSchema, owner: z.string().nullable() }),
    ),
  }),
  /** Registered live sources of agents' evidence, and declared agents, not heard from for 24 hours. */
  silent: z.strictObject({
    sources: listOf(z.strictObject({ source: z.string(), lastHeardAt: instantSchema.nullable() })),
    agents: listOf(z.strictObject({ agent: z.string(), lastHeardAt: instantSchema.nullable() })),
  }),
  overdueEscalations: listOf(escalationSchema),
});

export const approvalCountsSchema = z.strictObject({
  requested: count,
  approved: count,
  denied: count,
  expired: count,
  selfApproved: count,
  late: count,
  breakGlass: count,
  breakGlassUnreviewed: count,
  medianSeconds: count.nullable(),
  p95Seconds: count.nullable(),
});

const weeklySchema = z.strictObject({
  ...base,
  cadence: z.literal('weekly'),
  controlCoverage: z.strictObject({
    observed: count,
    applicable: count,
    itemsEnforced: count,
    itemsInScope: count,
    controls: z.array(controlSummarySchema.omit({ link: true, weight: true })),
  }),
  /** Open findings by days since they were opened: up to 7, 30, 90, and more. `complete`: all were read. */
  openFindingsByAge: z.strictObject({
    upTo7: bySeverity,
    upTo30: bySeverity,
    upTo90: bySeverity,
    over90: bySeverity,
    oldest: findingSchema.nullable(),
    complete: z.boolean(),
  }),
  /** All approvals there were, as they stand now and as they stood when the week began; null where nothing was known. */
  approvals: z.strictObject({ now: approvalCountsSchema, before: approvalCountsSchema.nullable() }),
  reports: reportCatalogueSchema.shape.items,
});

const monthlySchema = z.strictObject({
  ...base,
  cadence: z.literal('monthly'),
  /** The CSO report of the month, requested by the review; null where nobody is to get it. */
  executiveReport: z.strictObject({ report: z.uuid(), type: z.literal('cso') }).nullable(),
  /** Days of the month that the log saw end. */
  trend: z.array(trendPointSchema.omit({ links: true })),
  exceptions: z.strictObject({
    active: count,
    expired: count,
    unowned: count,
    expiringIn14Days: count,
    /** Standing ones by days since they were granted. */
    age: z.strictObject({ upTo30: count, upTo90: count, upTo180: count, over180: count }),
    oldest: listOf(
      z.strictObject({
        exception: z.string(),
        ageDays: count,
        owner: z.string().nullable(),
        expiresAt: instantSchema.nullable(),
        status: z.string(),
      }),
    ),
    complete: z.boolean(),
  }),
  policyDrift: z.strictObject({
    agentsDrifted: count,
    agents: count,
    repositoriesDrifted: count,
    repositories: count,
    drifted: listOf(
      z.strictObject({
        kind: z.string(),
        name: z.string(),
        policy: z.string(),
        version: z.string(),
        why: z.string(),
      }),
    ),
    fallen: listOf(
      z.strictObject({ control: z.string(), kind: z.string(), name: z.string(), since: instantSchema }),
    ),
  }),
});

/** The drill of the quarter as it was recorded; null where none was. */
export const drillSummarySchema = z.strictObject({
  drill: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema,
  outcome: z.enum(['passed', 'failed']),
  steps: z.array(
    z.strictObject({
      step: z.string(),
      title: z.string(),
      at: instantSchema.nullable(),
      withinMinutes: count,
      inTime: z.boolean(),
    }),
  ),
  followUps: z.array(z.string()),
  evidenceId: evidenceIdSchema,
});

const signOffOf = z.strictObject({ at: instantSchema, evidenceId: evidenceIdSchema }).nullable();
const metric = z.strictObject({
  name: z.string(),
  words: z.string(),
  /** A count, tenths of a per cent, or tenths of a point: the words say which. Null: not observed. */
  value: z.number().nullable(),
  target: z.number().nullable(),
  met: z.boolean().nullable(),
});

/** One section of the customer operating review, with who owns it and whether they signed it off. */
export const operatingSectionSchema = z.strictObject({
  section: z.enum(operatingReviewSections),
  owner: z.string(),
  signOff: signOffOf,
  metrics: z.array(metric),
  /** What the owner must look at; empty where everything is met. */
  attention: z.array(z.string()),
});

const quarterlySchema = z.strictObject({
  ...base,
  cadence: z.literal('quarterly'),
  drill: drillSummarySchema.nullable(),
  /** Null where it could not be built; `fault` says why. */
  archive: z
    .strictObject({
      archive: z.string(),
      digest: sha256Schema,
      files: count,
      position: count,
      closed: z.boolean(),
      missingSignOffs: z.array(signOffNameSchema),
    })
    .nullable(),
  archiveFault: z.string().nullable(),
  operatingReview: z.array(operatingSectionSchema),
  openExclusions: listOf(
    z.strictObject({
      kind: z.enum(['exception', 'override']),
      name: z.string(),
      until: instantSchema.nullable(),
    }),
  ),
});

/** A review as it is stored and signed: what stood when it was made. Numbers come from the posture of that instant. */
export const reviewDocumentSchema = z.discriminatedUnion('cadence', [
  dailySchema,
  weeklySchema,
  monthlySchema,
  quarterlySchema,
]);
export type ReviewDocument = z.infer<typeof reviewDocumentSchema>;
export type ReviewOf<C extends ReviewDocument['cadence']> = Extract<ReviewDocument, { cadence: C }>;
export type OperatingSection = z.infer<typeof operatingSectionSchema>;
export type Escalation = z.infer<typeof escalationSchema>;
export type ReviewedFinding = z.infer<typeof findingSchema>;
export type ApprovalCounts = z.infer<typeof approvalCountsSchema>;
export type DrillSummary = z.infer<typeof drillSummarySchema>;
