import { z } from 'zod';

import { archiveFiles, archivePredicateSchema } from '../../../schemas/archive.js';
import { dsseEnvelopeSchema } from '../../../schemas/dsse.js';
import { sha256Schema } from '../../../schemas/primitives.js';
import type { DsseEnvelope } from '../kernel/dsse.js';
import { sha256Hex } from '../kernel/hash.js';
import { archivePredicate } from '../kernel/predicates.js';
import { inOrder, must, NotVerified, type CheckResult } from '../log/checks.js';
import { checkEnvelope, openNote, readStatement, type Trust } from '../log/trust.js';
import type { GivenEvent } from '../log/verify-event.js';
import type { PacketFile } from '../reports/manifest.js';
import { checkpoints, eventsIn, jsonOf, ofKind, packet, reports, review } from './archive-parts.js';

const manifestSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string().min(1), digest: z.object({ sha256: sha256Schema }) })).min(1),
  predicateType: z.literal(archivePredicate),
  predicate: archivePredicateSchema,
});
type Manifest = z.infer<typeof manifestSchema>;

/** The archive's envelope among the files, told by its content; null where there is none. */
export function archiveEnvelope(files: readonly PacketFile[]): DsseEnvelope | null {
  for (const { bytes } of files) {
    const envelope = dsseEnvelopeSchema.safeParse(jsonOf(bytes)).data;
    if (envelope !== undefined && predicateTypeOf(envelope) === archivePredicate) return envelope;
  }
  return null;
}

/** What the manifest says, not verified. @throws NotVerified `form_malformed` */
export function readArchiveManifest(envelope: DsseEnvelope): Manifest {
  const parsed = manifestSchema.safeParse(readStatement(envelope));
  if (!parsed.success)
    throw new NotVerified('form_malformed', 'the statement is no archive manifest', { cause: parsed.error });
  return parsed.data;
}

function predicateTypeOf(envelope: DsseEnvelope): unknown {
  try {
    return z.object({ predicateType: z.unknown() }).safeParse(readStatement(envelope)).data?.predicateType;
  } catch {
    return null;
  }
}

/**
 * An operating archive whole: every file is the one the signed manifest names and none is missing; every checkpoint is of
 * one history; every event stands in the log; every packet, review and report is what was signed; and each sign-off is an
 * event of the archive.
 */
export function verifyArchive(files: readonly PacketFile[], trust: Trust): CheckResult[] {
  const envelope = (): DsseEnvelope => {
    const found = archiveEnvelope(files);
    must(found !== null, 'file_missing', 'there is no manifest of an archive');
    return found;
  };
  const manifest = (): Manifest => readArchiveManifest(envelope());
  const found = inOrder([['there is a manifest of an operating archive', () => void manifest()]]);
  if (found.some(({ passed }) => !passed)) return found;
  const { subject, predicate } = manifest();
  const note = predicate.checkpoint;
  const events: GivenEvent[] = [];
  return [
    ...found,
    ...inOrder([
      ['the archive is of the tenant whose keys are held', () => sameTenant(predicate.tenantId, trust)],
      ['every file is the one that the manifest names, and none is missing', () => sameFiles(subject, files)],
      ['the manifest is signed by a key of the tenant', () => checkEnvelope(envelope(), trust)],
      ['its checkpoint is signed by a key of the tenant', () => void openNote(note, trust)],
      ['every checkpoint is signed and of this history', () => checkpoints(files, note, trust)],
      ['every event stands in the log', () => events.push(...eventsIn(files, note, trust))],
      ['every packet is what was signed', () => ofKind(files, 'packet').forEach((f) => packet(f, trust))],
      ['every review is what was signed', () => ofKind(files, 'review').forEach((f) => review(f, trust))],
      ['every report verifies by itself', () => reports(files, trust)],
      ['every sign-off is an event of the archive', () => signOffs(predicate, events)],
    ]),
  ];
}

function sameTenant(tenantId: string, trust: Trust): void {
  must(tenantId === trust.tenantId, 'tenant_mismatch', `the archive is not of ${trust.tenantId}`);
}

function sameFiles(subject: Manifest['subject'], files: readonly PacketFile[]): void {
  const named = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
  for (const { name, bytes } of files) {
    if (name === archiveFiles.manifest) continue;
    const digest = named.get(name);
    must(digest !== undefined, 'file_unlisted', `the manifest does not name ${name}`);
    must(sha256Hex(bytes) === digest, 'digest_mismatch', `${name} is not what the manifest names`);
  }
  const missing = subject.find(({ name }) => !files.some((file) => file.name === name));
  must(missing === undefined, 'file_missing', `${missing?.name ?? ''} is missing`);
}

const signOffSchema = z.object({ type: z.literal('aispm.signoff.recorded'), data: z.looseObject({}) });

function signOffs({ signOffs: given, period }: Manifest['predicate'], events: readonly GivenEvent[]): void {
  for (const { name, role, evidenceId } of given) {
    const event = events.find(({ id }) => id === evidenceId)?.event;
    const data = signOffSchema.safeParse(event).data?.data;
    const holds = data?.['signOff'] === name && data['period'] === period.id && data['role'] === role;
    must(holds, 'entry_mismatch', `the sign-off ${name} is no event of the archive`);
  }
}
