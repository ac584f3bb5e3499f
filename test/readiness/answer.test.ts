import { beforeEach, describe, expect, it } from 'vitest';

import { readinessSchema, type Readiness, type ReadinessTarget } from '../../schemas/readiness.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { sha256 } from '../../shared/core/kernel/hash.js';
import { hour } from '../../shared/core/kernel/time.js';
import { checkpointText, originOf } from '../../shared/core/kernel/note.js';
import { signedNote } from '../../shared/core/log/checkpoint.js';
import { checkEnvelope, openNote, type Trust } from '../../shared/core/log/trust.js';
import { verifyAnswer } from '../../shared/core/readiness/verify-answer.js';
import type { BlobStore, KeyRing, TenantStores } from '../../shared/ports.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { decideGate, previewReadiness, type ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { evidenceOf, start } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { pipelineActor, tenantNamed } from '../tenants.js';
import { releaseNamed } from '../../shared/core/readiness/validators/facts.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

const tenantId = tenantNamed('harbour');
const targets: readonly ReadinessTarget[] = ['trial', 'pilot', 'production'];

let stores: TenantStores;
let blobs: BlobStore;
let keys: KeyRing;
let now: number;
let trust: Trust;

beforeEach(async () => {
  stores = memoryStores().open(tenantId);
  blobs = memoryBlobs().open(tenantId);
  keys = memoryKeyRing('gate');
  now = start + hour;
  trust = { tenantId, origin: originOf(tenantId), keys: [await keys.ensure(tenantId)] };
  const inventory = { items: [{ kind: 'agent' as const, id: 'builder', owner: person(9) }] };
  const told = [
    evidenceOf('inventory.declared', inventory, start, 'e1'),
    evidenceOf('decision.recorded', command({ decision: 'allow', ran: true }), start, 'e2'),
  ];
  for (const evidence of told) await stores.evidence.create(evidence);
  await foldEvents(
    { ledger: stores.ledger, now: () => now },
    told.map((evidence) => ({ evidence })),
  );
});

const deps = (rehearsal = false): ReadinessDeps => ({
  stores,
  blobs,
  keys,
  clock: { now: () => now },
  rehearsal,
  telemetry: suiteTelemetry(),
  renderer: reportRenderer,
});
const decide = (target: ReadinessTarget = 'production', release: string | null = 'v1'): Promise<Readiness> =>
  decideGate(deps(), target, releaseNamed(release), pipelineActor);

/** Everything the tenant's stores hold, as bytes. */
async function bytesOfAll(): Promise<string> {
  const documents: unknown[] = [];
  for await (const document of stores.ledger.all()) documents.push(document);
  const { items } = await stores.evidence.search({ limit: 200 });
  const logged = await stores.ledger.entries(0, 1000);
  return canonicalText([
    documents,
    items,
    logged,
    await blobs.list('log', `${tenantId}/`),
    await blobs.list('reports', `${tenantId}/`),
  ]);
}

describe('a preview', () => {
  it('writes nothing: ledger, evidence and blobs are the same bytes before and after', async () => {
    const before = await bytesOfAll();
    now += 3 * hour;
    for (const target of targets) {
      const answer = await previewReadiness(deps(), target);
      expect(answer).toMatchObject({ decision: null, signature: null, checkpoint: null });
      expect(readinessSchema.parse(answer)).toEqual(answer);
    }
    expect(await bytesOfAll()).toBe(before);
  });

  it('is not an answer that verifies', async () => {
    const [check] = verifyAnswer(await previewReadiness(deps(), 'production'), trust);
    expect(check).toMatchObject({ passed: false, code: 'not_signed' });
  });

  it('of a tenant without any evidence is blocked for every target', async () => {
    const empty = { ...deps(), stores: memoryStores().open(tenantId) };
    for (const target of targets) {
      const { blockers } = await previewReadiness(empty, target);
      expect(blockers.map((b) => b.id)).toContain('insufficient_evidence');
    }
  });
});

