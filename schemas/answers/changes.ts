import { z } from 'zod';

import { postureVerdictSchema, scoreSchema } from '../posture.js';
import { evidenceIdSchema, instantSchema } from '../primitives.js';
import { countSchema, linksSchema, namesSchema } from './paging.js';

/** Seconds that one answer of the stream waits at most: less than the idle timeout of what stands before a function. */
export const longestWait = 200;

export const streamQuerySchema = z.strictObject({
  wait: z.coerce.number().int().min(0).max(longestWait).default(longestWait).meta({
    description: 'Seconds to wait for a change where there is none yet.',
  }),
});

const standing = {
  position: countSchema,
  asOf: instantSchema,
  verdict: postureVerdictSchema,
  reasons: z.array(z.string()),
  score: scoreSchema,
  /** Layer → healthy, unhealthy or unknown. */
  layers: z.record(z.string(), z.string()),
  openFindings: z.strictObject({
    critical: countSchema,
    high: countSchema,
    medium: countSchema,
    low: countSchema,
  }),
} as const;

/** Data of an event `posture`: how the posture stands now. `links.changes` tells what changed, where the caller said since when. */
export const postureEventSchema = z.strictObject({ ...standing, links: linksSchema });
export type PostureEvent = z.infer<typeof postureEventSchema>;

export const diffQuerySchema = z.strictObject({
  from: instantSchema.meta({ description: 'The earlier instant.' }),
  to: instantSchema.optional().meta({ description: 'The later instant. Default: now.' }),
  limit: z.coerce.number().int().min(1).max(500).default(200).meta({
    description: 'Entries of the log that one page goes through, 1 to 500.',
  }),
  cursor: z.string().max(2000).optional().meta({ description: 'From the page before.' }),
});

/** One thing that changed, and why: the entry that was folded, or time alone (a freshness, an expiry, a due date). */
export const changeSchema = z.strictObject({
  at: instantSchema,
  /** What it is about: `agent:builder`, `finding:<id>`, `report:<id>`. */
  subject: z.string(),
  /** What of it: `control:<id>`, `is:<word>`, `status`, `severity` and so on. */
  aspect: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  words: z.string(),
  cause: z.union([
    z.strictObject({
      by: z.literal('evidence'),
      position: countSchema,
      evidenceId: evidenceIdSchema,
      type: z.string(),
    }),
    z.strictObject({ by: z.literal('time') }),
  ]),
  links: linksSchema,
});
export type Change = z.infer<typeof changeSchema>;

/** What changed between two instants, oldest first. With a cursor `after` is where this page ends. */
export const diffSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  before: z.strictObject(standing),
  after: z.strictObject(standing),
  changes: z.array(changeSchema),
  cursor: z.string().optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});
