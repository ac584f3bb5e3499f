import { z } from 'zod';

import { overriddenItemSchema } from '../events/operator.js';
import { controlSummarySchema } from '../posture.js';
import { evidenceIdSchema, instantSchema, nameSchema, textSchema } from '../primitives.js';
import { countSchema, linksSchema, namesSchema } from './paging.js';
import { judgedItemSchema } from './posture.js';
import { twoPersonShape } from './two-person.js';

/**
 * What the controls of a clause say of it: `supported` each that is observed is enforced for every item; `partly` some
 * are; `unsupported` none is; `not_observed` nothing is in scope of any; `gap` no control answers it.
 */
export const clauseStateSchema = z.enum(['supported', 'partly', 'unsupported', 'not_observed', 'gap']);
export type ClauseState = z.infer<typeof clauseStateSchema>;

export const frameworkParamsSchema = z.strictObject({ frameworkId: nameSchema });
export const frameworkSummarySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** What an enforced control does for a clause; it never satisfies one. */
  relation: z.enum(['supports', 'mitigates']),
  source: z.string(),
  note: z.string(),
  clauses: countSchema,
  states: z.record(clauseStateSchema, countSchema),
  link: z.string(),
});
const judgedAt = { position: countSchema, asOf: instantSchema, catalogue: z.string() };
export const frameworkListSchema = z.strictObject({
  ...judgedAt,
  frameworks: z.array(frameworkSummarySchema),
  links: linksSchema,
});

/** A control that answers a clause, with the item it is worst for and the event that decides there. */
export const answeringControlSchema = controlSummarySchema
  .pick({ id: true, title: true, state: true, counts: true, inScope: true, link: true })
  .extend({ evidence: judgedItemSchema.nullable() });
export const frameworkDetailSchema = z.strictObject({
  ...judgedAt,
  framework: frameworkSummarySchema,
  clauses: z.array(
    z.strictObject({
      id: z.string(),
      /** In our words. */
      title: z.string(),
      /** Its id in the edition before. */
      formerly: z.string().optional(),
      state: clauseStateSchema,
      /** The state in a sentence. */
      says: z.string(),
      controls: z.array(z.string()),
    }),
  ),
  /** The controls that the clauses name, each once. */
  controls: z.array(answeringControlSchema),
  people: namesSchema.optional(),
  links: linksSchema,
});

const driftSchema = z.strictObject({
  policy: z.string(),
  version: z.string(),
  why: z.enum(['not_published', 'published_as_shadow', 'superseded']),
  /** The version in force when the decision was made, and the event that published it. */
  inForce: z.strictObject({ version: z.string(), publishedBy: evidenceIdSchema }).nullable(),
  time: instantSchema,
  evidenceId: evidenceIdSchema,
  links: linksSchema,
});
/** Published policies against the versions that decisions carry, and controls that fell from enforce to shadow. */
export const policyDriftSchema = z.strictObject({
  ...judgedAt,
  /** The version of each policy that was last published to enforce; null where none is. */
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      inForce: z
        .strictObject({ version: z.string(), time: instantSchema, publishedBy: evidenceIdSchema })
        .nullable(),
      inShadow: z.array(z.string()),
    }),
  ),
  /** Totals of the tenant; the lists below hold at most 50 of each kind. */
  counts: z.strictObject({
    agentsDrifted: countSchema,
    agents: countSchema,
    repositoriesDrifted: countSchema,
    repositories: countSchema,
  }),
  drifted: z.array(
    z.strictObject({
      kind: z.enum(['agent', 'repository']),
      name: z.string(),
      decisions: z.array(driftSchema),
    }),
  ),
  /** `from` is the event that last showed the control enforced. */
  fallen: z.array(
    z.strictObject({
      control: z.string(),
      kind: z.string(),
      name: z.string(),
      since: instantSchema,
      from: evidenceIdSchema.nullable(),
      evidenceId: evidenceIdSchema.nullable(),
      links: linksSchema,
    }),
  ),
  links: linksSchema,
});

/** What an override may change; a weight is the whole control's, so it goes with no items. */
const overrideShape = {
  applicable: z.boolean().optional(),
  freshnessHours: z.int().min(1).max(8784).optional(),
  weight: z.int().min(1).max(100).optional(),
  items: z.array(overriddenItemSchema).min(1).max(100).optional().meta({
    description: 'Only for these, as findings name them: agent:builder-1.',
  }),
};
export const requestOverrideSchema = z
  .strictObject({ reason: textSchema.min(1), expiresAt: instantSchema, ...overrideShape })
  .refine((o) => o.applicable !== undefined || o.freshnessHours !== undefined || o.weight !== undefined, {
    message: 'say what is overridden: applicable, freshnessHours or weight',
  })
  .refine((o) => o.weight === undefined || o.items === undefined, {
    message: 'a weight is the whole control’s and goes with no items',
    path: ['weight'],
  });
export type RequestOverride = z.infer<typeof requestOverrideSchema>;

export const overrideParamsSchema = z.strictObject({ controlId: nameSchema, overrideId: z.uuid() });
/** An override as asked for and decided. It is in force only once it is evidence, and until it expires. */
export const overrideSchema = z.strictObject({
  control: z.string(),
  expiresAt: instantSchema,
  ...overrideShape,
  ...twoPersonShape,
});
export type OverrideAnswer = z.infer<typeof overrideSchema>;

export const adoptCatalogueSchema = z.strictObject({ version: nameSchema });
/** Published catalogue versions and the one in force. */
export const catalogueAnswerSchema = z.strictObject({
  inForce: z.string(),
  versions: z.array(z.strictObject({ version: z.string(), controls: z.array(z.string()) })),
  links: linksSchema,
});
