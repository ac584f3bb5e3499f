import { z } from 'zod';

import { appetiteShape, limitedIndicatorSchema } from '../events/appetite.js';
import { evidenceIdSchema, instantSchema, textSchema } from '../primitives.js';
import { unitSchema } from '../report-figures.js';
import { linksSchema, namesSchema } from './paging.js';
import { twoPersonShape } from './two-person.js';

export const requestAppetiteSchema = z.strictObject({
  ...appetiteShape,
  // Blanks name nobody.
  setBy: appetiteShape.setBy.trim().min(1),
  reason: textSchema.min(1),
});
export type RequestAppetite = z.output<typeof requestAppetiteSchema>;

export const appetiteParamsSchema = z.strictObject({ requestId: z.uuid() });

/** Limits as one person asked for them and another decided. They stand once they are evidence, and until they expire. */
export const appetiteRequestSchema = z.strictObject({ ...appetiteShape, ...twoPersonShape });
export type AppetiteRequest = z.infer<typeof appetiteRequestSchema>;

/** What indicators are judged by now. `approved`: by two people of the tenant, and not the service's own proposal. */
export const appetiteSchema = z.strictObject({
  asOf: instantSchema,
  approval: z
    .strictObject({
      evidenceId: evidenceIdSchema,
      setBy: z.string(),
      setOn: z.iso.date(),
      requestedBy: z.string(),
      approvedBy: z.string(),
      approvedAt: instantSchema,
      expiresAt: instantSchema,
    })
    .nullable(),
  indicators: z.array(
    z.strictObject({
      id: limitedIndicatorSchema,
      label: z.string(),
      unit: unitSchema,
      better: z.enum(['higher', 'lower']),
      target: z.number(),
      limit: z.number(),
      approved: z.boolean(),
    }),
  ),
  people: namesSchema.optional(),
  links: linksSchema,
});
export type AppetiteAnswer = z.infer<typeof appetiteSchema>;
