import { z } from 'zod';

import { answeredShape, managementRoleSchema, stanceShape } from '../events/responses.js';
import { evidenceIdSchema, idempotencyKeySchema, instantSchema } from '../primitives.js';
import { linksSchema, namesSchema } from './paging.js';

/** Printed whole in a table of the packet. */
const statementSchema = z.string().trim().min(1).max(500);

/** Body of a management response. Who agrees says by when, or what shows that it is done. */
export const recordResponseSchema = z
  .strictObject({
    ...answeredShape,
    ...stanceShape,
    cause: statementSchema.meta({ description: 'Why it came to the exceptions. Quoted unaltered.' }),
    action: statementSchema.meta({
      description: 'What is planned or was done; of who disagrees, why. Quoted unaltered.',
    }),
    idempotencyKey: idempotencyKeySchema.optional(),
  })
  .refine(({ stance, dueAt, done }) => stance === 'disagrees' || dueAt !== undefined || done !== undefined, {
    message: 'who agrees says by when, or what shows that it is done',
    path: ['dueAt'],
  });
export type RecordResponse = z.output<typeof recordResponseSchema>;

/** A management response as the log has it. `owner` and `actor` are pseudonyms, named in `people`. */
export const responseSchema = z.strictObject({
  evidenceId: evidenceIdSchema,
  recordedAt: instantSchema,
  control: z.string(),
  ...answeredShape,
  ...stanceShape,
  cause: z.string(),
  action: z.string(),
  actor: z.string(),
  role: managementRoleSchema,
  people: namesSchema.optional(),
  links: linksSchema,
});
export type ResponseAnswer = z.infer<typeof responseSchema>;
