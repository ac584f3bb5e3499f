import * as ed from '@noble/ed25519';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 as sha256Of, sha512 } from '@noble/hashes/sha2.js';

import { toHex, utf8 } from '../shared/core/kernel/bytes.js';

/*
 * What shared/core/kernel/hash.ts is in Node, for a browser: the build puts this file in its place, so that the page
 * verifies by the very code of `aispm verify`. Synchronous like the core, which WebCrypto is not. A test holds the two
 * to the same answers.
 */

ed.hashes.sha512 = sha512;

const bytesOf = (data: Uint8Array | string): Uint8Array => (typeof data === 'string' ? utf8(data) : data);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const sha256Hex = (data: Uint8Array | string): string => toHex(sha256Of(bytesOf(data)));
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => sha256Of(joined(parts));
export const hmacSha256Hex = (key: Uint8Array, data: Uint8Array | string): string =>
  toHex(hmac(sha256Of, key, bytesOf(data)));
export const sha1ForUuid = (...parts: readonly Uint8Array[]): Uint8Array => sha1(joined(parts));

/** Compares without leaving early; a browser promises no more. */
export const equalSecrets = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.reduce((different, byte, i) => different | (byte ^ (b[i] ?? 0)), 0) === 0;

/** As in Node: false, never an error, for a key or a signature of another length. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return ed.verify(signature, message, publicKey, { zip215: false });
}
