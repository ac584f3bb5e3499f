import { z } from 'zod';

import { evidenceIdSchema, instantSchema, nameSchema, personSchema, textSchema } from '../primitives.js';

/** Exceptions that a response is to: of events that happened from `from` on and before `until`; with a list, of these only. */
export const answeredShape = {
  from: instantSchema,
  until: instantSchema,
  exceptions: z.array(evidenceIdSchema).min(1).max(100).optional().meta({
    description:
      'Evidence ids of the exceptions answered. Default: all of the control in that time, and its design.',
  }),
};
/** Whether management agrees that these are exceptions, who acts, and by when or by what evidence it is done. */
export const stanceShape = {
  stance: z.enum(['agrees', 'disagrees']),
  owner: personSchema,
  dueAt: instantSchema.optional(),
  done: z
    .strictObject({ at: instantSchema, evidenceIds: z.array(evidenceIdSchema).min(1).max(20) })
    .optional(),
};
/** Roles that answer for management. */
export const managementRoleSchema = z.enum(['operator', 'approver', 'admin']);

/**
 * Management answers exceptions to a control that tests of its evidence noted. Of several responses to one exception the
 * one recorded last counts.
 */
export const responseRecordedSchema = z.strictObject({
  control: nameSchema,
  ...answeredShape,
  ...stanceShape,
  cause: textSchema,
  /** What is planned or was done; where management disagrees, why. */
  action: textSchema,
  actor: personSchema,
  /** In which the actor answers; never an auditor's. */
  role: managementRoleSchema,
});
