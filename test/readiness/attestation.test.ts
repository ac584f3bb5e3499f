import { crypto as sigstoreCrypto, dsse } from '@sigstore/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { readinessTargetSchema, type Readiness } from '../../schemas/readiness.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { newJourney } from '../../shared/core/projections/journey.js';
import { decideReadiness, policyOf } from '../../shared/core/readiness/decide.js';
import { decideGate, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { tenantId } from '../faults/story.js';
import { releaseNamed } from '../../shared/core/readiness/validators/facts.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { pipelineActor } from '../tenants.js';

/*
 * The field list of the SLSA specification 1.0, "Verification Summary Attestation", written down here once more: what a
 * consumer that knows nothing of us may rely on.
 */
const levels = z.array(z.string().regex(/^(?:SLSA_[A-Z]+_LEVEL_(?:[0-9]|UNEVALUATED)|FAILED|(?!SLSA_)\w+)$/));
const summary = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.object({ name: z.string().min(1), digest: z.object({ sha256: z.string().length(64) }) }))
    .min(1),
  predicateType: z.literal('https://slsa.dev/verification_summary/v1'),
  predicate: z.object({
    verifier: z.object({ id: z.url() }),
    timeVerified: z.iso.datetime(),
    resourceUri: z.url(),
    policy: z.object({ uri: z.url(), digest: z.object({ sha256: z.string().length(64) }) }),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: levels.min(1),
  }),
});

const deps = (): ReadinessDeps => ({
  stores: memoryStores().open(tenantId),
  blobs: memoryBlobs().open(tenantId),
  keys: memoryKeyRing('attestation'),
  clock: { now: () => Date.parse('2026-11-24T09:00:00Z') },
  rehearsal: false,
  telemetry: suiteTelemetry(),
  renderer: reportRenderer,
});

/** Verifies as Sigstore's library does, by the tenant's public key, and reads the statement. */
function opened(signature: NonNullable<Readiness['signature']>, publicKey: Uint8Array) {
  const payload = Buffer.from(signature.payload, 'base64');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  const key = sigstoreCrypto.createPublicKey(spki, 'spki');
  const signed = dsse.preAuthEncoding(signature.payloadType, payload);
  const [first] = signature.signatures;
  expect(sigstoreCrypto.verify(signed, key, Buffer.from(first?.sig ?? '', 'base64'))).toBe(true);
  return JSON.parse(payload.toString()) as unknown;
}

describe('a signed decision of the gate', () => {
  it.each(readinessTargetSchema.options)(
    'for %s is a Verification Summary Attestation to an independent library',
    async (target) => {
      const gate = deps();
      const { publicKey } = await gate.keys.ensure(tenantId);
      const answer = await decideGate(gate, target, releaseNamed('billing@1.4.0'), pipelineActor);
      if (answer.signature === null) throw new Error('a decision is signed');
      expect(answer.signature.payloadType).toBe('application/vnd.in-toto+json');
      const { subject, predicate } = summary.parse(opened(answer.signature, publicKey));
      expect(subject).toEqual([{ name: 'billing@1.4.0', digest: { sha256: answer.digest } }]);
      expect(predicate).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'] });
      expect(predicate.policy.digest.sha256).toBe(sha256Hex(canonicalBytes(policyOf(target))));
    },
  );

  it('names as its policy exactly the rules that it was judged by', () => {
    for (const target of readinessTargetSchema.options) {
      const facts = {
        posture: { controls: [], score: { tenths: null }, layers: layersOfNothing },
        packets: [],
        journey: newJourney,
        added: [],
        logVerified: true,
        rehearsal: true,
        evidenceIds: {},
      } as unknown as Parameters<typeof decideReadiness>[1];
      const judged = decideReadiness(target, facts).checks.map(({ name }) => name);
      expect(policyOf(target).rules.map(({ id }) => id)).toEqual(judged);
    }
  });
});

const layersOfNothing = {
  evidence: { unfoldable: 0, fresh: 0, freshOf: 0 },
  findings: { open: { critical: 0 }, claimed: { critical: 0 }, overdue: { high: 0 } },
  reports: { unconfirmed: 0 },
};
