import type { Packet } from '../../../schemas/packets.js';
import type { Plan } from '../../../schemas/plan.js';
import type { Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import type { Build } from '../../../schemas/release.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement } from '../../core/kernel/dsse.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { summaryPredicate } from '../../core/kernel/predicates.js';
import { instantOf } from '../../core/kernel/time.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { postureOf } from '../../core/posture/posture.js';
import type { Summary } from '../../core/projections/documents.js';
import { decideReadiness, policyOf } from '../../core/readiness/decide.js';
import { planOf } from '../../core/readiness/plan.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import type { BlobStore, Clock, KeyRing, Renderer, Telemetry, TenantStores } from '../../ports.js';
import { verifyClosedArchive } from '../archive/open-archive.js';
import { foldUntil } from '../log/fold.js';
import { emptySummary, gatherGate } from './gather-gate.js';
import { packetsFor, signPacket } from './packets.js';
import { LogFork, signCheckpoint, type SignedCheckpoint } from '../log/checkpoints.js';
import { recordStatement, serviceSource } from '../log/record.js';

export type ReadinessDeps = {
  stores: TenantStores;
  blobs: BlobStore;
  keys: KeyRing;
  clock: Clock;
  rehearsal: boolean;
  /** What runs here, where it is known. */
  build?: Build | null;
  renderer: Pick<Renderer, 'unpack'>;
  telemetry: Telemetry;
};

type Answer = Omit<Readiness, 'digest' | 'decision' | 'checkpoint' | 'signature'>;

/** What the gate would say now. Writes nothing to the log. */
export async function previewReadiness(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null = null,
): Promise<Readiness> {
  const { answer } = await answerFor(deps, target, release, true);
  return { ...answer, digest: digestOf(answer), decision: null, checkpoint: null, signature: null };
}

/** The same, and what is still to do before it is ready: both of the same facts. */
export async function previewPlanned(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null,
): Promise<{ answer: Answer; items: Plan['items'] }> {
  const { answer, packets } = await answerFor(deps, target, release, true);
  return { answer, items: planOf(answer, target, packets) };
}

/** The pseudonym under which a decision names who asked. */
export const gateActor = async (
  { stores, keys }: Pick<ReadinessDeps, 'stores' | 'keys'>,
  subject: string,
): Promise<string> => pseudonymOf(await keys.macKey(stores.tenantId), subject);

/**
 * Decides, records and signs. The log is brought to now first, its head is signed, and the answer carries that
 * checkpoint, so that recipients together hold the log to one history. Dies before the record: nothing was decided.
 * @param actor pseudonym of who asked
 */
export async function decideGate(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null,
  actor: string,
): Promise<Readiness> {
  const { stores, clock } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const verified = await checkpointOrNull(deps);
  const { answer, policy } = await answerFor(deps, target, release, verified !== null);
  const digest = digestOf(answer);
  const decision = uuidOf('readiness', stores.tenantId, digest, instantOf(clock.now()));
  const { evidence } = await recordStatement(deps, {
    name: 'readiness.decided',
    id: `readiness-${decision}`,
    data: {
      decision,
      target,
      ...(release === null ? {} : { release: release.name }),
      ...(release?.digest == null ? {} : { releaseDigest: release.digest }),
      ready: answer.blockers.length === 0,
      blockers: answer.blockers.map((b) => b.id),
      digest,
      position: answer.position,
      actor,
    },
  });
  const checkpoint = await checkpointOrNull(deps);
  const said = answer.blockers.length === 0 ? 'ready' : 'blocked';
  deps.telemetry.measure('aispm.gate.decisions', 1, { target, answer: said });
  return {
    ...answer,
    digest,
    decision: evidence.id,
    checkpoint: checkpoint?.note ?? null,
    signature: await sign(deps, answer, digest, policy),
  };
}

/** The four packets as they would be now, for no release in particular. Writes nothing. */
export async function previewPackets(deps: ReadinessDeps): Promise<Packet[]> {
  const { stores } = deps;
  const tenant = (await stores.tenant.get())?.tenant ?? null;
  return packetsFor(deps, tenant, postureOf(stores.tenantId, await summaryOf(stores)), null);
}

/**
 * The four packets for a release, the log brought to now first; each signed, and kept by its digest in WORM storage. The
 * archive is opened and verified whole, and what came of it stands in the log: decisions rest on that record.
 */
export async function issuePackets(deps: ReadinessDeps, release: Release | null): Promise<Packet[]> {
  const { stores, blobs, clock } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const tenant = (await stores.tenant.get())?.tenant ?? null;
  if (tenant !== null) await verifyClosedArchive(deps, tenant);
  const posture = postureOf(stores.tenantId, await summaryOf(stores));
  const packets = await packetsFor(deps, tenant, posture, release);
  const issued = await Promise.all(packets.map((packet) => signPacket(deps, packet)));
  for (const packet of issued) {
    const name = `${stores.tenantId}/packets/${packet.digest}.json`;
    await blobs.create('reports', name, canonicalBytes(packet), 'application/json');
  }
  return issued;
}

async function summaryOf({ ledger }: TenantStores): Promise<Summary> {
  const found = (await ledger.read(['summary'])).get('summary');
  return found?.kind === 'summary' ? found : emptySummary;
}

/** Two histories for one size: the log is broken, which is an answer. Any other failure says nothing about the log. */
async function checkpointOrNull(deps: ReadinessDeps): Promise<SignedCheckpoint | null> {
  try {
    return await signCheckpoint(deps);
  } catch (error) {
    if (!(error instanceof LogFork)) throw error;
    deps.telemetry.log('error', 'log_fork', { tenantId: deps.stores.tenantId, error: error.name });
    return null;
  }
}

async function answerFor(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null,
  logVerified: boolean,
): Promise<{ answer: Answer; policy: ReturnType<typeof policyOf>; packets: readonly Packet[] }> {
  const { stores } = deps;
  const facts = await gatherGate(deps, target, release, logVerified);
  const { posture, packets, added } = facts;
  const { ready, blockers, checks } = decideReadiness(target, facts);
  const flag =
    target === 'production'
      ? { ready_for_aispm_production: ready }
      : target === 'pilot'
        ? { ready_for_pilot: ready }
        : { ready_for_trial: ready };
  const answer: Answer = {
    schemaVersion: 'aispm.readiness.v1',
    tenantId: stores.tenantId,
    target,
    release: release?.name ?? null,
    releaseDigest: release?.digest ?? null,
    ...flag,
    blockers,
    checks,
    packets: packets.map(
      ({ validator, digest, ready: whole, evidence_mode, blocker_count, warning_count }) => ({
        validator,
        digest,
        ready: whole,
        evidence_mode,
        blocker_count,
        warning_count,
      }),
    ),
    asOf: posture.asOf,
    position: posture.position,
  };
  return { answer, policy: policyOf(target, added), packets };
}

const digestOf = (answer: Answer): string => sha256Hex(canonicalBytes(answer));

/**
 * A SLSA Verification Summary Attestation (slsa.dev/spec/v1.0/verification_summary): the release, or where none is named
 * the answer itself, was verified against the target's policy. The level is ours: `SLSA_` names are not for the taking.
 */
async function sign(
  deps: ReadinessDeps,
  answer: Answer,
  digest: string,
  policy: ReturnType<typeof policyOf>,
): Promise<NonNullable<Readiness['signature']>> {
  const ready = answer.blockers.length === 0;
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: answer.release ?? `aispm-readiness/${answer.target}`, digest: { sha256: digest } }],
    predicateType: summaryPredicate,
    predicate: {
      verifier: { id: serviceSource.uri },
      timeVerified: answer.asOf,
      resourceUri: `urn:aispm:tenant:${answer.tenantId}`,
      policy: {
        uri: `urn:aispm:readiness:${answer.target}:v1`,
        digest: { sha256: sha256Hex(canonicalBytes(policy)) },
      },
      verificationResult: ready ? 'PASSED' : 'FAILED',
      verifiedLevels: [ready ? `AISPM_READY_FOR_${answer.target.toUpperCase()}` : 'FAILED'],
    },
  });
  const { keyId, signature } = await deps.keys.sign(deps.stores.tenantId, toSign);
  return envelopeOf(payload, keyId, signature);
}
