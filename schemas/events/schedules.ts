import { z } from 'zod';

import { instantSchema, nameSchema, personSchema, textSchema } from '../primitives.js';
import { reportTypeSchema } from './service.js';

/** What a schedule did about one period: asked for the report, left it out in a blackout, or could not ask for it. */
export const reportScheduledSchema = z.strictObject({
  /** Follows from tenant, schedule and period: the same also where the report was never asked for. */
  report: nameSchema,
  schedule: nameSchema,
  reportType: reportTypeSchema,
  dueAt: instantSchema,
  period: nameSchema,
  outcome: z.enum(['requested', 'skipped', 'refused']),
  /** Periods before it were due too, while nothing ran: this is the one report for all of them. */
  caughtUp: z.boolean(),
  detail: textSchema.optional(),
});

/** The mails of a report wait for the end of a blackout. */
export const reportDeferredSchema = z.strictObject({ report: nameSchema, until: instantSchema });

/** The link to a report was taken back: who still uses it is refused. */
export const reportRevokedSchema = z.strictObject({
  report: nameSchema,
  link: nameSchema,
  actor: personSchema,
  reason: textSchema.optional(),
});
