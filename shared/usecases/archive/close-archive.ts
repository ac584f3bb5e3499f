import { archiveFiles, type ArchivePredicate } from '../../../schemas/archive.js';
import { archiveSignOffs } from '../../../schemas/sign-offs.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement } from '../../core/kernel/dsse.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { archivePredicate } from '../../core/kernel/predicates.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { PacketFile } from '../../core/reports/manifest.js';
import { signOffOwners } from '../../core/reviews/owners.js';
import type { Period } from '../../core/reviews/periods.js';
import { hasBegun, quarterOf } from '../../core/reviews/quarters.js';
import type { BlobStore, Clock, KeyRing, Renderer, TenantStores } from '../../ports.js';
import { foldUntil } from '../log/fold.js';
import { proverOf, signCheckpoint } from '../log/checkpoints.js';
import { recordStatement } from '../log/record.js';
import {
  checkpointFiles,
  eventFiles,
  keysFile,
  packetFiles,
  reportFiles,
  reviewFiles,
  windowOf,
} from './gather-archive.js';
import { archiveBlob, faultOf, recordVerification } from './open-archive.js';
import { givenIn, tenantItem } from './sign-off.js';

export type ArchiveDeps = {
  stores: TenantStores;
  blobs: BlobStore;
  keys: KeyRing;
  clock: Clock;
  renderer: Pick<Renderer, 'pack' | 'unpack'>;
};

/** An archive as it was built, once under its name. */
export type ArchiveRecord = {
  archive: string;
  period: string;
  builtAt: string;
  periodEnd: string;
  position: number;
  digest: string;
  bytes: number;
  files: number;
  signOffs: ArchivePredicate['signOffs'];
  /** Who closed it on demand; absent where the quarterly review built it. */
  actor?: string;
};

export const archiveRecordId = (archive: string): string => `archive:${archive}`;

/** What `aispm verify` and the gate open at most, less what a ZIP adds. */
const mostBytes = 250 * 1024 * 1024;

/**
 * Closes the operating archive of a quarter on demand: builds it of what there is now, verifies it, stores it and records
 * that it is closed. The same under the same key is the same archive.
 * @throws Refusal `invalid_request` for a quarter that has not begun; `conflict` while a sign-off is missing, or where
 * something stored does not verify.
 */
export async function closeArchive(
  deps: ArchiveDeps,
  tenant: Tenant,
  periodId: string,
  subject: string,
  key: string,
): Promise<ArchiveRecord> {
  const { stores, keys, clock } = deps;
  const zone = tenant.settings.timeZone;
  const period = quarterOf(periodId, zone);
  if (!hasBegun(period, zone, clock.now())) throw new Refusal('invalid_request', 'the quarter has not begun');
  const archive = `${periodId}.${uuidOf('archive', stores.tenantId, periodId, key).slice(0, 8)}`;
  const kept = await stores.records.get<ArchiveRecord>(archiveRecordId(archive));
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  if (kept === null) await refuseUnsigned(deps, periodId);
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  const record = kept?.value ?? (await buildArchive(deps, tenant, period, archive, actor));
  await recordClosed(deps, record);
  return record;
}

/** Whether everything that a closed archive carries was signed off when it was built. */
export const isWhole = ({ signOffs }: ArchiveRecord): boolean =>
  archiveSignOffs.every((needed) => signOffs.some(({ name }) => name === needed));

/**
 * Says in the log that an archive was verified and, with its sign-offs, is closed: the gate rests on both. Verified
 * first, so that none is closed of which that is not on record.
 */
export async function recordClosed(deps: ArchiveDeps, record: ArchiveRecord): Promise<void> {
  const { archive, periodEnd, digest, signOffs, actor, builtAt: verifiedAt } = record;
  await recordVerification(deps, { archive, digest, outcome: 'passed', verifiedAt }, archive);
  await recordStatement(deps, {
    name: 'archive.closed',
    id: `archive-closed-${archive}`,
    data: {
      archive,
      periodEnd,
      digest,
      signOffs: signOffs.map(({ name, evidenceId }) => ({ name, reference: `evidence://${evidenceId}` })),
      ...(actor === undefined ? {} : { actor }),
    },
  });
  await signCheckpoint(deps);
}

