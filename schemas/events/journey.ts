import { z } from 'zod';

import { placeSchema, stepIdSchema } from '../journey-steps.js';
import { evidenceIdSchema, instantSchema, nameSchema, personSchema, textSchema } from '../primitives.js';

/**
 * A step of the journey was confirmed, or the journey went back to one. `from` is where it stood: a command that another
 * one overtook finds it elsewhere and changes nothing.
 */
export const journeyAdvancedSchema = z.strictObject({
  act: z.enum(['confirmed', 'stepped_back']),
  /** What was confirmed, or gone back to. */
  step: stepIdSchema,
  from: placeSchema,
  actor: personSchema,
  reason: textSchema.optional(),
  /** What the step's exit rested on. */
  evidenceIds: z.array(evidenceIdSchema).max(100),
});

const namesSchema = z.array(nameSchema).max(100);

/** What a pilot is to govern, from when until when, and who answers for it. Every item stands in the inventory. */
export const pilotScopeSchema = z.strictObject({
  agents: namesSchema,
  repositories: namesSchema,
  workflows: namesSchema,
  tools: namesSchema,
});

const shortSchema = z.string().min(1).max(200);
/** One thing that the pilot is judged by when it ends. */
export const successMeasureSchema = z.strictObject({
  /** What is measured, as in `Hours from a change to its review`. */
  measure: nameSchema,
  /** Where it stands before the pilot, with its unit. */
  baseline: shortSchema,
  /** What is to be reached by its end, with its unit. */
  target: shortSchema,
  /** From what it is read, and by whom. */
  how: shortSchema,
  /** What ends the pilot early. */
  stopRule: shortSchema,
});
export const successMeasuresSchema = z.array(successMeasureSchema).max(12);

export const pilotProposedSchema = z.strictObject({
  scope: pilotScopeSchema,
  from: instantSchema,
  until: instantSchema,
  sponsor: personSchema,
  /** What the pilot is to show. */
  goal: textSchema,
  /** What it is judged by; none where the proposal says none. */
  measures: successMeasuresSchema,
  actor: personSchema,
});

/** A guest of an evidence room saw or took something. Written before the answer leaves. */
export const accessUsedSchema = z.strictObject({
  grant: z.uuid(),
  person: personSchema,
  use: z.enum(['view', 'download']),
  route: nameSchema,
  /** Path below the tenant. */
  path: textSchema,
});
