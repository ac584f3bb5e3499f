import { createHash, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import { publicKeyOf } from './envelope.js';

/*
 * Checks a proof of the service without a line of its code: RFC 6962 leaves and nodes, the algorithm of RFC 9162 section
 * 2.1.3.2, C2SP signed notes over C2SP checkpoints, Ed25519 (RFC 8032).
 */

export type Proof = {
  entry: { position: number; id: string; digest: string; sequencedAt: string };
  size: number;
  /** Base64, lowest first. */
  hashes: string[];
  checkpoint: { note: string };
};

/** An event as it is stored; its digest is SHA-256 over the RFC 8785 form of `{admission, event}`. */
export type StoredEvent = { id: string; digest: string; event: Record<string, unknown>; admission: unknown };

export type LogKeys = { origin: string; keys: { keyId: string; publicKey: string }[] };

/** What was checked, in the order it was checked. The first that does not hold is the last. */
export type Check = { what: string; holds: boolean };

export const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 8785. */
export const canonical = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('there is no canonical form');
  return text;
};

/** From the event's own bytes to the signature of the tenant's log over the tree they stand in. */
export const checkInclusion = (stored: StoredEvent, proof: Proof, keys: LogKeys): Check[] => {
  const { position, id, digest, sequencedAt } = proof.entry;
  const { admission, event } = stored;
  const note = readNote(proof.checkpoint.note);
  const leaf = sha256(Uint8Array.of(0), canonical({ position, id, digest, sequencedAt }));
  const questions: [string, () => boolean][] = [
    ['the event is the one asked for', () => stored.id === id],
    [
      'the digest is that of the event as stored',
      () => sha256(canonical({ admission, event })).toString('hex') === digest,
    ],
    [
      'the checkpoint is of this log and this size',
      () => note.origin === keys.origin && note.size === proof.size,
    ],
    [
      'the path of hashes leads from the event to the root',
      () => rootFrom(leaf, position, proof.size, proof.hashes)?.toString('base64') === note.root,
    ],
    [
      "the root is signed by the tenant's key",
      () => keys.keys.some(({ publicKey }) => isSigned(note, publicKey)),
    ],
  ];
  const checks: Check[] = [];
  for (const [what, question] of questions) {
    const holds = question();
    checks.push({ what, holds });
    if (!holds) break;
  }
  return checks;
};

/** RFC 9162, 2.1.3.2: the root this leaf leads to, or undefined for a path that does not fit the tree. */
const rootFrom = (
  leaf: Buffer,
  position: number,
  size: number,
  path: readonly string[],
): Buffer | undefined => {
  if (position >= size) return undefined;
  let [fn, sn, hash] = [position, size - 1, leaf];
  for (const step of path) {
    const sibling = Buffer.from(step, 'base64');
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      hash = sha256(Uint8Array.of(1), sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      hash = sha256(Uint8Array.of(1), hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? hash : undefined;
};

type Note = {
  text: string;
  origin: string;
  size: number;
  root: string;
  signatures: { name: string; bytes: Buffer }[];
};

const readNote = (note: string): Note => {
  const [text = '', signed = ''] = note.split('\n\n');
  const [origin = '', size = '', root = ''] = text.split('\n');
  const signatures = signed
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', encoded = ''] = line.split(' ');
      return { name, bytes: Buffer.from(encoded, 'base64') };
    });
  return { text: `${text}\n`, origin, size: Number(size), root, signatures };
};

/** Whether a key of the tenant signed this checkpoint of its log. */
export const isSignedNote = (text: string, { origin, keys }: LogKeys): boolean => {
  const note = readNote(text);
  return note.origin === origin && keys.some(({ publicKey }) => isSigned(note, publicKey));
};

/** A line counts when its four-byte hint is that of this key, and the 64 bytes after it verify. */
const isSigned = ({ text, origin, signatures }: Note, publicKey: string): boolean => {
  const raw = Buffer.from(publicKey, 'base64');
  const hint = sha256(`${origin}\n`, Uint8Array.of(1), raw).subarray(0, 4);
  const key = publicKeyOf(publicKey);
  return signatures.some(
    ({ name, bytes }) =>
      name === origin &&
      hint.equals(bytes.subarray(0, 4)) &&
      verify(null, Buffer.from(text), key, bytes.subarray(4)),
  );
};
