import { fromUtf8, toHex } from '../../core/kernel/bytes.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import type { DsseEnvelope } from '../../core/kernel/dsse.js';
import { must } from '../../core/log/checks.js';
import type { LogEntry } from '../../core/log/entry.js';
import { checkEnvelope, openNote, type Trust } from '../../core/log/trust.js';
import { readManifest } from '../../core/reports/manifest.js';
import type { BlobStore, StoredEvidence } from '../../ports.js';
import { archiveBlob } from '../archive/open-archive.js';
import { bundleName, bundleSize } from '../log/checkpoints.js';
import { inParallel } from '../parallel.js';
import { reviewBlob } from '../reviews/review-document.js';
import { blobNames } from '../reports/report-record.js';
import { attempt, holds, type Notes } from './fault.js';
import { rootOfFrontier } from './walk-log.js';

/** Blobs read at a time. */
const atOnce = 8;

/** A full bundle is, byte for byte, what the entries of the ledger make. */
export async function checkBundle(
  blobs: BlobStore,
  tenantId: string,
  entries: readonly LogEntry[],
  notes: Notes,
): Promise<void> {
  const [first] = entries;
  if (first === undefined || first.position % bundleSize !== 0 || entries.length < bundleSize) return;
  const index = first.position / bundleSize;
  const name = bundleName(tenantId, index);
  const kept = await blobs.get('log', name);
  // Bundles are sealed behind the log; `checkTail` says how far behind they may be.
  if (kept === null) return;
  notes.checked.bundles += 1;
  const made = canonicalBytes({ schemaVersion: 'aispm.log-bundle.v1', tenantId, index, entries });
  const same = sha256Hex(kept) === sha256Hex(made);
  holds(notes, same, 'bundles', first.position, name, 'the bundle is not made of the entries of the log');
}

/** Bundles are without a gap: one that is missing before one that is there was taken away. */
export async function checkTail(
  blobs: BlobStore,
  tenantId: string,
  from: number,
  notes: Notes,
): Promise<void> {
  const names = new Set(await blobs.list('log', `${tenantId}/bundles/`));
  const indexes = [...names].map((name) => Number(name.slice(-14, -5)));
  for (let index = Math.ceil(from / bundleSize); index <= Math.max(-1, ...indexes); index++)
    holds(
      notes,
      names.has(bundleName(tenantId, index)),
      'bundles',
      index * bundleSize,
      bundleName(tenantId, index),
      'the bundle is missing, and there are later ones',
    );
}

/** Sizes of the checkpoints that are kept, by name. */
export const checkpointSizes = (names: readonly string[]): Map<string, number> =>
  new Map(names.map((name) => [name, Number(name.slice(name.lastIndexOf('/') + 1))]));

/** Every checkpoint is signed by the tenant, of the size in its name, and of the history that the entries make. */
export async function checkCheckpoints(
  blobs: BlobStore,
  sizes: ReadonlyMap<string, number>,
  log: { from: number; size: number; frontiers: ReadonlyMap<number, string[]> },
  trust: Trust,
  notes: Notes,
): Promise<void> {
  await inParallel([...sizes], atOnce, async ([name, size]) => {
    if (size < log.from) return;
    const bytes = await blobs.get('log', name);
    notes.checked.checkpoints += 1;
    attempt(notes, 'checkpoints', size, name, () => {
      must(bytes !== null, 'form_malformed', 'the checkpoint is missing');
      const signed = openNote(fromUtf8(bytes), trust);
      must(
        signed.size === size,
        'checkpoint_mismatch',
        'the checkpoint is of another size than its name says',
      );
      const cut = `the log has ${log.size} entries, and ${size} were signed: it was truncated`;
      must(size <= log.size, 'consistency_invalid', cut);
      const frontier = log.frontiers.get(size);
      if (frontier === undefined) return;
      const fork = `the first ${size} entries are not those that were signed: another history`;
      must(rootOfFrontier(frontier) === toHex(signed.root), 'log_forked', fork);
    });
  });
}

/** Documents, artifacts, manifests, reviews and archives are named by their digests; manifests and reviews are signed as well. */
export async function checkReports(
  blobs: BlobStore,
  tenantId: string,
  trust: Trust,
  notes: Notes,
): Promise<void> {
  for (const part of ['documents', 'artifacts', 'manifests', 'reviews', 'archives'] as const) {
    const names = await blobs.list('reports', `${tenantId}/${part}/`);
    await inParallel(names, atOnce, async (name) => {
      const bytes = await blobs.get('reports', name);
      notes.checked[part] += 1;
      attempt(notes, part, null, name, () => {
        const [digest = ''] = name.slice(name.lastIndexOf('/') + 1).split('.');
        must(
          bytes !== null && sha256Hex(bytes) === digest,
          'digest_mismatch',
          'its bytes are not those of its name',
        );
        if (part === 'documents' || part === 'artifacts' || part === 'archives') return;
        // as: what is no envelope fails in the checks that read it.
        const envelope = JSON.parse(fromUtf8(bytes)) as DsseEnvelope;
        if (part === 'manifests') openNote(readManifest(envelope).predicate.checkpoint, trust);
        checkEnvelope(envelope, trust);
      });
    });
  }
}

/** What events say was stored is there: a report's artifacts and its manifest, a review, an archive. */
export async function checkPresence(
  blobs: BlobStore,
  tenantId: string,
  { entries, evidence }: { entries: readonly LogEntry[]; evidence: readonly (StoredEvidence | null)[] },
  notes: Notes,
): Promise<void> {
  for (const [index, found] of evidence.entries()) {
    const position = entries[index]?.position ?? null;
    for (const { part, name } of found === null ? [] : namedBy(tenantId, found)) {
      const there = (await blobs.list('reports', name)).includes(name);
      holds(notes, there, part, position, name, 'the event at this position names it, and it is missing');
    }
  }
}

function namedBy(tenantId: string, { event }: StoredEvidence) {
  if (event.type === 'aispm.review.completed')
    return [{ part: 'reviews' as const, name: reviewBlob(tenantId, event.data.digest) }];
  if (event.type === 'aispm.archive.closed')
    return [{ part: 'archives' as const, name: archiveBlob(tenantId, event.data.digest) }];
  if (event.type !== 'aispm.report.rendered') return [];
  const { documentDigest, manifestDigest, artifacts } = event.data;
  return [
    { part: 'documents' as const, name: blobNames.document(tenantId, documentDigest) },
    { part: 'manifests' as const, name: blobNames.manifest(tenantId, manifestDigest) },
    ...artifacts.map(({ digest, format }) => ({
      part: 'artifacts' as const,
      name: blobNames.artifact(tenantId, digest, format),
    })),
  ];
}
