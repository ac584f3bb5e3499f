import { z } from 'zod';

import { countSchema, linksSchema, namesSchema, pageShape, wordsSchema } from './answers/paging.js';
import {
  evidenceIdSchema,
  idempotencyKeySchema,
  instantSchema,
  nameSchema,
  personSchema,
  severitySchema,
} from './primitives.js';

/*
 * Findings as they are shown, and what operators may do to them. Accepting a risk, dismissing a finding and closing one
 * without evidence take two persons: the first asks or claims, the second names the evidence id of that and agrees.
 */

export const findingStateSchema = z.enum(['open', 'accepted', 'resolved', 'closed', 'dismissed']);
export const findingCommandSchema = z.enum(['assign', 'accept', 'resolve', 'dismiss', 'reopen']);
const changeSchema = z.enum(['acceptance', 'dismissal']);

export const findingParamsSchema = z.strictObject({
  findingId: z.string().regex(/^[0-9a-f]{64}$/, 'a finding id is 64 hex digits'),
});
const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');
export const findingQuerySchema = z.strictObject({
  state: findingStateSchema.optional(),
  severity: severitySchema.optional(),
  control: nameSchema.optional(),
  subject: nameSchema.optional().meta({ description: 'What it is about, as `repository:name`.' }),
  agent: nameSchema.optional(),
  words: wordsSchema,
  id: z
    .string()
    .regex(/^[0-9a-f]{1,64}$/, 'an id begins with hex digits')
    .optional()
    .meta({ description: 'The beginning of an id. Such findings come in the order of their ids.' }),
  owner: personSchema.optional().meta({ description: 'A person: the name, or the pseudonym psn:<32 hex>.' }),
  owned: yesOrNo.optional().meta({ description: 'Only findings with an owner, or others.' }),
  overdue: yesOrNo.optional().meta({ description: 'Only findings past their due date, or only others.' }),
  sort: z
    .enum(['severity', 'due'])
    .default('severity')
    .meta({ description: 'Worst first, or earliest due first; what is open comes first in both.' }),
  ...pageShape,
});

/** An acceptance or dismissal that two persons made. */
const grantedShape = {
  evidenceId: evidenceIdSchema,
  requestedBy: z.string(),
  approvedBy: z.string(),
  approvedAt: instantSchema,
  expiresAt: instantSchema,
  reason: z.string(),
  /** Severity it was granted for: one that becomes worse is open again. */
  severity: severitySchema,
};

/** One cause, one finding: its id is the fingerprint of the cause. */
export const findingSchema = z.strictObject({
  id: z.string(),
  rule: z.string(),
  subject: z.string(),
  control: z.string().optional(),
  agent: z.string().optional(),
  detail: z.string(),
  severity: severitySchema,
  state: findingStateSchema,
  firstSeen: instantSchema,
  openedAt: instantSchema,
  lastSeen: instantSchema,
  closedAt: instantSchema.optional(),
  dueOn: instantSchema,
  overdue: z.boolean(),
  count: countSchema,
  owner: z.string().optional(),
  /** Asked for, and waiting for a second person, who names `evidenceId` to agree. */
  request: z
    .strictObject({
      change: changeSchema,
      evidenceId: evidenceIdSchema,
      by: z.string(),
      at: instantSchema,
      expiresAt: instantSchema,
      reason: z.string(),
      owner: z.string().optional(),
    })
    .optional(),
  acceptance: z.strictObject({ ...grantedShape, owner: z.string() }).optional(),
  dismissal: z.strictObject(grantedShape).optional(),
  /** The claim that the cause is gone; a second person names `evidenceId` to verify it. */
  claim: z.strictObject({ evidenceId: evidenceIdSchema, by: z.string(), at: instantSchema }).optional(),
  evidenceIds: z.array(evidenceIdSchema),
  links: linksSchema,
});
export type FindingAnswer = z.infer<typeof findingSchema>;

/** One line of a finding's history. Without an actor evidence or the clock did it. A refused one changed nothing. */
export const transitionSchema = z.strictObject({
  at: instantSchema,
  act: z.string(),
  from: findingStateSchema.nullable(),
  to: findingStateSchema,
  evidenceId: evidenceIdSchema.nullable(),
  actor: z.string().optional(),
  /** As the evidence has it; absent where that was erased. */
  reason: z.string().optional(),
  refused: z.enum(['conflict', 'separation_of_duties']).optional(),
  links: linksSchema,
});

/** A finding with what happened to it, oldest first: the last 24 lines, those of persons kept longest. */
export const findingDetailSchema = findingSchema.extend({
  history: z.array(transitionSchema),
  /** All transitions there were. */
  transitions: countSchema,
  /** Commands that the state allows. */
  legal: z.array(findingCommandSchema),
  people: namesSchema.optional(),
});

const command = {
  reason: z.string().trim().min(1).max(2000).meta({ description: 'Why. Stands in the log for good.' }),
  idempotencyKey: idempotencyKeySchema.optional(),
};
const approves = evidenceIdSchema
  .optional()
  .meta({ description: 'Evidence id of what another person asked for. Then nothing else is said.' });
const expiresAt = instantSchema
  .optional()
  .meta({ description: 'When it ends by itself, at most 180 days from now.' });

/** Refuses a body that neither asks in full nor agrees alone. */
const asksOrAgrees =
  (members: readonly string[]) =>
  (body: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const agrees = body['approves'] !== undefined;
    for (const member of members)
      if ((body[member] === undefined) !== agrees)
        context.addIssue({
          code: 'custom',
          path: [member],
          message: agrees ? 'not beside approves: it was asked for already' : 'missing: say it, or approves',
        });
  };

export const assignFindingSchema = z.strictObject({
  ...command,
  owner: personSchema,
  dueAt: instantSchema.optional().meta({ description: 'A nearer due date than the severity’s.' }),
});
/** Asks that the risk be accepted, or with `approves` accepts what another person asked for. */
export const acceptFindingSchema = z
  .strictObject({ ...command, approves, expiresAt, owner: personSchema.optional() })
  .superRefine(asksOrAgrees(['owner', 'expiresAt']));
/** Asks that it be dismissed as no finding, or with `approves` dismisses what another person asked to. */
export const dismissFindingSchema = z
  .strictObject({ ...command, approves, expiresAt })
  .superRefine(asksOrAgrees(['expiresAt']));
/** Claims that the cause is gone, or with `verifies` closes what another person claimed. */
export const resolveFindingSchema = z.strictObject({
  ...command,
  verifies: evidenceIdSchema.optional().meta({ description: 'Evidence id of another person’s claim.' }),
});
export const reopenFindingSchema = z.strictObject(command);
