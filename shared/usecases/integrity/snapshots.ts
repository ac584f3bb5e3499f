import { z } from 'zod';

import { fromUtf8 } from '../../core/kernel/bytes.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { isBy } from '../../core/kernel/time.js';
import { must } from '../../core/log/checks.js';
import type { Head, LedgerDocument } from '../../core/projections/documents.js';
import type { BlobStore } from '../../ports.js';
import { attempt, type Notes } from './fault.js';

/** The projections as they stood at a size of the log. */
export type Snapshot = { name: string; size: number; clock: string; head: Head; documents: LedgerDocument[] };

const snapshotSchema = z.strictObject({
  schemaVersion: z.literal('aispm.snapshot.v1'),
  tenantId: z.string(),
  size: z.int().min(1),
  clock: z.string(),
  foldVersion: z.int(),
  documents: z
    .array(z.custom<LedgerDocument>((v) => typeof v === 'object' && v !== null && 'id' in v))
    .min(1),
});

/** Reads a snapshot: its bytes are those of its name, and it says of itself what its name says. Null, noted, where not. */
export async function readSnapshot(
  blobs: BlobStore,
  tenantId: string,
  name: string,
  { foldVersion, latest }: { foldVersion: number; latest: string },
  notes: Notes,
): Promise<Snapshot | null> {
  const bytes = await blobs.get('log', name);
  const [size = '', digest = ''] = name.slice(name.lastIndexOf('/') + 1, -'.json'.length).split('-');
  return attempt(notes, 'snapshots', Number(size), name, () => {
    must(
      bytes !== null && sha256Hex(bytes) === digest,
      'digest_mismatch',
      'its bytes are not those of its name',
    );
    const read = snapshotSchema.parse(JSON.parse(fromUtf8(bytes)));
    const head = read.documents.find((document): document is Head => document.kind === 'head');
    must(
      head !== undefined &&
        head.size === read.size &&
        head.clock === read.clock &&
        read.size === Number(size),
      'form_malformed',
      'it is of another position than its name says',
    );
    must(isBy(read.clock, latest), 'form_malformed', 'its time is none that has passed');
    must(read.tenantId === tenantId, 'tenant_mismatch', 'it is of another tenant');
    // Rules that are no longer in force cannot be held against the log of now.
    return read.foldVersion === foldVersion ? { name, head, ...read } : null;
  });
}

/** The head of a snapshot stands for the tree that the entries make. */
export const standsOn = ({ head }: Snapshot, frontier: readonly string[] | undefined): boolean =>
  frontier === undefined || canonicalText(head.frontier) === canonicalText(frontier);
