import { z } from 'zod';

import { scoreSchema, shareSchema } from '../posture.js';
import { instantSchema } from '../primitives.js';
import { countSchema, linksSchema } from './paging.js';

/** Days that one answer spans at most. */
export const mostTrendDays = 366;

export const trendQuerySchema = z.strictObject({
  from: z.iso.date().optional().meta({ description: 'First UTC day. Default: 29 days before `to`.' }),
  to: z.iso.date().optional().meta({ description: 'Last UTC day. Default: today.' }),
});

const bySeverity = z.strictObject({
  critical: countSchema,
  high: countSchema,
  medium: countSchema,
  low: countSchema,
});

/** The posture as it stood when a UTC day ended, by the settings in force then; of the day that still runs, as it stands. */
export const trendPointSchema = z.strictObject({
  day: z.iso.date(),
  ended: z.boolean(),
  position: countSchema,
  asOf: instantSchema,
  score: scoreSchema,
  coverage: z.strictObject({
    agents: shareSchema,
    repositories: shareSchema,
    workflows: shareSchema,
    tools: shareSchema,
  }),
  openFindings: bySeverity,
  overdue: countSchema,
  freshness: shareSchema,
  links: linksSchema,
});
export type TrendPoint = z.infer<typeof trendPointSchema>;

/** One point a day, oldest first. A day without a point is one that the log did not see end: no value is made up for it. */
export const trendSchema = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  points: z.array(trendPointSchema),
  links: linksSchema,
});
