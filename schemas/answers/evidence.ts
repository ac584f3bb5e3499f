import { z } from 'zod';

import { admissionSchema, envelopeSchema } from '../evidence.js';
import {
  evidenceIdSchema,
  instantSchema,
  nameSchema,
  provenanceSchema,
  sha256Schema,
} from '../primitives.js';
import { problems, type ProblemCode } from '../problem.js';
import { logKeySchema } from '../tenant.js';
import { countSchema, linksSchema, namesSchema, pageShape } from './paging.js';

const codeSchema = z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]);

/** Receipt of posted evidence. What is accepted or a duplicate is stored; what is rejected is in quarantine. */
export const receiptSchema = z.strictObject({
  accepted: z.array(z.strictObject({ id: evidenceIdSchema, digest: sha256Schema })),
  duplicates: z.array(z.strictObject({ id: evidenceIdSchema })),
  rejected: z.array(
    z.strictObject({
      index: countSchema,
      code: codeSchema,
      detail: z.string(),
      pointer: z.string().optional(),
    }),
  ),
});

export const evidenceParamsSchema = z.strictObject({ evidenceId: evidenceIdSchema });
export const evidenceQuerySchema = z.strictObject({
  type: nameSchema.optional().meta({ description: 'Wire type, `aispm.…`.' }),
  agent: nameSchema.optional(),
  repository: nameSchema.optional(),
  workflow: nameSchema.optional(),
  tool: nameSchema.optional(),
  session: nameSchema.optional(),
  subject: nameSchema.optional(),
  from: instantSchema.optional().meta({ description: 'Events at or after this instant.' }),
  to: instantSchema.optional().meta({ description: 'Events before this instant.' }),
  trusted: z.literal('false').optional().meta({
    description: 'Only evidence that counts in this tenant and that no trusted source signed.',
  }),
  references: z.literal('unresolved').optional().meta({
    description: 'Events with references that lead nowhere, in order of their ids. Asked for alone.',
  }),
  ...pageShape,
});

/** An event in a list. */
export const evidenceRowSchema = z.strictObject({
  id: evidenceIdSchema,
  digest: sha256Schema,
  type: z.string(),
  source: z.string(),
  subject: z.string().optional(),
  time: instantSchema,
  receivedAt: instantSchema,
  provenance: provenanceSchema,
  signed: z.boolean(),
  links: linksSchema,
});

/** One event as it is stored and digested: SHA-256 over the RFC 8785 form of `{admission, event}`. */
export const evidenceAnswerSchema = z.strictObject({
  id: evidenceIdSchema,
  digest: sha256Schema,
  event: envelopeSchema.extend({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
  admission: admissionSchema,
  /** Null while the event is not in the log yet. */
  log: z.strictObject({ position: countSchema, sequencedAt: instantSchema }).nullable(),
  people: namesSchema.optional(),
  links: linksSchema,
});

export const checkpointSchema = z.strictObject({
  /** C2SP signed note over the C2SP tlog-checkpoint. */
  note: z.string(),
  size: countSchema,
  root: sha256Schema,
  keyId: z.string(),
});

/** RFC 6962 audit path of an event in the tree of the checkpoint; hashes and leaf are base64. */
export const proofSchema = z.strictObject({
  entry: z.strictObject({
    position: countSchema,
    id: evidenceIdSchema,
    digest: sha256Schema,
    sequencedAt: instantSchema,
    unfoldable: z.string().optional(),
  }),
  leaf: z.string(),
  size: countSchema,
  hashes: z.array(z.string()),
  checkpoint: checkpointSchema,
  links: linksSchema,
});

export const consistencyQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0),
  to: z.coerce.number().int().min(0),
});
export const consistencySchema = z.strictObject({
  from: countSchema,
  to: countSchema,
  hashes: z.array(z.string()),
});

export const logKeysSchema = z.strictObject({
  tenantId: z.string(),
  /** Origin line of the log's checkpoints, and name of their keys. */
  origin: z.string(),
  keys: z.array(logKeySchema),
});

export const quarantineRowSchema = z.strictObject({
  id: z.string(),
  receivedAt: instantSchema,
  code: codeSchema,
  detail: z.string(),
  pointer: z.string().optional(),
  index: countSchema,
  bytes: countSchema,
  sender: z.string(),
  eventId: z.string().optional(),
  eventType: z.string().optional(),
  sourceId: z.string().optional(),
});
