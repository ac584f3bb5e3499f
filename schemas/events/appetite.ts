import { z } from 'zod';

import { instantSchema, nameSchema, personSchema, textSchema } from '../primitives.js';

/**
 * Indicators that a tenant sets target and limit of. Those of the others follow from due days (K11), from what is counted
 * (K25), or are none (K14).
 */
export const limitedIndicatorSchema = z.enum([
  'K01',
  'K04',
  'K05',
  'K06',
  'K07',
  'K08',
  'K09',
  'K10',
  'K12',
  'K13',
  'K15',
  'K16',
  'K17',
  'K18',
  'K19',
  'K20',
  'K21',
  'K22',
  'K23',
  'K24',
  'K26',
]);
export type LimitedIndicator = z.infer<typeof limitedIndicatorSchema>;

/** In the indicator's own unit. Beyond the limit is outside the appetite, between target and limit needs attention. */
export const boundsSchema = z.strictObject({
  target: z.number().min(0).max(1_000_000).multipleOf(0.1),
  limit: z.number().min(0).max(1_000_000).multipleOf(0.1),
});

/** What one approval is of. Limits of indicators that it does not name are the service's own, which nobody approved. */
export const appetiteShape = {
  limits: z
    .partialRecord(limitedIndicatorSchema, boundsSchema)
    .refine((limits) => Object.keys(limits).length > 0, {
      message: 'name the limit of one indicator at least',
    }),
  /** The body that set them: the board, its risk committee. */
  setBy: nameSchema,
  /** Day on which it did. */
  setOn: z.iso.date(),
  /** From then on nothing is approved any more, until limits are approved anew. */
  expiresAt: instantSchema,
};

/** The limits that a body of the tenant set: asked for by one person, approved by another. The last approval stands, whole. */
export const appetiteApprovedSchema = z.strictObject({
  ...appetiteShape,
  reason: textSchema,
  actor: personSchema,
  approvedBy: personSchema,
});
