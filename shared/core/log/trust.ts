import type { z } from 'zod';

import type { logKeysSchema } from '../../../schemas/answers/evidence.js';
import { fromUtf8, toHex, utf8 } from '../kernel/bytes.js';
import { pae, type DsseEnvelope } from '../kernel/dsse.js';
import { sha256Hex, verifyEd25519 } from '../kernel/hash.js';
import { noteKeyHash, originOf, type Checkpoint } from '../kernel/note.js';
import { parseNote, type ParsedNote } from './parse-note.js';
import { exactBase64, must, NotVerified } from './checks.js';

/** Whom a verifier believes: one tenant's log and its keys, retired ones included, got from somewhere it trusts. */
export type Trust = {
  tenantId: string;
  origin: string;
  keys: readonly { keyId: string; publicKey: Uint8Array }[];
};

/**
 * Trust from the answer of `GET …/keys`. A key's id is made from the key, so an exchanged key is seen even before it fails.
 * @throws NotVerified `keys_malformed`
 */
export function trustFrom(answer: z.infer<typeof logKeysSchema>): Trust {
  must(answer.keys.length > 0, 'keys_malformed', 'there is no key');
  must(answer.origin === originOf(answer.tenantId), 'keys_malformed', 'the origin is not that of the tenant');
  const keys = answer.keys.map(({ keyId, publicKey: text }) => {
    const publicKey = exactBase64(text, `the key ${keyId}`);
    must(publicKey.length === 32, 'keys_malformed', `${keyId} is not a key of 32 bytes`);
    must(
      keyId === `ed25519-${sha256Hex(publicKey).slice(0, 16)}`,
      'keys_malformed',
      `${keyId} is not the id of the key beside it`,
    );
    return { keyId, publicKey };
  });
  return { tenantId: answer.tenantId, origin: answer.origin, keys };
}

/**
 * The checkpoint of a signed note (C2SP signed-note). As that text demands, lines of unknown keys are passed over and a
 * line of a known key that does not verify refuses the note.
 * @throws NotVerified `form_malformed`, `tenant_mismatch`, `key_unknown` or `signature_invalid`.
 */
export function openNote(note: string, trust: Trust): Checkpoint {
  const parsed = readNote(note);
  const { checkpoint, text, signatures } = parsed;
  must(
    checkpoint.origin === trust.origin,
    'tenant_mismatch',
    `the checkpoint is of another log than ${trust.origin}`,
  );
  const known = signatures.flatMap(({ name, keyHash, signature }) =>
    trust.keys
      .filter((k) => name === trust.origin && toHex(noteKeyHash(name, k.publicKey)) === toHex(keyHash))
      .map(({ publicKey }) => ({ publicKey, signature })),
  );
  must(known.length > 0, 'key_unknown', 'no known key signed the checkpoint');
  must(
    known.every(({ publicKey, signature }) => verifyEd25519(publicKey, utf8(text), signature)),
    'signature_invalid',
    'the signature of the checkpoint does not verify',
  );
  return checkpoint;
}

/** A note in its one spelling, unverified. @throws NotVerified `form_malformed` */
export function readNote(note: string): ParsedNote {
  let parsed: ParsedNote | null;
  try {
    parsed = parseNote(note);
  } catch (cause) {
    throw new NotVerified('form_malformed', 'the checkpoint holds what is not base64', { cause });
  }
  must(parsed !== null, 'form_malformed', 'the checkpoint is not a signed note');
  for (const line of note
    .slice(parsed.text.length + 1)
    .trimEnd()
    .split('\n'))
    exactBase64(line.split(' ')[2] ?? '', 'a signature of the checkpoint');
  return parsed;
}

/** The statement in a DSSE envelope, not verified: to compare what it says before the dear check. @throws NotVerified */
export function readStatement(envelope: DsseEnvelope): unknown {
  const payload = exactBase64(envelope.payload, 'the payload');
  try {
    return JSON.parse(fromUtf8(payload));
  } catch (cause) {
    throw new NotVerified('form_malformed', 'the signed statement is not JSON', { cause });
  }
}

/**
 * Verifies a DSSE envelope (DSSE v1) by the keys of the tenant. An id of a key is only a hint there: here it has to name
 * the key that verifies, so that no spare bit is left.
 * @throws NotVerified `key_unknown` or `signature_invalid`.
 */
export function checkEnvelope(envelope: DsseEnvelope, trust: Trust): void {
  const signed = pae(envelope.payloadType, exactBase64(envelope.payload, 'the payload'));
  const known = envelope.signatures.flatMap(({ keyid, sig }) =>
    trust.keys.filter((k) => k.keyId === keyid).map(({ publicKey }) => ({ publicKey, sig })),
  );
  must(known.length > 0, 'key_unknown', 'no known key signed the statement');
  must(
    known.every(({ publicKey, sig }) => verifyEd25519(publicKey, signed, exactBase64(sig, 'the signature'))),
    'signature_invalid',
    'the signature of the statement does not verify',
  );
}
