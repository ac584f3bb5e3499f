import { z } from 'zod';

import { evidenceIdSchema, instantSchema, nameSchema } from '../primitives.js';
import { approvalStatusSchema } from './governance.js';
import { countSchema, linksSchema, namesSchema, pageShape } from './paging.js';

export const sessionParamsSchema = z.strictObject({ sessionId: nameSchema });
export const sessionQuerySchema = z.strictObject(pageShape);

/** One step of a run. A step of an approval stands at its own time, wherever it was taken. */
export const sessionStepSchema = z.strictObject({
  time: instantSchema,
  evidenceId: evidenceIdSchema,
  what: z.enum([
    'event',
    'session',
    'intent',
    'decision',
    'approval_requested',
    'approval_decided',
    'breakglass_reviewed',
  ]),
  /** One line, without anything that was redacted. */
  words: z.string(),
  /** What the event says: of a decision everything but raw content. */
  data: z.record(z.string(), z.unknown()).optional(),
  approval: z.strictObject({ name: z.string(), status: approvalStatusSchema }).optional(),
  links: linksSchema,
});

/** A run of an agent, replayed in time order, oldest first. */
export const sessionSchema = z.strictObject({
  name: z.string(),
  agent: z.string(),
  first: instantSchema,
  last: instantSchema,
  state: z.enum(['started', 'completed', 'failed']).optional(),
  decisions: countSchema,
  intent: evidenceIdSchema.optional(),
  /** Approvals that its actions were routed to, up to a hundred. */
  approvals: z.array(z.string()),
  steps: z.array(sessionStepSchema),
  cursor: z.string().optional(),
  people: namesSchema.optional(),
  links: linksSchema,
});
