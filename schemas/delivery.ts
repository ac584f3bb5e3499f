import { z } from 'zod';

import { reportTypeSchema } from './events/service.js';
import { instantSchema } from './primitives.js';

/** What a recipient is to the tenant. Which reports go to whom follows from it; without one, none does. */
export const audienceSchema = z.enum([
  'cso',
  'ciso',
  'board',
  'executive',
  'legal',
  'auditor',
  'evaluator',
  'sponsor',
  'release_owner',
  // Roles that own reviews.
  'operator',
  'approver',
  'admin',
]);
export type Audience = z.infer<typeof audienceSchema>;

/** The part of an address behind the @, to the letter: a subdomain is another domain. */
export const domainSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain in lower case, such as mail.example');

/** A domain outside the tenant's own that two people let reports go to, until then and no longer. */
export const approvedDomainSchema = z.strictObject({ domain: domainSchema, until: instantSchema });

/** Report type → who may get it, in place of the service's own row for that type (`GET …/delivery-policy` shows all). */
export const audiencesSchema = z.partialRecord(
  reportTypeSchema.exclude(['delivery-validation']),
  z.array(audienceSchema).min(1).max(audienceSchema.options.length),
);
