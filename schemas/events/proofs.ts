import { z } from 'zod';
import {
  evidenceIdSchema,
  instantSchema,
  nameSchema,
  personSchema,
  referenceSchema,
  sha256Schema,
  textSchema,
} from '../primitives.js';
import { buildSchema } from '../release.js';
import { quarterSchema, signOffNameSchema } from '../sign-offs.js';

const checkSchema = z.strictObject({
  name: nameSchema,
  status: z.enum(['pass', 'warn', 'blocker']),
  message: textSchema,
  evidenceIds: z.array(evidenceIdSchema).max(50),
});

/** A nonce issued by the service came back over a connector's real path. Written by the service alone. */
export const connectorValidatedSchema = z.strictObject({
  connector: nameSchema,
  outcome: z.enum(['passed', 'failed']),
  nonceDigest: sha256Schema,
  issuedAt: instantSchema,
  reason: textSchema.optional(),
  /** The build of the service that issued the nonce and found it returned. */
  release: buildSchema.optional(),
});

/** The five isolation proofs, with each attempt and its answer. Written by the service alone. */
export const isolationTestedSchema = z.strictObject({
  deployment: nameSchema,
  outcome: z.enum(['passed', 'failed']),
  /** The build of the service that was tried. */
  release: buildSchema.optional(),
  attempts: z
    .array(
      z.strictObject({
        proof: nameSchema,
        /** Method and path; the canaries stand in it as {a} and {b}, `as` says whose token was sent. */
        request: textSchema,
        as: z.enum(['a', 'b']).optional(),
        expected: textSchema.optional(),
        status: z.int(),
        /** SHA-256 of the answer's body. */
        answer: sha256Schema.optional(),
        passed: z.boolean(),
      }),
    )
    .min(1)
    .max(100),
});

/** A scripted or real run through a runtime that touched each element readiness asks for. */
export const workflowExercisedSchema = z.strictObject({
  exercise: nameSchema,
  session: nameSchema,
  /** The build of the service that took the session's evidence, as it said itself before and after. */
  release: buildSchema.optional(),
  elements: z
    .array(z.strictObject({ element: nameSchema, evidenceIds: z.array(evidenceIdSchema).max(50) }))
    .min(1)
    .max(20),
});

export const deploymentValidatedSchema = z.strictObject({
  deployment: nameSchema,
  release: nameSchema,
  digest: sha256Schema,
  outcome: z.enum(['passed', 'failed']),
  checks: z.array(checkSchema).max(50),
});

/**
 * The operating archive of a quarter was built, verified and stored under its digest, with its sign-offs. Written by the
 * service alone. `actor`: who closed it on demand; absent where the quarterly review did.
 */
export const archiveClosedSchema = z.strictObject({
  archive: nameSchema,
  periodEnd: instantSchema,
  digest: sha256Schema,
  signOffs: z.array(z.strictObject({ name: nameSchema, reference: referenceSchema })).max(20),
  actor: personSchema.optional(),
});

/**
 * The stored bytes of an archive were held against their digest and verified file by file: when it was closed, and
 * whenever its packet is issued. Written by the service alone; what the gate says of an archive rests on the last.
 */
export const archiveVerifiedSchema = z.strictObject({
  archive: nameSchema,
  digest: sha256Schema,
  outcome: z.enum(['passed', 'failed']),
  verifiedAt: instantSchema,
  /** What does not hold. */
  reason: textSchema.optional(),
});

/** A person in the named role signs off what the operating archive of a quarter must carry. Written by the service alone. */
export const signOffRecordedSchema = z.strictObject({
  signOff: signOffNameSchema,
  period: quarterSchema,
  role: z.enum(['operator', 'approver', 'auditor', 'admin']),
  actor: personSchema,
  notes: textSchema,
  /** What it rests on; each was in the log when it was given. */
  evidenceIds: z.array(evidenceIdSchema).max(60),
});

export const drillRecordedSchema = z.strictObject({
  drill: nameSchema,
  startedAt: instantSchema,
  endedAt: instantSchema,
  outcome: z.enum(['passed', 'failed']),
  followUps: z.array(textSchema).max(50).optional(),
  /** Of a drill that was run here by its script: when each step was done, and by whom. */
  steps: z
    .array(
      z.strictObject({
        step: nameSchema,
        at: instantSchema,
        by: personSchema,
        notes: textSchema,
        evidenceIds: z.array(evidenceIdSchema).max(20),
      }),
    )
    .max(20)
    .optional(),
});

/** A readiness packet from outside. Its references must resolve before it counts. */
export const packetSubmittedSchema = z.strictObject({
  packet: nameSchema,
  validator: nameSchema,
  target: z.enum(['trial', 'pilot', 'production']),
  digest: sha256Schema,
  checks: z.array(checkSchema).max(100),
});

/** Everything stored was held against the log. Failed: something is not what was logged, and nothing may rest on it. */
export const integrityCheckedSchema = z.strictObject({
  outcome: z.enum(['passed', 'failed', 'incomplete']),
  /** Entries that were in the log. */
  size: z.int().min(0),
  failed: z.int().min(0),
  /** Parts of the store that hold a fault, and the first position of one that has a place in the log. */
  parts: z.array(nameSchema).max(20),
  firstPosition: z.int().min(0).optional(),
});