async function refuseUnsigned({ stores }: ArchiveDeps, period: string): Promise<void> {
  const item = await tenantItem(stores);
  const missing = archiveSignOffs.filter((name) => givenIn(item, period, name) === null);
  if (missing.length > 0)
    throw new Refusal('conflict', `the quarter is not signed off: ${missing.join(', ')}`);
}

/**
 * Builds an archive of what there is now, stores it under its digest and keeps its record under its name: whoever is
 * first. Dies before the record: the next run builds another, which stands.
 */
export async function buildArchive(
  deps: ArchiveDeps,
  tenant: Tenant,
  period: Period,
  archive: string,
  actor?: string,
): Promise<ArchiveRecord> {
  const { stores, blobs, clock, renderer } = deps;
  const now = clock.now();
  await foldUntil({ ledger: stores.ledger, now: () => now }, now);
  const signOffs = await signOffsOf(stores, period.id);
  const { files, position } = await filesOf(deps, tenant, period, archive, signOffs);
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > mostBytes)
    throw new Refusal(
      'conflict',
      `the quarter has ${total} bytes, and an archive holds at most ${mostBytes}`,
    );
  const bytes = await renderer.pack(files);
  // Nothing is closed that does not verify: whatever was changed where it lay is found now, and named.
  const fault = await faultOf(deps, tenant, bytes);
  if (fault !== null) throw new Refusal('conflict', `the archive would not verify: ${fault}`);
  const digest = sha256Hex(bytes);
  await blobs.create('reports', archiveBlob(stores.tenantId, digest), bytes, 'application/zip');
  const record: ArchiveRecord = {
    archive,
    period: period.id,
    builtAt: instantOf(now),
    periodEnd: instantOf(Math.min(period.endsAt, now)),
    position,
    digest,
    bytes: bytes.length,
    files: files.length,
    signOffs,
    ...(actor === undefined ? {} : { actor }),
  };
  const id = archiveRecordId(archive);
  if ((await stores.records.put(id, 'archive', record, null)) !== null) return record;
  const first = await stores.records.get<ArchiveRecord>(id);
  if (first === null) throw new Error('an archive record vanished');
  return first.value;
}

async function signOffsOf(stores: TenantStores, period: string): Promise<ArchivePredicate['signOffs']> {
  const item = await tenantItem(stores);
  return archiveSignOffs.flatMap((name) => {
    const given = givenIn(item, period, name);
    return given === null ? [] : [{ name, role: signOffOwners[name], evidenceId: given.id }];
  });
}

async function filesOf(
  deps: ArchiveDeps,
  tenant: Tenant,
  period: Period,
  archive: string,
  signOffs: ArchivePredicate['signOffs'],
): Promise<{ files: PacketFile[]; position: number }> {
  const { stores, keys, clock } = deps;
  const zone = tenant.settings.timeZone;
  const window = windowOf(period, zone, clock.now());
  const prover = await proverOf(deps);
  const signed = await stores.evidence.getMany(signOffs.map(({ evidenceId }) => evidenceId));
  const under = signed.flatMap((e) =>
    e?.event.type === 'aispm.signoff.recorded' ? e.event.data.evidenceIds : [],
  );
  const named = [...signOffs.map(({ evidenceId }) => evidenceId), ...under];
  const checkpoints = await checkpointFiles(deps, window, prover);
  const files = [
    keysFile(tenant),
    ...checkpoints.files,
    ...(await eventFiles(deps, window, named, prover)),
    ...(await packetFiles(deps, window)),
    ...(await reviewFiles(deps, period, window)),
    ...(await reportFiles(deps, window)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const predicate: ArchivePredicate = {
    tenantId: stores.tenantId,
    archive,
    period: { id: period.id, from: period.from, to: period.to, zone },
    asOf: instantOf(clock.now()),
    checkpoint: prover.checkpoint.note,
    // One file beside them holds their proofs.
    checkpoints: { kept: checkpoints.files.length - 1, of: checkpoints.of },
    signOffs,
  };
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: files.map(({ name, bytes }) => ({ name, digest: { sha256: sha256Hex(bytes) } })),
    predicateType: archivePredicate,
    predicate,
  });
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  const manifest = canonicalBytes(envelopeOf(payload, keyId, signature));
  return {
    files: [{ name: archiveFiles.manifest, bytes: manifest }, ...files],
    position: prover.checkpoint.size,
  };
}
