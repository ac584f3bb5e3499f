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

/** One event as it is stored and digested. */
export const evidenceAnswerSchema = z.strictObject({
  id: evidenceIdSchema.meta({
    description: 'SHA-256 over the RFC 8785 form of the array of the event’s source and id.',
  }),
  digest: sha256Schema.meta({ description: 'SHA-256 over the RFC 8785 form of `{admission, event}`.' }),
  event: envelopeSchema.extend({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
  admission: admissionSchema,
  /** Null while the event is not in the log yet. */
  log: z.strictObject({ position: countSchema, sequencedAt: instantSchema }).nullable(),
  people: namesSchema.optional(),
  links: linksSchema,
});

export const checkpointSchema = z.strictObject({
  note: z.string().meta({
    description: 'C2SP signed note over the C2SP tlog-checkpoint: origin, size and root, signed by Ed25519.',
  }),
  size: countSchema,
  root: sha256Schema.meta({ description: 'The root of the note, in hexadecimal.' }),
  keyId: z.string(),
});

/** Where an event stands in the log, up to a signed checkpoint. */
export const proofSchema = z.strictObject({
  entry: z.strictObject({
    position: countSchema,
    id: evidenceIdSchema,
    digest: sha256Schema,
    sequencedAt: instantSchema,
    unfoldable: z.string().optional(),
  }),
  leaf: z.string().meta({
    description:
      'Base64 of what is hashed as a leaf: the RFC 8785 form of `{digest, id, position, sequencedAt}`.',
  }),
  size: countSchema,
  hashes: z.array(z.string()).meta({
    description: 'Audit path from the leaf to the root (RFC 6962; RFC 9162, 2.1.3), each hash in base64.',
  }),
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
  hashes: z.array(z.string()).meta({
    description: 'Consistency proof (RFC 6962; RFC 9162, 2.1.4), each hash in base64.',
  }),
});

export const logKeysSchema = z.strictObject({
  tenantId: z.string(),
  origin: z
    .string()
    .meta({ description: 'First line of the log’s checkpoints, and name of the keys in them.' }),
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
