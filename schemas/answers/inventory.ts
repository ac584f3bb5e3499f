import { z } from 'zod';

import { decisionSchema } from '../events/decisions.js';
import { controlStateSchema } from '../posture.js';
import {
  environmentSchema,
  evidenceIdSchema,
  instantSchema,
  itemKindSchema,
  nameSchema,
  pseudonymPattern,
  severitySchema,
  trustTierSchema,
} from '../primitives.js';
import { findingSchema } from '../findings.js';
import { countSchema, linksSchema, namesSchema, pageShape, wordsSchema } from './paging.js';
import { fellSchema, statesSchema } from './items.js';

/**
 * `uncovered`: declared and heard from within 24 hours, and no trusted source told a decision of it in these. `retired`:
 * declared so, and not heard from since; it is out of scope and counts nowhere.
 */
export const coverageSchema = z.enum([
  'declared',
  'observed',
  'covered',
  'uncovered',
  'shadow',
  'silent',
  'retired',
]);
/** An agent is idle when nothing was heard from it for 24 hours. */
export const activitySchema = z.enum(['active', 'idle', 'retired']);
/** Why a tool is risky. `beyond_capability`: a capability that its approval does not name was used in the last 30 days. */
export const toolRiskSchema = z.enum([
  'unregistered',
  'unowned',
  'below_trusted_tier',
  'approval_expired',
  'beyond_capability',
]);

const filters = {
  coverage: coverageSchema.optional(),
  name: nameSchema.optional().meta({ description: 'Only the one of this name.' }),
  words: wordsSchema,
  environment: environmentSchema.optional().meta({ description: 'As declared.' }),
  criticality: severitySchema.optional().meta({ description: 'As declared.' }),
  owner: z
    .string()
    .regex(pseudonymPattern)
    .optional()
    .meta({ description: 'As declared: the pseudonym that answers show.' }),
  ...pageShape,
} as const;
export const itemQuerySchema = z.strictObject(filters);
export const agentQuerySchema = z.strictObject({
  activity: activitySchema.optional(),
  actions: z.literal('unenforced').optional().meta({
    description: 'Agents whose last high-risk action on a surface was neither enforced nor approval-routed.',
  }),
  ...filters,
});
export const toolQuerySchema = z.strictObject({
  trust: z.enum(['trusted', 'risky']).optional(),
  risk: toolRiskSchema.optional(),
  ...filters,
});

/** A name in a path. A slash in it is sent as %2F. */
export const itemParamsSchema = z.strictObject({ name: nameSchema });

/** An agent, repository, workflow or tool: what was declared, what was seen, and the state of each control for it. */
export const itemSchema = z.strictObject({
  kind: itemKindSchema,
  name: z.string(),
  /** As declared; of a tool without a declared owner the registry's. Null where nobody said. */
  owner: z.string().nullable(),
  environment: environmentSchema.nullable(),
  criticality: severitySchema.nullable(),
  firstSeen: instantSchema.nullable(),
  lastSeen: instantSchema.nullable(),
  coverage: z.array(coverageSchema),
  /** Of an agent. */
  activity: activitySchema.optional(),
  /** Of a tool: trusted, or risky for each of these reasons. */
  trust: z.strictObject({ risky: z.boolean(), risks: z.array(toolRiskSchema) }).optional(),
  /** Runs of agents that touched it, each once; of one run the first hundred items it touched are known. */
  sessions: countSchema,
  decisions: z.partialRecord(decisionSchema, countSchema),
  states: statesSchema,
  /** Causes of findings that stand because of it. */
  findings: countSchema,
  declared: z.looseObject({ time: instantSchema, id: evidenceIdSchema }).optional(),
  registry: z
    .looseObject({ time: instantSchema, id: evidenceIdSchema, tier: trustTierSchema.optional() })
    .optional(),
  links: linksSchema,
});

/** One item with its controls and the findings that stand because of it, each with the way to its evidence. */
export const itemDetailSchema = z.strictObject({
  item: itemSchema,
  controls: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      state: controlStateSchema,
      since: instantSchema,
      evidenceId: evidenceIdSchema.nullable(),
      fell: fellSchema.optional(),
      links: linksSchema,
    }),
  ),
  /** The worst fifty. */
  findings: z.array(findingSchema),
  people: namesSchema.optional(),
  links: linksSchema,
});
