import type { ArchivePredicate } from '../../../schemas/archive.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { originOf } from '../../core/kernel/note.js';
import { instantOf } from '../../core/kernel/time.js';
import { NotVerified } from '../../core/log/checks.js';
import { trustFrom, type Trust } from '../../core/log/trust.js';
import { archiveEnvelope, readArchiveManifest, verifyArchive } from '../../core/readiness/verify-archive.js';
import type { BlobStore, Renderer, TenantStores } from '../../ports.js';
import { recordFirst, type RecordDeps } from '../log/record.js';
import { tenantItem } from './sign-off.js';

/*
 * The service verifies its archives by what `aispm verify` runs: no code that signs has a part in it.
 */

/** Where a built archive is kept. */
export const archiveBlob = (tenantId: string, digest: string): string => `${tenantId}/archives/${digest}.zip`;

type OpenDeps = { renderer: Pick<Renderer, 'unpack'> };

/** Says in the log what became of verifying an archive. The first statement under a name stands. */
export async function recordVerification(
  deps: RecordDeps,
  data: EventData<'archive.verified'>,
  name: string,
): Promise<void> {
  await recordFirst(deps, { name: 'archive.verified', id: `archive-verified-${name}`, data });
}

/**
 * Opens the archive that was closed last, holds it against what was recorded of it and verifies it file by file, and puts
 * what came of it on record. Nothing to do where none was closed.
 */
export async function verifyClosedArchive(
  deps: OpenDeps & RecordDeps & { blobs: BlobStore },
  tenant: Tenant,
): Promise<void> {
  const { stores, clock } = deps;
  const proof = (await tenantItem(stores))?.proofs?.['archive.closed'];
  const closed = proof === undefined ? null : await stores.evidence.get(proof.id);
  if (closed?.event.type !== 'aispm.archive.closed') return;
  const { archive, digest, signOffs } = closed.event.data;
  const manifest = await verifiedArchive(deps, tenant, digest);
  const carried = new Set(manifest?.signOffs.map(({ evidenceId }) => `evidence://${evidenceId}`));
  const reason =
    manifest === null
      ? 'the stored archive is not the one that was recorded, or does not verify'
      : signOffs.some(({ reference }) => !carried.has(reference))
        ? 'the archive does not carry a sign-off that was recorded of it'
        : null;
  const verifiedAt = instantOf(clock.now());
  const outcome = reason === null ? 'passed' : 'failed';
  const data = { archive, digest, outcome, verifiedAt, ...(reason === null ? {} : { reason }) } as const;
  await recordVerification(deps, data, `${archive}-${verifiedAt}`);
}

/** What keeps these bytes from being a whole archive of the tenant, in words; null where nothing does. */
export async function faultOf(
  { renderer }: OpenDeps,
  tenant: Tenant,
  bytes: Uint8Array,
): Promise<string | null> {
  const trust = trustOf(tenant);
  if (trust === null) return 'the tenant has no key';
  const files = await renderer.unpack(bytes);
  if (files === null) return 'it is no ZIP that can be opened';
  const failed = verifyArchive(files, trust).find(({ passed }) => !passed);
  return failed === undefined || failed.passed ? null : `${failed.check}: ${failed.detail}`;
}

/**
 * The archive that was recorded under a digest, opened and verified file by file.
 * @returns what its manifest says; null where it is missing, is another, or does not verify.
 */
async function verifiedArchive(
  { stores, blobs, renderer }: OpenDeps & { stores: TenantStores; blobs: BlobStore },
  tenant: Tenant,
  digest: string,
): Promise<ArchivePredicate | null> {
  const bytes = await blobs.get('reports', archiveBlob(stores.tenantId, digest));
  if (bytes === null || sha256Hex(bytes) !== digest) return null;
  if ((await faultOf({ renderer }, tenant, bytes)) !== null) return null;
  const envelope = archiveEnvelope((await renderer.unpack(bytes)) ?? []);
  return envelope === null ? null : readArchiveManifest(envelope).predicate;
}

function trustOf({ tenantId, keys }: Tenant): Trust | null {
  try {
    return trustFrom({ tenantId, origin: originOf(tenantId), keys });
  } catch (error) {
    if (error instanceof NotVerified) return null;
    throw error;
  }
}
