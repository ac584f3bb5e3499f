import { canonicalBytes } from '../core/kernel/canonical.js';
import { sha256Hex } from '../core/kernel/hash.js';
import type { LedgerDocument } from '../core/projections/documents.js';
import type { BlobStore, TenantStores } from '../ports.js';
import { headOf } from './fold.js';

/** The log may move while its documents are read; a tenant that never rests is caught at the next day's end. */
const tries = 3;

/**
 * Keeps the projections as they stand at one position: where a rebuild starts once the evidence before it is erased.
 * Named by position and digest and never overwritten; taken twice at one position it is the same bytes.
 * @returns the blob's name, or null when the log moved under every try or is empty.
 */
export async function takeSnapshot({
  stores,
  blobs,
}: {
  stores: TenantStores;
  blobs: BlobStore;
}): Promise<string | null> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = await headOf(stores.ledger);
    if (before.etag === null) return null;
    const documents: LedgerDocument[] = [];
    for await (const document of stores.ledger.all()) documents.push(document);
    const after = await headOf(stores.ledger);
    if (after.etag !== before.etag || before.document.sweep) continue;
    const { size, clock, foldVersion } = before.document;
    const bytes = canonicalBytes({
      schemaVersion: 'aispm.snapshot.v1',
      tenantId: stores.tenantId,
      size,
      clock,
      foldVersion,
      documents,
    });
    const name = `${stores.tenantId}/snapshots/${String(size).padStart(12, '0')}-${sha256Hex(bytes).slice(0, 16)}.json`;
    await blobs.create('log', name, bytes, 'application/json');
    return name;
  }
  return null;
}
