import { z } from 'zod';

import type { Readiness } from '../../../schemas/readiness.js';
import { canonicalBytes } from '../kernel/canonical.js';
import { inTotoPayloadType } from '../kernel/dsse.js';
import { sha256Hex } from '../kernel/hash.js';
import { summaryPredicate } from '../kernel/predicates.js';
import { inOrder, must, NotVerified, type CheckResult } from '../log/checks.js';
import { checkEnvelope, openNote, readNote, readStatement, type Trust } from '../log/trust.js';
import type { GivenEvent } from '../log/verify-event.js';

/** The members of a SLSA Verification Summary (slsa.dev/verification_summary/v1) that the gate fills. */
const summarySchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })).length(1),
  predicateType: z.literal(summaryPredicate),
  predicate: z.object({
    timeVerified: z.string(),
    resourceUri: z.string(),
    policy: z.object({ uri: z.string() }),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: z.array(z.string()).length(1),
  }),
});

/** An answer of `POST …/readiness`: that it says what was decided, and that the tenant's key says so too. */
export function verifyAnswer(answer: Readiness, trust: Trust): CheckResult[] {
  return inOrder([
    ['the answer is a decision, recorded and signed', () => void signedParts(answer)],
    ['the answer is the tenant’s whose keys are held', () => sameTenant(answer, trust)],
    ['ready is said only where nothing blocks', () => flagAgrees(answer)],
    ['the digest is that of the answer', () => digestAgrees(answer)],
    ['the signed summary is about this answer', () => summaryAgrees(answer)],
    ['the checkpoint covers the answer’s position', () => covers(answer)],
    [
      'the summary is signed by a key of the tenant',
      () => checkEnvelope(signedParts(answer).signature, trust),
    ],
    [
      'the checkpoint is signed by a key of the tenant',
      () => void openNote(signedParts(answer).checkpoint, trust),
    ],
  ]);
}

/** Whether the flag of the answer's target says ready. Believe it only after `verifyAnswer`. */
export function saysReady(answer: Readiness): boolean {
  const flags = {
    trial: answer.ready_for_trial,
    pilot: answer.ready_for_pilot,
    production: answer.ready_for_aispm_production,
  };
  return flags[answer.target] === true;
}

/** What was found that a blocker of an answer tells of, in words. */
export const foundBehind = (checks: Readiness['checks'], id: string): string =>
  checks.find(({ name }) => name === id)?.message ?? '';

function signedParts({ decision, signature, checkpoint }: Readiness) {
  if (decision === null || signature === null || checkpoint === null)
    throw new NotVerified('not_signed', 'a preview is recorded nowhere and not signed; ask by POST');
  return { decision, signature, checkpoint };
}

function sameTenant({ tenantId }: Readiness, trust: Trust): void {
  must(tenantId === trust.tenantId, 'tenant_mismatch', `the answer is not of ${trust.tenantId}`);
}

function flagAgrees(answer: Readiness): void {
  const flags = [answer.ready_for_trial, answer.ready_for_pilot, answer.ready_for_aispm_production];
  must(flags.filter((f) => f !== undefined).length === 1, 'answer_mismatch', 'there is not exactly one flag');
  const failing = answer.checks.filter(({ status }) => status === 'blocker').map(({ name }) => name);
  const blockers = answer.blockers.map(({ id }) => id);
  must(failing.join() === blockers.join(), 'answer_mismatch', 'blockers and failing checks differ');
  must(
    saysReady(answer) === (blockers.length === 0),
    'answer_mismatch',
    'the flag and the blockers disagree',
  );
}

function digestAgrees(answer: Readiness): void {
  const { digest, decision: _decision, checkpoint: _checkpoint, signature: _signature, ...digested } = answer;
  must(
    sha256Hex(canonicalBytes(digested)) === digest,
    'digest_mismatch',
    'the answer is not what was digested',
  );
}

function summaryAgrees(answer: Readiness): void {
  const { signature } = signedParts(answer);
  must(
    signature.payloadType === inTotoPayloadType,
    'form_malformed',
    'the envelope holds no in-toto statement',
  );
  const { subject, predicate } = summarySchema.parse(readStatement(signature));
  const name = answer.release ?? `aispm-readiness/${answer.target}`;
  const agrees =
    subject.every((s) => s.digest.sha256 === answer.digest && s.name === name) &&
    predicate.timeVerified === answer.asOf &&
    predicate.resourceUri === `urn:aispm:tenant:${answer.tenantId}` &&
    predicate.policy.uri.startsWith(`urn:aispm:readiness:${answer.target}:`) &&
    (predicate.verificationResult === 'PASSED') === saysReady(answer) &&
    (predicate.verifiedLevels[0] !== 'FAILED') === saysReady(answer);
  must(agrees, 'statement_mismatch', 'what is signed is about another answer');
}

/** The decision's own record comes after the position it judged, so its checkpoint is past it. */
function covers(answer: Readiness): void {
  const { size } = readNote(signedParts(answer).checkpoint).checkpoint;
  must(
    size > answer.position,
    'checkpoint_mismatch',
    `it covers ${size} entries, the decision came after ${answer.position}`,
  );
}

/** The event that an answer names as its record: that it is the record of this answer. Its own proof is another matter. */
export const verifyRecord = (answer: Readiness, given: GivenEvent): CheckResult[] =>
  inOrder([['the recorded decision is about this answer', () => recordAgrees(answer, given)]]);

const recordSchema = z.object({
  type: z.literal('aispm.readiness.decided'),
  data: z.object({ digest: z.string(), target: z.string(), ready: z.boolean() }),
});

function recordAgrees(answer: Readiness, { id, event }: GivenEvent): void {
  const { data } = recordSchema.parse(event);
  const agrees =
    id === answer.decision &&
    data.digest === answer.digest &&
    data.target === answer.target &&
    data.ready === saysReady(answer);
  must(agrees, 'answer_mismatch', 'the record names another digest, target or outcome');
}
