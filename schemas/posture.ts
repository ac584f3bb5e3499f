import { z } from 'zod';

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
