import { z } from 'zod';

import { standingSchema } from '../change-requests.js';
import { memberChangeSchema, memberSchema, roleSchema } from '../members.js';
import { evidenceIdSchema, instantSchema, nameSchema } from '../primitives.js';
import {
  logKeySchema,
  recipientSchema,
  registrationSchema,
  settingsChangeSchema,
  sourceChangeSchema,
  sourceSchema,
  standardsSchema,
  tenantIssuerSchema,
  tenantSettingsSchema,
} from '../tenant.js';
import { buildSchema } from '../release.js';
import { countSchema, linksSchema, namesSchema } from './paging.js';

const settings = tenantSettingsSchema.shape;

/** Settings as they are shown: recipients are mail addresses, so only those who manage or audit see them. */
const shownSettingsSchema = tenantSettingsSchema.extend({
  reports: settings.reports
    .unwrap()
    .omit({ recipients: true })
    .extend({ recipients: z.array(recipientSchema).optional() }),
});

export const tenantAnswerSchema = z.strictObject({
  tenantId: z.string(),
  revision: z.int().min(1),
  createdAt: instantSchema,
  sample: z.boolean(),
  settings: shownSettingsSchema,
  sources: countSchema,
  members: countSchema,
  keys: z.array(logKeySchema),
  links: linksSchema,
});

/** What a change came to. `evidence` is its `tenant.configured`; null where the content was what it was already. */
export const changeSchema = z.strictObject({
  revision: z.int().min(1),
  changed: z.boolean(),
  evidence: z.strictObject({ id: evidenceIdSchema, position: countSchema }).nullable(),
  links: linksSchema,
});

/** A change of a source as it stands. */
export const sourceChangeAnswerSchema = sourceChangeSchema.omit({ ended: true }).extend({
  ...standingSchema.shape,
  /** What the source is registered with now; null where it is not. */
  registered: registrationSchema.nullable(),
  people: namesSchema.optional(),
  links: linksSchema,
});
export type SourceChangeAnswer = z.infer<typeof sourceChangeAnswerSchema>;
export const sourceChangeListSchema = z.strictObject({ items: z.array(sourceChangeAnswerSchema) });

/** A change of a member as it stands. */
export const memberChangeAnswerSchema = memberChangeSchema.omit({ ended: true }).extend({
  ...standingSchema.shape,
  /** What the member may do now, by the list of members. */
  current: z.array(roleSchema),
  people: namesSchema.optional(),
  links: linksSchema,
});
export type MemberChangeAnswer = z.infer<typeof memberChangeAnswerSchema>;
export const memberChangeListSchema = z.strictObject({ items: z.array(memberChangeAnswerSchema) });

/** A change of what the tenant is held to, as it stands. */
export const settingsChangeAnswerSchema = settingsChangeSchema.omit({ ended: true }).extend({
  ...standingSchema.shape,
  /** What it is held to now. */
  current: standardsSchema,
  people: namesSchema.optional(),
  links: linksSchema,
});
export type SettingsChangeAnswer = z.infer<typeof settingsChangeAnswerSchema>;
export const settingsChangeListSchema = z.strictObject({ items: z.array(settingsChangeAnswerSchema) });

export const sourceParamsSchema = z.strictObject({ sourceId: nameSchema });
export const memberParamsSchema = z.strictObject({ subject: nameSchema });
export const sourceListSchema = z.strictObject({ items: z.array(sourceSchema) });
export const issuerParamsSchema = z.strictObject({ issuerId: tenantIssuerSchema.shape.id });
export const issuerListSchema = z.strictObject({ items: z.array(tenantIssuerSchema) });
export const memberListSchema = z.strictObject({ items: z.array(memberSchema) });

export const healthSchema = z.strictObject({
  status: z.literal('up'),
  version: z.string(),
  /** The build that runs here, as its deployment named it; null where it named none. */
  release: buildSchema.nullable(),
  /** Whether logs, metrics and traces leave the process for where they are collected, or are printed here and no more. */
  telemetry: z.enum(['exported', 'local']),
});
export type Health = z.infer<typeof healthSchema>;