describe('a decision', () => {
  it('is recorded as evidence, with target, release, blockers and digest', async () => {
    const answer = await decide();
    const evidence = await stores.evidence.get(answer.decision ?? '');
    if (evidence?.event.type !== 'aispm.readiness.decided') throw new Error('the decision is not recorded');
    expect(evidence.event.data).toMatchObject({
      target: 'production',
      release: 'v1',
      ready: false,
      blockers: answer.blockers.map((b) => b.id),
      digest: answer.digest,
      position: answer.position,
    });
    expect(await stores.ledger.entryOf(evidence.id)).not.toBeNull();
    expect(JSON.stringify(evidence)).not.toContain('"pipeline"');
  });

  it('verifies whole: digest, signed summary and checkpoint, each by the tenant’s key', async () => {
    for (const target of targets) {
      const answer = await decide(target, null);
      expect(readinessSchema.parse(answer)).toEqual(answer);
      expect(verifyAnswer(answer, trust).filter((c) => !c.passed)).toEqual([]);
      if (!answer.signature || !answer.checkpoint) throw new Error('a decision is signed');
      checkEnvelope(answer.signature, trust);
      expect(openNote(answer.checkpoint, trust).size).toBeGreaterThan(answer.position);
    }
  });

  it('that was changed afterwards does not verify', async () => {
    const answer = await decide();
    const changed: Readiness[] = [
      { ...answer, blockers: [], checks: [], ready_for_aispm_production: true },
      { ...answer, release: 'v2' },
      { ...answer, asOf: '2030-01-01T00:00:00.000Z' },
      { ...answer, checkpoint: (answer.checkpoint ?? '').replace('\n3\n', '\n4\n') },
    ];
    for (const forged of changed) expect(verifyAnswer(forged, trust).some((c) => !c.passed)).toBe(true);
  });

  it('names the evidence behind a critical finding', async () => {
    const { blockers } = await decide();
    const unchecked = evidenceOf('decision.recorded', command({ decision: 'allow', ran: true }), start, 'e2');
    const blocker = blockers.find((b) => b.id === 'critical_finding_open');
    expect(blocker?.evidenceIds).toContain(unchecked.id);
  });

  it('is judged as of now: what became due since the last event counts', async () => {
    now = start + 31 * 24 * hour;
    const { asOf, blockers } = await decide('trial');
    expect(Date.parse(asOf)).toBe(now);
    expect(blockers.map((b) => b.id)).toContain('insufficient_evidence');
  });

  it('in a rehearsal is always blocked, whatever the target', async () => {
    for (const target of targets) {
      const { blockers } = await decideGate(deps(true), target, null, pipelineActor);
      expect(blockers.map((b) => b.id)).toContain('rehearsal_environment');
    }
  });

  it('over a log of which another history was signed is blocked as broken', async () => {
    const fork = { origin: originOf(tenantId), size: 2, root: sha256(utf8('another history')) };
    const { signature } = await keys.sign(tenantId, utf8(checkpointText(fork)));
    const { publicKey } = await keys.ensure(tenantId);
    await blobs.create(
      'log',
      `${tenantId}/checkpoints/${'2'.padStart(12, '0')}`,
      utf8(signedNote(fork, publicKey, signature)),
      'text/plain; charset=utf-8',
    );
    const [last] = await stores.ledger.entries(1, 2);
    const { blockers } = await decide('trial');
    expect(blockers.find((b) => b.id === 'log_integrity_broken')?.evidenceIds).toEqual([last?.id]);
  });

  it('asked again is another decision about the state of then, and both stand', async () => {
    const one = await decide();
    now += hour;
    const other = await decide();
    expect(other.decision).not.toBe(one.decision);
    expect(await stores.evidence.get(one.decision ?? '')).not.toBeNull();
    expect(await stores.evidence.get(other.decision ?? '')).not.toBeNull();
  });
});
