import { z } from 'zod';

import { consistencySchema } from '../../../schemas/answers/evidence.js';
import { archiveFiles } from '../../../schemas/archive.js';
import { dsseEnvelopeSchema } from '../../../schemas/dsse.js';
import { packetSchema } from '../../../schemas/packets.js';
import { fromUtf8 } from '../kernel/bytes.js';
import { canonicalBytes } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { packetPredicate, reviewPredicate } from '../kernel/predicates.js';
import { must, NotVerified, type CheckResult } from '../log/checks.js';
import { checkEnvelope, readNote, readStatement, type Trust } from '../log/trust.js';
import { givenEventSchema, givenProofSchema, verifyEvent, type GivenEvent } from '../log/verify-event.js';
import { verifyHistory, type GivenConsistency } from '../log/verify-history.js';
import { verifyPacket, type PacketFile } from '../reports/manifest.js';

/* The files of an operating archive, each kind by its own rule. Every function throws NotVerified by what does not hold. */

const eventFileSchema = z.object({ event: givenEventSchema, proof: givenProofSchema });
const consistencyFileSchema = z.object({ items: z.array(consistencySchema) });

export const ofKind = (files: readonly PacketFile[], kind: string): PacketFile[] =>
  files.filter(({ name }) => name.startsWith(`${kind}-`));

/** The JSON in a file; undefined where it is none. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Proofs from the archive's checkpoints to its own, as far as the file tells any. */
export const consistencyIn = (files: readonly PacketFile[]): GivenConsistency[] => {
  const file = files.find(({ name }) => name === archiveFiles.consistency);
  return consistencyFileSchema.safeParse(file && jsonOf(file.bytes)).data?.items ?? [];
};

export function checkpoints(files: readonly PacketFile[], note: string, trust: Trust): void {
  const proofs = consistencyFileSchema.parse(jsonIn(files, archiveFiles.consistency)).items;
  for (const { name, bytes } of ofKind(files, 'checkpoint')) {
    const older = fromUtf8(bytes);
    const { size } = readNote(older).checkpoint;
    const same = size === readNote(note).checkpoint.size;
    const proof = proofs.find(({ from }) => from === size) ?? null;
    whole(name, verifyHistory(older, note, same ? null : proof, trust));
  }
}

export function eventsIn(files: readonly PacketFile[], note: string, trust: Trust): GivenEvent[] {
  return ofKind(files, 'event').map(({ name, bytes }) => {
    const { event, proof } = eventFileSchema.parse(jsonOf(bytes));
    must(proof.checkpoint.note === note, 'checkpoint_mismatch', `${name} leads to another checkpoint`);
    whole(name, verifyEvent(event, proof, trust));
    return event;
  });
}

const subjectSchema = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })).length(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

export function packet({ name, bytes }: PacketFile, trust: Trust): void {
  const { digest, signature, ...rest } = packetSchema.parse(jsonOf(bytes));
  must(sha256Hex(canonicalBytes(rest)) === digest, 'digest_mismatch', `${name} is not what its digest says`);
  must(signature !== null, 'not_signed', `${name} is a preview`);
  const { subject, predicateType } = subjectSchema.parse(readStatement(signature));
  const about = predicateType === packetPredicate && subject[0]?.digest.sha256 === digest;
  must(about, 'statement_mismatch', `what is signed is not about ${name}`);
  must(rest.tenant_id === trust.tenantId, 'tenant_mismatch', `${name} is not of ${trust.tenantId}`);
  checkEnvelope(signature, trust);
}

export function review({ name, bytes }: PacketFile, trust: Trust): void {
  const envelope = dsseEnvelopeSchema.parse(jsonOf(bytes));
  const { subject, predicateType, predicate } = subjectSchema.parse(readStatement(envelope));
  must(predicateType === reviewPredicate, 'statement_mismatch', `${name} is no review`);
  const same = subject[0]?.digest.sha256 === sha256Hex(canonicalBytes(predicate));
  must(same, 'digest_mismatch', `${name} is not what its subject says`);
  checkEnvelope(envelope, trust);
}

export function reports(files: readonly PacketFile[], trust: Trust): void {
  const parts = ofKind(files, 'report');
  const nameOf = ({ name }: PacketFile): string => name.slice(0, name.indexOf('.'));
  for (const report of new Set(parts.map(nameOf))) {
    const own = parts.filter((file) => nameOf(file) === report);
    const manifest = own.find(({ name }) => name === `${report}.manifest.json`);
    must(manifest !== undefined, 'file_missing', `${report} has no manifest`);
    const envelope = dsseEnvelopeSchema.parse(jsonOf(manifest.bytes));
    const others = own.filter((file) => file !== manifest);
    whole(report, verifyPacket(envelope, others, trust));
  }
}

function jsonIn(files: readonly PacketFile[], name: string): unknown {
  const file = files.find((one) => one.name === name);
  must(file !== undefined, 'file_missing', `${name} is missing`);
  return jsonOf(file.bytes);
}

/** @throws NotVerified by the first check that failed. */
function whole(what: string, checks: readonly CheckResult[]): void {
  for (const check of checks)
    if (!check.passed) throw new NotVerified(check.code, `${what}: ${check.check}: ${check.detail}`);
}
