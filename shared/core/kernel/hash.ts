import { createHash, createHmac, createPublicKey, hash, timingSafeEqual, verify } from 'node:crypto';

import { toBase64Url } from './bytes.js';

// The one module of the core that knows node:crypto; a browser build replaces this file.

/** SHA-256 (FIPS 180-4) of bytes, or of a string's UTF-8, as 64 hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  // crypto.hash skips the stream machinery; it is missing before Node 20.12.
  return typeof hash === 'function'
    ? hash('sha256', data, 'hex')
    : createHash('sha256').update(data).digest('hex');
}

/** SHA-256 over the concatenation of several byte strings, as bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

/** HMAC-SHA256 (RFC 2104) of a string's UTF-8, as hexadecimal. */
export function hmacSha256Hex(key: Uint8Array, data: Uint8Array | string): string {
  return createHmac('sha256', key).update(data).digest('hex');
}

/** SHA-1 bytes: for UUID version 5 only (RFC 9562, 5.5), never for integrity. */
export function sha1ForUuid(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('sha1');
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

/** Compares two secrets in constant time; different lengths are unequal. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Whether this is the Ed25519 signature (RFC 8032) of the message under a raw public key of 32 bytes. False, never an
 * error, for a key or a signature of another length.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}
