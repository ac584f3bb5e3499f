import { z } from 'zod';

import { countSchema, linksSchema } from './answers/paging.js';
import { grantPurposeSchema, grantStateSchema } from './access.js';
import { pilotScopeSchema, successMeasuresSchema } from './events/journey.js';
import { placeSchema, stepIdSchema } from './journey-steps.js';
import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  nameSchema,
  personSchema,
  textSchema,
} from './primitives.js';
import { roleSchema } from './members.js';

/** Whether a predicate holds, and what is missing where it does not. */
const predicateSchema = z.strictObject({ met: z.boolean(), missing: z.string().nullable() });
/** The first event of a type that counts; null while there is none. */
const proofSchema = z.strictObject({
  type: z.string(),
  id: evidenceIdSchema.nullable(),
  time: instantSchema.nullable(),
});

export const journeyStepSchema = z.strictObject({
  id: stepIdSchema,
  title: z.string(),
  /** `current` is the one that can be confirmed next. */
  state: z.enum(['confirmed', 'current', 'ahead']),
  /** The role that confirms it; an admin may too. */
  confirms: roleSchema,
  entry: predicateSchema,
  /** Looked at for every step: one that was confirmed can have ceased to hold, as when a trial expires. */
  exit: predicateSchema,
  proofs: z.array(proofSchema),
  confirmed: z
    .strictObject({
      at: instantSchema,
      by: personSchema,
      evidenceId: evidenceIdSchema,
      rests: z.array(evidenceIdSchema),
    })
    .nullable(),
});

const labSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** What it must leave. */
  leaves: z.string(),
  done: z.boolean(),
  proofs: z.array(proofSchema),
});

/** Answer of `GET …/journey` and of the commands on it. */
export const journeySchema = z.strictObject({
  at: placeSchema,
  asOf: instantSchema,
  /** Entries of the log that it rests on. */
  position: countSchema,
  steps: z.array(journeyStepSchema),
  labs: z.array(labSchema),
  /** Grants of access as the log has them, by their last change. */
  access: z.array(
    z.strictObject({
      grant: z.uuid(),
      purpose: grantPurposeSchema,
      person: personSchema,
      state: grantStateSchema,
      until: instantSchema,
      evidenceId: evidenceIdSchema,
    }),
  ),
  pilot: z
    .strictObject({
      scope: pilotScopeSchema,
      from: instantSchema,
      until: instantSchema,
      sponsor: personSchema,
      goal: z.string(),
      measures: successMeasuresSchema,
      proposedBy: personSchema,
      evidenceId: evidenceIdSchema,
    })
    .nullable(),
  /** Moves, newest first. `refused`: another was first, and it changed nothing. */
  history: z.array(
    z.strictObject({
      time: instantSchema,
      act: z.enum(['confirmed', 'stepped_back']),
      step: stepIdSchema,
      from: placeSchema,
      actor: personSchema,
      reason: z.string().optional(),
      evidenceId: evidenceIdSchema,
      refused: z.literal(true).optional(),
    }),
  ),
  links: linksSchema,
});
export type JourneyAnswer = z.infer<typeof journeySchema>;

const key = { idempotencyKey: idempotencyKeySchema.optional() };
/** Body of `POST …/journey/confirm`: the step where the journey stands. */
export const confirmStepSchema = z.strictObject({
  step: stepIdSchema,
  reason: textSchema.min(1).optional(),
  ...key,
});
/** Body of `POST …/journey/step-back`: an earlier step; it and all after it are to be confirmed again. */
export const stepBackSchema = z.strictObject({ step: stepIdSchema, reason: textSchema.min(1), ...key });
/** Body of `POST …/journey/pilot`: what the inventory declares of it, from when until when. At most 366 days. */
export const proposePilotSchema = z.strictObject({
  scope: z
    .strictObject({
      agents: z.array(nameSchema).max(100).default([]),
      repositories: z.array(nameSchema).max(100).default([]),
      workflows: z.array(nameSchema).max(100).default([]),
      tools: z.array(nameSchema).max(100).default([]),
    })
    .refine((scope) => Object.values(scope).some((names) => names.length > 0), 'a pilot governs something'),
  from: instantSchema,
  until: instantSchema,
  /** Who answers for it. */
  sponsor: personSchema,
  goal: textSchema.min(1),
  /** What it is judged by when it ends. */
  measures: successMeasuresSchema.default([]),
  ...key,
});
