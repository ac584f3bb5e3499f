import { z } from 'zod';

import { changeRequestSchema, changeStateSchema } from './change-requests.js';
import { nameSchema, personSchema, textSchema } from './primitives.js';

/** What a person or workload may do in one tenant. Routes name the roles they accept in functions/routes/all-routes.ts. */
export const roleSchema = z.enum([
  'collector',
  'viewer',
  'operator',
  'approver',
  'auditor',
  'admin',
  'pipeline',
]);
export type Role = z.infer<typeof roleSchema>;

const rolesSchema = z.array(roleSchema).max(7);

/**
 * A member: a token subject of the configured issuer, or `group:<id>` for all whose token names that group, and what it
 * may do here.
 */
export const memberSchema = z.strictObject({ subject: nameSchema, roles: rolesSchema.min(1) });
export type Member = z.infer<typeof memberSchema>;

/** Roles for a member that one person asked for; they hold once another agrees within 72 hours. */
export const memberChangeSchema = changeRequestSchema.extend({
  ...memberSchema.shape,
  /** Those of the roles that it does not have yet and that take two people. */
  gains: rolesSchema.min(1),
});
export type MemberChange = z.infer<typeof memberChangeSchema>;

/** A member as the log knows it. */
export const knownMemberSchema = z.strictObject({ person: personSchema, roles: rolesSchema.min(1) });

/** What `tenant.configured` says of a member that it changes. */
export const memberChangeStepSchema = z.strictObject({
  person: personSchema,
  /** What the member may do once it is in force: nothing where it is taken off the list. */
  roles: rolesSchema,
  /** Where it takes two people: which roles are asked for that the member did not have, and where that stands. */
  request: z.strictObject({ id: z.uuid(), state: changeStateSchema, gains: rolesSchema.min(1) }).optional(),
});

/** Body of `PUT …/members/{subject}`. */
export const putMemberSchema = memberSchema.omit({ subject: true }).extend({ reason: textSchema.optional() });
