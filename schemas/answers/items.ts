import { z } from 'zod';

import { controlStateSchema } from '../posture.js';
import { evidenceIdSchema, instantSchema } from '../primitives.js';

/** While a state is not enforced: the evidence that last showed it enforced, and when it fell from there. */
export const fellSchema = z.strictObject({ from: evidenceIdSchema.nullable(), at: instantSchema });

const stateSchema = z.strictObject({
  state: controlStateSchema,
  evidenceId: evidenceIdSchema.nullable(),
  since: instantSchema,
  fell: fellSchema.optional(),
});
export const statesSchema = z.record(z.string(), stateSchema);
