import { z } from 'zod';

import { controlStateSchema } from '../posture.js';
import { evidenceIdSchema, instantSchema } from '../primitives.js';
import { linksSchema, pageShape } from './paging.js';

/** While a state is not enforced: the evidence that last showed it enforced, and when it fell from there. */
export const fellSchema = z.strictObject({ from: evidenceIdSchema.nullable(), at: instantSchema });

const stateSchema = z.strictObject({
  state: controlStateSchema,
  evidenceId: evidenceIdSchema.nullable(),
  since: instantSchema,
  fell: fellSchema.optional(),
});
export const statesSchema = z.record(z.string(), stateSchema);

export const approvalStatusSchema = z.enum([
  'pending',
  'approved',
  'denied',
  'expired',
  'self_approved',
  'late',
  'unrequested',
]);
export const approvalQuerySchema = z.strictObject({ status: approvalStatusSchema.optional(), ...pageShape });
export const approvalSchema = z.strictObject({
  name: z.string(),
  status: approvalStatusSchema,
  requested: z.looseObject({ time: instantSchema, id: evidenceIdSchema, by: z.string() }).optional(),
  decided: z.looseObject({ time: instantSchema, id: evidenceIdSchema, by: z.string() }).optional(),
  reviewed: z.looseObject({ time: instantSchema, id: evidenceIdSchema, by: z.string() }).optional(),
  states: statesSchema,
  links: linksSchema,
});

export const exceptionStatusSchema = z.enum(['active', 'expired', 'revoked', 'unowned']);
export const exceptionQuerySchema = z.strictObject({
  status: exceptionStatusSchema.optional(),
  ...pageShape,
});
export const exceptionSchema = z.strictObject({
  name: z.string(),
  status: exceptionStatusSchema,
  granted: z.looseObject({ time: instantSchema, id: evidenceIdSchema }).optional(),
  renewed: z.looseObject({ time: instantSchema, id: evidenceIdSchema }).optional(),
  revoked: z.looseObject({ time: instantSchema, id: evidenceIdSchema }).optional(),
  states: statesSchema,
  links: linksSchema,
});
