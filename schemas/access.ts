import { z } from 'zod';

import { instantSchema, nameSchema, personSchema } from './primitives.js';

/*
 * Access that ends by itself: a trial's, with roles, and an outside auditor's to the production evidence room, which reads
 * the sections it was opened for and nothing else. Each opens when a second person approves it.
 */

/** What an evidence room can be opened for: the first step of a path below the tenant. */
export const sectionSchema = z.enum([
  'posture',
  'controls',
  'frameworks',
  'findings',
  'evidence',
  'log',
  'reports',
  'reviews',
  'archives',
  'approvals',
  'exceptions',
  'readiness',
  'agents',
  'repositories',
  'workflows',
  'tools',
  'sessions',
  'journey',
]);
export type Section = z.infer<typeof sectionSchema>;

export const grantPurposeSchema = z.enum(['trial', 'evidence_room']);
export type GrantPurpose = z.infer<typeof grantPurposeSchema>;
export const grantStateSchema = z.enum(['requested', 'approved', 'revoked', 'expired']);
/** Whoever manages a tenant is a member, not a guest. */
const trialRoleSchema = z.enum(['collector', 'viewer', 'operator', 'approver', 'auditor']);

/** A grant as the tenant keeps it. People other than the guest stand as pseudonyms. */
export const grantSchema = z.strictObject({
  id: z.uuid(),
  purpose: grantPurposeSchema,
  /** Token subject of the guest. */
  subject: nameSchema,
  /** Of a trial. */
  roles: z.array(trialRoleSchema).max(5),
  /** Of an evidence room. */
  sections: z.array(sectionSchema).max(sectionSchema.options.length),
  requestedBy: personSchema,
  requestedAt: instantSchema,
  /** From this instant on the guest is a stranger. */
  until: instantSchema,
  approved: z.strictObject({ by: personSchema, at: instantSchema }).optional(),
  /** Revoked by a person, or its end was put on record. */
  ended: z.strictObject({ at: instantSchema, outcome: z.enum(['revoked', 'expired']) }).optional(),
});
export type Grant = z.infer<typeof grantSchema>;

/** What `tenant.configured` says of a grant that it changes. */
export const grantChangeSchema = z.strictObject({
  id: z.uuid(),
  purpose: grantPurposeSchema,
  person: personSchema,
  state: grantStateSchema,
  until: instantSchema,
});

/** Body of `POST …/access-grants`. At most 90 days. */
export const requestGrantSchema = z.discriminatedUnion('purpose', [
  z.strictObject({
    purpose: z.literal('trial'),
    subject: nameSchema,
    roles: z.array(trialRoleSchema).min(1).max(5),
    until: instantSchema,
  }),
  z.strictObject({
    purpose: z.literal('evidence_room'),
    subject: nameSchema,
    sections: z.array(sectionSchema).min(1).max(sectionSchema.options.length),
    until: instantSchema,
  }),
]);
export type RequestGrant = z.infer<typeof requestGrantSchema>;

export const grantParamsSchema = z.strictObject({ grantId: z.uuid() });
export const grantAnswerSchema = grantSchema.extend({
  /** As of now: a grant past its end is expired, on record or not. */
  state: grantStateSchema,
});
export const grantListSchema = z.strictObject({ items: z.array(grantAnswerSchema) });
