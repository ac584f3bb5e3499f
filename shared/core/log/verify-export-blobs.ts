import { z } from 'zod';

import { dsseEnvelopeSchema } from '../../../schemas/dsse.js';
import { fromUtf8, toHex } from '../kernel/bytes.js';
import { canonicalText } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { exactBase64, must, type Step } from './checks.js';
import { checkEnvelope, openNote, type Trust } from './trust.js';

/** The log that an export holds: its entries, and the roots of trees of these sizes, as hexadecimal. */
export type ExportedLog = {
  entries: readonly { entry: Readonly<Record<string, unknown>> }[];
  rootsAt(sizes: ReadonlySet<number>): Map<number, string>;
};

const pieceSchema = z.object({
  container: z.string(),
  name: z.string(),
  offset: z.int().min(0),
  total: z.int().min(0),
  bytes: z.string(),
});
type Blob = { name: string; kind: string; bytes: Uint8Array };

/** Checks of the blobs in an export: each by its kind, which is the second step of its name. */
export function verifyExportedBlobs(
  items: () => readonly unknown[],
  log: () => ExportedLog,
  trust: Trust,
): Step[] {
  let joined: Blob[] | undefined;
  const ofKind = (...kinds: string[]): Blob[] => {
    joined ??= join(items().map((item) => pieceSchema.parse(item)));
    return joined.filter(({ kind }) => kinds.includes(kind));
  };
  return [
    ['every blob is whole', () => void ofKind()],
    [
      'every checkpoint kept is signed and of this history',
      () => checkpoints(ofKind('checkpoints'), log(), trust),
    ],
    ['every bundle is made of the entries', () => ofKind('bundles').forEach((b) => bundle(b, log()))],
    [
      'documents, artifacts, manifests, reviews, archives and snapshots are those of their names',
      () => ofKind('documents', 'artifacts', 'manifests', 'reviews', 'archives', 'snapshots').forEach(named),
    ],
    [
      'manifests and reviews are signed by a key of the tenant',
      () => ofKind('manifests', 'reviews').forEach((b) => signed(b, trust)),
    ],
  ];
}

function join(pieces: readonly z.infer<typeof pieceSchema>[]): Blob[] {
  const blobs = new Map<string, { total: number; parts: Uint8Array[]; length: number }>();
  for (const { container, name, offset, total, bytes } of pieces) {
    const key = `${container}/${name}`;
    const blob = blobs.get(key) ?? { total, parts: [], length: 0 };
    must(
      blob.length === offset && blob.total === total,
      'form_malformed',
      `${name} has a gap at ${blob.length}`,
    );
    const part = exactBase64(bytes, name);
    blob.parts.push(part);
    blob.length += part.length;
    blobs.set(key, blob);
  }
  return [...blobs].map(([key, { total, parts, length }]) => {
    const [container = '', , kind = ''] = key.split('/');
    const name = key.slice(container.length + 1);
    must(length === total, 'form_malformed', `${name} ends at ${length} of ${total} bytes`);
    const bytes = new Uint8Array(total);
    parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
    return { name, kind, bytes };
  });
}

function checkpoints(blobs: readonly Blob[], log: ExportedLog, trust: Trust): void {
  const notes = blobs.map(({ name, bytes }) => ({ name, ...openNote(fromUtf8(bytes), trust) }));
  const roots = log.rootsAt(new Set(notes.map(({ size }) => size)));
  for (const { name, size, root } of notes) {
    must(
      size === Number(name.slice(name.lastIndexOf('/') + 1)),
      'checkpoint_mismatch',
      `${name} is of size ${size}`,
    );
    // What was signed while the export went on is past its end.
    if (size > log.entries.length) continue;
    must(
      roots.get(size) === toHex(root),
      'log_forked',
      `for ${size} entries another history was signed (${name})`,
    );
  }
}

const bundleSchema = z.object({ index: z.int().min(0), entries: z.array(z.unknown()).length(256) });

function bundle({ name, bytes }: Blob, { entries }: ExportedLog): void {
  const read = bundleSchema.parse(JSON.parse(fromUtf8(bytes)));
  const own = entries.slice(256 * read.index, 256 * (read.index + 1)).map(({ entry }) => entry);
  const same = own.length < 256 || canonicalText(read.entries) === canonicalText(own);
  must(same, 'entry_mismatch', `${name} is not made of the entries from position ${256 * read.index}`);
}

/** The name of a blob ends with its digest, before the kind of file it is. */
function named({ name, bytes }: Blob): void {
  const [digest = ''] = /[0-9a-f]{64}(?=\.[a-z]+$)/.exec(name) ?? [];
  must(sha256Hex(bytes) === digest, 'digest_mismatch', `${name} is not what its name says`);
}

function signed({ name, bytes }: Blob, trust: Trust): void {
  const parsed = dsseEnvelopeSchema.safeParse(JSON.parse(fromUtf8(bytes)));
  must(parsed.success, 'form_malformed', `${name} is no signed statement`);
  checkEnvelope(parsed.data, trust);
}
