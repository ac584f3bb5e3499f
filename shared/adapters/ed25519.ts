import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

import { fromBase64Url, toBase64Url } from '../core/kernel/bytes.js';
import { sha256Hex } from '../core/kernel/hash.js';

/** An Ed25519 key pair (RFC 8032), ready to sign. */
export type SigningKey = { keyId: string; publicKey: Uint8Array; seed: Uint8Array; key: KeyObject };

/** PKCS #8 header of a bare 32-byte Ed25519 seed (RFC 8410, section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a 32-byte seed. The id is the start of the public key's SHA-256: the same key has one name anywhere. */
export function signingKeyOf(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = fromBase64Url(x ?? '');
  return { keyId: `ed25519-${sha256Hex(publicKey).slice(0, 16)}`, publicKey, seed, key };
}

export const signWith = (key: SigningKey, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(sign(null, bytes, key.key));

/** Private JWK (RFC 8037): the form in which a key is kept. */
export const privateJwk = (key: SigningKey): Record<string, string> => ({
  kty: 'OKP',
  crv: 'Ed25519',
  kid: key.keyId,
  x: toBase64Url(key.publicKey),
  d: toBase64Url(key.seed),
});
