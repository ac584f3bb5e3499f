import { z } from 'zod';

import { evidenceAnswerSchema, proofSchema } from '../../../schemas/answers/evidence.js';
import { toHex } from '../kernel/bytes.js';
import { canonicalBytes } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { evidenceIdOf } from '../kernel/ids.js';
import { exactBase64, inOrder, must, type CheckResult } from './checks.js';
import { leafBytes } from '../kernel/leaf.js';
import { openNote, readNote, type Trust } from './trust.js';
import { verifyInclusion } from './verify.js';

/** Answer of `GET …/evidence/{id}`. The event is taken as it came: what is digested is what was stored, not what we know. */
export const givenEventSchema = evidenceAnswerSchema.extend({
  event: z.custom<Record<string, unknown>>((v) => typeof v === 'object' && v !== null),
  admission: z.custom<Record<string, unknown>>((v) => typeof v === 'object' && v !== null),
  links: evidenceAnswerSchema.shape.links.optional(),
});
export type GivenEvent = z.infer<typeof givenEventSchema>;

/** Answer of `GET …/evidence/{id}/proof`. */
export const givenProofSchema = proofSchema.extend({ links: proofSchema.shape.links.optional() });
export type GivenProof = z.infer<typeof givenProofSchema>;

/** From the bytes of an event to the signature of the tenant's log over the tree they stand in. */
export function verifyEvent(given: GivenEvent, proof: GivenProof, trust: Trust): CheckResult[] {
  return inOrder([
    ['the proof is about this event', () => sameEvent(given, proof)],
    ['the id is that of the event’s source and id', () => idOfEvent(given)],
    ['the digest is that of the event as it was stored', () => digestOfEvent(given, proof)],
    ...proofSteps(proof, trust),
  ]);
}

/** The same for an entry whose event is not at hand: erased, or not asked for. */
export const verifyEntry = (proof: GivenProof, trust: Trust): CheckResult[] =>
  inOrder(proofSteps(proof, trust));

const proofSteps = (proof: GivenProof, trust: Trust) =>
  [
    ['the leaf is the canonical form of the entry', () => leafOfEntry(proof)],
    ['the checkpoint is the one the proof leads to', () => sameCheckpoint(proof)],
    ['the path of hashes leads from the entry to the root', () => pathToRoot(proof)],
    ['the checkpoint is signed by a key of the tenant', () => signedBy(proof, trust)],
  ] as const;

function sameEvent({ id, digest, log }: GivenEvent, { entry }: GivenProof): void {
  must(id === entry.id, 'entry_mismatch', 'event and proof have different ids');
  must(digest === entry.digest, 'digest_mismatch', 'event and proof name different digests');
  const placed = log === null || (log.position === entry.position && log.sequencedAt === entry.sequencedAt);
  must(placed, 'entry_mismatch', 'event and proof name different places in the log');
}

function idOfEvent({ id, event }: GivenEvent): void {
  const { source, id: name } = event;
  must(
    typeof source === 'string' && typeof name === 'string' && evidenceIdOf(source, name) === id,
    'digest_mismatch',
    'the id is not made from the source and id inside the event',
  );
}

function digestOfEvent({ admission, event }: GivenEvent, { entry }: GivenProof): void {
  const digest = sha256Hex(canonicalBytes({ admission, event }));
  must(digest === entry.digest, 'digest_mismatch', 'the event or its admission is not what was logged');
}

/** Why an entry was not folded is told beside it and is no part of the leaf. */
const leafOf = ({ unfoldable: _unfoldable, ...entry }: GivenProof['entry']): Uint8Array => leafBytes(entry);

function leafOfEntry({ entry, leaf }: GivenProof): void {
  const given = toHex(exactBase64(leaf, 'the leaf'));
  must(toHex(leafOf(entry)) === given, 'entry_mismatch', 'the leaf is not made from this entry');
}

function sameCheckpoint({ size, checkpoint }: GivenProof): void {
  const noted = readNote(checkpoint.note).checkpoint;
  must(
    noted.size === size && checkpoint.size === size,
    'checkpoint_mismatch',
    'proof and checkpoint are of different sizes',
  );
  must(
    toHex(noted.root) === checkpoint.root,
    'checkpoint_mismatch',
    'the root beside the checkpoint is not the root in it',
  );
}

function pathToRoot({ entry, size, hashes, checkpoint }: GivenProof): void {
  const path = hashes.map((hash) => exactBase64(hash, 'a hash of the path'));
  const { root } = readNote(checkpoint.note).checkpoint;
  must(
    verifyInclusion(leafOf(entry), entry.position, size, path, root),
    'inclusion_invalid',
    `the path does not lead from position ${entry.position} to the root of ${size} entries`,
  );
}

function signedBy({ checkpoint }: GivenProof, trust: Trust): void {
  must(
    trust.keys.some(({ keyId }) => keyId === checkpoint.keyId),
    'key_unknown',
    'the key named beside the checkpoint is not known',
  );
  openNote(checkpoint.note, trust);
}
