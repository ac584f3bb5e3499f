import { z } from 'zod';

import { sha256Schema } from '../../../schemas/primitives.js';
import { reportDocumentSchema } from '../../../schemas/report-document.js';
import { fromUtf8 } from '../kernel/bytes.js';
import { inTotoPayloadType, type DsseEnvelope } from '../kernel/dsse.js';
import { sha256Hex } from '../kernel/hash.js';
import { manifestPredicate } from '../kernel/predicates.js';
import { inOrder, must, NotVerified, type CheckResult } from '../log/checks.js';
import { checkEnvelope, openNote, readNote, readStatement, type Trust } from '../log/trust.js';

const manifestSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string().min(1), digest: z.object({ sha256: sha256Schema }) })).min(1),
  predicateType: z.literal(manifestPredicate),
  predicate: z.object({
    tenantId: z.string(),
    report: z.string(),
    reportType: z.string(),
    position: z.int().nonnegative(),
    asOf: z.string(),
    checkpoint: z.string(),
    rehearsal: z.boolean(),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** A file of a packet by its name without folders. */
export type PacketFile = { name: string; bytes: Uint8Array };

/** The manifest in an envelope, not verified. @throws NotVerified `form_malformed` */
export function readManifest(envelope: DsseEnvelope): Manifest {
  must(
    envelope.payloadType === inTotoPayloadType,
    'form_malformed',
    'the envelope holds no in-toto statement',
  );
  const parsed = manifestSchema.safeParse(readStatement(envelope));
  if (!parsed.success)
    throw new NotVerified('form_malformed', 'the statement is no report manifest', { cause: parsed.error });
  return parsed.data;
}

/** Names of the manifest's subjects for which there is no file, and about which therefore nothing was checked. */
export function notGiven(manifest: Manifest, files: readonly PacketFile[]): string[] {
  const digests = new Set(files.map(({ bytes }) => sha256Hex(bytes)));
  return manifest.subject.filter(({ digest }) => !digests.has(digest.sha256)).map(({ name }) => name);
}

/**
 * A report's packet: the manifest and the files beside it. A file may have any name if its bytes are those of a subject; a
 * file that is no subject fails, because whoever opens the folder would take it for part of the report.
 */
export function verifyPacket(
  envelope: DsseEnvelope,
  files: readonly PacketFile[],
  trust: Trust,
): CheckResult[] {
  const manifest = () => readManifest(envelope);
  const form = inOrder([['the manifest is an in-toto statement about a report', () => void manifest()]]);
  if (form.some(({ passed }) => !passed)) return form;
  return [
    ...form,
    ...inOrder([
      ['the report is the tenant’s whose keys are held', () => sameTenant(manifest(), trust)],
      ['there is a file of the report to check', () => someFile(files)],
      ...files.map(
        (file) => [`${file.name} is what the manifest names`, () => listed(file, manifest())] as const,
      ),
      ['the document speaks of the manifest’s position and instant', () => sameDocument(manifest(), files)],
      ['the checkpoint covers the report’s position', () => covers(manifest())],
      ['the manifest is signed by a key of the tenant', () => checkEnvelope(envelope, trust)],
      [
        'the checkpoint is signed by a key of the tenant',
        () => void openNote(manifest().predicate.checkpoint, trust),
      ],
    ]),
  ];
}

function sameTenant({ predicate }: Manifest, trust: Trust): void {
  must(predicate.tenantId === trust.tenantId, 'tenant_mismatch', `the report is not of ${trust.tenantId}`);
}

function someFile(files: readonly PacketFile[]): void {
  must(files.length > 0, 'file_missing', 'a manifest alone says nothing about any file');
}

function listed(file: PacketFile, { subject }: Manifest): void {
  const digest = sha256Hex(file.bytes);
  // Under a subject's name only that subject's bytes: another part of the report is no more what a reader expects there.
  const named = subject.find(({ name }) => name === file.name);
  if (named === undefined)
    must(
      subject.some((s) => s.digest.sha256 === digest),
      'file_unlisted',
      'the manifest does not name it, by name or by digest',
    );
  else
    must(
      named.digest.sha256 === digest,
      'digest_mismatch',
      `its SHA-256 is ${digest}, the manifest says ${named.digest.sha256}`,
    );
}

function sameDocument({ subject, predicate }: Manifest, files: readonly PacketFile[]): void {
  const digest = subject.find(({ name }) => name === 'document.json')?.digest.sha256;
  must(digest !== undefined, 'document_mismatch', 'the manifest names no document');
  const file = files.find(({ bytes }) => sha256Hex(bytes) === digest);
  if (file === undefined) return;
  const { position, asOf, reportType } = documentFacts.parse(JSON.parse(fromUtf8(file.bytes)));
  must(
    position === predicate.position && asOf === predicate.asOf && reportType === predicate.reportType,
    'document_mismatch',
    'document and manifest speak of different reports, positions or instants',
  );
}

const { position, asOf, reportType } = reportDocumentSchema.shape;
const documentFacts = z.object({ position, asOf, reportType });

function covers({ predicate }: Manifest): void {
  const { size } = readNote(predicate.checkpoint).checkpoint;
  must(
    size >= predicate.position,
    'checkpoint_mismatch',
    `it covers ${size} entries of ${predicate.position}`,
  );
}
