import { z } from 'zod';

import { instantSchema } from '../primitives.js';
import { linksSchema, namesSchema } from './paging.js';

/** What one person asked for and another decides. */
export const waitingKindSchema = z.enum([
  'member',
  'source',
  'settings',
  'override',
  'limits',
  'delivery',
  'key',
  'access',
  'report',
]);
export type WaitingKind = z.infer<typeof waitingKindSchema>;

/** One request that waits for its second person. */
const waitingSchema = z.strictObject({
  kind: waitingKindSchema,
  id: z.string(),
  /** What would be, in words. */
  what: z.string(),
  /** `outdated`: what it changes was changed since it was asked for, so it can only be refused. */
  status: z.enum(['pending', 'outdated']),
  reason: z.string().optional(),
  /** Pseudonym, as everywhere; it may also be the service, for a report of a schedule. */
  requestedBy: z.string(),
  requestedAt: instantSchema,
  /** Then its time is over, and it is asked for anew. */
  decideBy: instantSchema,
  /** `approve` and `reject`, for who decides; `about`, what it is about, for who looks. */
  links: linksSchema,
});
export type Waiting = z.infer<typeof waitingSchema>;

/** What waits for a second person, whose time is over first at the top. */
export const waitingListSchema = z.strictObject({
  asOf: instantSchema,
  items: z.array(waitingSchema),
  /** Kinds that the reader's roles do not see, here as on their own routes. */
  hidden: z.array(waitingKindSchema),
  people: namesSchema.optional(),
  links: linksSchema,
});
export type WaitingList = z.infer<typeof waitingListSchema>;
