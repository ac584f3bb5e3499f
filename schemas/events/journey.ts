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
export const pilotProposedSchema = z.strictObject({
  scope: pilotScopeSchema,
  from: instantSchema,
  until: instantSchema,
  sponsor: personSchema,
  /** What the pilot is to show. */
  goal: textSchema,
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
