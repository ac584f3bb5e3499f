import type { ArchivePredicate } from '../../../schemas/archive.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { originOf } from '../../core/kernel/note.js';
import { NotVerified } from '../../core/log/checks.js';
import { trustFrom, type Trust } from '../../core/log/trust.js';
import { archiveEnvelope, readArchiveManifest, verifyArchive } from '../../core/readiness/verify-archive.js';
import type { BlobStore, Renderer, TenantStores } from '../../ports.js';

/*
 * The service verifies its archives by what `aispm verify` runs: no code that signs has a part in it.
 */

/** Where a built archive is kept. */
export const archiveBlob = (tenantId: string, digest: string): string => `${tenantId}/archives/${digest}.zip`;

type OpenDeps = { renderer: Pick<Renderer, 'unpack'> };

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
export async function verifiedArchive(
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
