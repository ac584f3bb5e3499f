import { z } from 'zod';

import { grantChangeSchema } from '../access.js';
import { knownMemberSchema, memberChangeStepSchema } from '../members.js';
import { settingsChangeStepSchema } from '../settings-changes.js';
import { sourceChangeStepSchema } from '../source-changes.js';
import {
  evidenceIdSchema,
  findingDaysSchema,
  instantSchema,
  nameSchema,
  personSchema,
  sha256Schema,
  textSchema,
} from '../primitives.js';

/** Members every operator event on a finding carries. */
const findingAct = { finding: sha256Schema, actor: personSchema, reason: textSchema };

export const findingAssignedSchema = z.strictObject({
  ...findingAct,
  owner: personSchema,
  /** A due date nearer than the severity's. */
  dueAt: instantSchema.optional(),
});

/** `actor` asks that a finding be accepted or dismissed until `expiresAt`. Nothing changes before another person agrees. */
export const findingRequestedSchema = z.strictObject({
  ...findingAct,
  change: z.enum(['acceptance', 'dismissal']),
  /** Who will own an accepted risk. */
  owner: personSchema.optional(),
  expiresAt: instantSchema,
});

/** What a second person's agreement repeats of the request it agrees to, so that it can be read alone. */
const agreed = { request: evidenceIdSchema, requestedBy: personSchema, expiresAt: instantSchema };

/** `actor` approves what another asked for: the risk is accepted until `expiresAt`. */
export const findingAcceptedSchema = z.strictObject({ ...findingAct, ...agreed, owner: personSchema });
/** Without `claim`: `actor` says that the cause is gone. With it: a second person has verified that claim. */
export const findingResolvedSchema = z.strictObject({ ...findingAct, claim: evidenceIdSchema.optional() });
/** `actor` approves what another asked for: it is no finding until `expiresAt`. */
export const findingDismissedSchema = z.strictObject({ ...findingAct, ...agreed });
/** Back to open: ends an acceptance or dismissal, refutes a claim or a closure, declines what was asked for. */
export const findingReopenedSchema = z.strictObject({ ...findingAct });
/** An acceptance or dismissal ended by itself, and the next tick says so. */
export const findingExpiredSchema = z.strictObject({
  finding: sha256Schema,
  change: z.enum(['acceptance', 'dismissal']),
  expiredAt: instantSchema,
  /** Notices that tell of it by mail, by report id; absent where nobody is to get one. */
  notices: z.array(z.uuid()).max(51).optional(),
});

/** What an override is about, as findings name it: `agent:builder-1`. */
export const overriddenItemSchema = z.string().regex(/^[a-z]+:[^\p{Cc}\p{Cs}]{1,200}$/u, 'kind:name');

/**
 * A tenant's override of a control: reason, approver and expiry are not optional. `items` limits it to these; the rest of
 * the scope stays as the catalogue has it.
 */
export const controlOverriddenSchema = z.strictObject({
  control: nameSchema,
  actor: personSchema,
  approvedBy: personSchema,
  reason: textSchema,
  expiresAt: instantSchema,
  applicable: z.boolean().optional(),
  freshnessHours: z.int().min(1).max(8784).optional(),
  weight: z.int().min(1).max(100).optional(),
  items: z.array(overriddenItemSchema).min(1).max(100).optional(),
});

export const catalogueAdoptedSchema = z.strictObject({ version: nameSchema, actor: personSchema });

/** A name was erased: the log knows the pseudonym only, and nothing leads from it to the person any more. */
export const personErasedSchema = z.strictObject({
  person: personSchema,
  actor: personSchema,
  reason: textSchema,
});

/** A change of settings, members, sources or keys. `digest` is that of the whole configuration after the change. */
export const tenantConfiguredSchema = z.strictObject({
  revision: z.int().min(1),
  change: z.enum([
    'created',
    'settings',
    'settings_requested',
    'settings_declined',
    'source',
    'source_requested',
    'source_declined',
    'source_retired',
    'member',
    'member_requested',
    'member_declined',
    'issuer',
    'legal_hold',
    'keys',
    'pipeline_key',
    'delivery_domain',
    'grant',
    'schedule',
  ]),
  subject: nameSchema,
  actor: personSchema,
  /** Second person, where the change needs one: a rotation of the signing key, what a source may say, its retirement, a role that has a part in what takes two, settings that hold the tenant to less, a domain that reports may go to, a schedule. */
  approvedBy: personSchema.optional(),
  reason: textSchema.optional(),
  /** The grant of access that was changed. */
  grant: grantChangeSchema.optional(),
  /** The change of a source that was asked for or decided on. */
  sourceChange: sourceChangeStepSchema.optional(),
  /** The change of what the tenant is held to that was asked for or decided on. */
  settingsChange: settingsChangeStepSchema.optional(),
  /** The member that was changed, or is to be. */
  memberChange: memberChangeStepSchema.optional(),
  /** Whom the tenant began with. */
  members: z.array(knownMemberSchema).max(100).optional(),
  digest: sha256Schema,
  /** Settings in force after the change that derivations read. */
  settings: z.strictObject({
    inventoryFreshDays: z.int().min(1).max(366),
    scoreTarget: z.int().min(0).max(1000),
    findingDays: findingDaysSchema,
  }),
  /** Of the public sample alone: there sample evidence counts. */
  sample: z.literal(true).optional(),
});
