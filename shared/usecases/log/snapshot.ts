import { z } from 'zod';

import { fromUtf8 } from '../../core/kernel/bytes.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { foldVersion } from '../../core/posture/head.js';
import type { LedgerDocument } from '../../core/projections/documents.js';
import type { BlobStore, TenantStores } from '../../ports.js';
import { headOf } from './fold.js';

/** The log may move while its documents are read; a tenant that never rests is caught at the next day's end. */
const tries = 3;

const schemaVersion = 'aispm.snapshot.v1';

/** What a snapshot says of itself, and the documents, which nobody but `takeSnapshot` writes. */
const snapshotSchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  size: z.int(),
  clock: z.string(),
  foldVersion: z.int(),
  documents: z.array(
    z.custom<LedgerDocument>((value) => typeof value === 'object' && value !== null && 'kind' in value),
  ),
});

/** The projections as they stood behind that many entries, with time passed until `clock`. */
export type Snapshot = Pick<z.infer<typeof snapshotSchema>, 'size' | 'clock' | 'documents'>;

type SnapshotDeps = { stores: TenantStores; blobs: BlobStore };

export const snapshotFolder = (tenantId: string): string => `${tenantId}/snapshots/`;

/**
 * Keeps the projections as they stand at one position: where a rebuild starts once the evidence before it is erased.
 * Named by position and digest and never overwritten; taken twice at one position it is the same bytes.
 * @returns the blob's name, or null when the log moved under every try or is empty.
 */
export async function takeSnapshot({ stores, blobs }: SnapshotDeps): Promise<string | null> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = await headOf(stores.ledger);
    if (before.etag === null) return null;
    const documents: LedgerDocument[] = [];
    for await (const document of stores.ledger.all()) documents.push(document);
    const after = await headOf(stores.ledger);
    if (after.etag !== before.etag || before.document.sweep) continue;
    const { size, clock, foldVersion: version } = before.document;
    const bytes = canonicalBytes({
      schemaVersion,
      tenantId: stores.tenantId,
      size,
      clock,
      foldVersion: version,
      documents,
    });
    const name = `${snapshotFolder(stores.tenantId)}${String(size).padStart(12, '0')}-${sha256Hex(bytes)}.json`;
    await blobs.create('log', name, bytes, 'application/json');
    return name;
  }
  return null;
}

/**
 * The newest snapshot of at most `size` entries that no time beyond `at` had passed in. One of another fold version, or
 * whose bytes are not those it is named by, is as good as none.
 */
export async function snapshotBefore(
  { stores, blobs }: SnapshotDeps,
  size: number,
  at: string,
): Promise<Snapshot | null> {
  const folder = snapshotFolder(stores.tenantId);
  const names = await blobs.list('log', folder);
  for (const name of names.reverse()) {
    const [entries, digest] = name.slice(folder.length).split(/[-.]/);
    if (Number(entries) > size) continue;
    const bytes = await blobs.get('log', name);
    if (bytes === null || sha256Hex(bytes) !== digest) continue;
    const { data } = snapshotSchema.safeParse(JSON.parse(fromUtf8(bytes)));
    if (data?.foldVersion === foldVersion && data.size <= size && data.clock <= at) return data;
  }
  return null;
}
