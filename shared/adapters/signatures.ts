import { compactVerify, decodeProtectedHeader, importJWK, type CryptoKey } from 'jose';

import { toBase64Url } from '../core/kernel/bytes.js';
import type { SignatureVerifier } from '../ports.js';

type Jwk = Readonly<Record<string, string>>;

/** Imported keys kept; far more than one instance sees, and small. */
const cacheLimit = 1_000;

/** The one algorithm that fits a key, or null: a header never chooses how a key is used. */
function algorithmOf(jwk: Jwk): 'EdDSA' | 'ES256' | null {
  if (jwk['kty'] === 'OKP' && jwk['crv'] === 'Ed25519') return 'EdDSA';
  if (jwk['kty'] === 'EC' && jwk['crv'] === 'P-256') return 'ES256';
  return null;
}

/** Protected header of a detached JWS, or null where there is no readable one. */
function headerOf(jws: string): { kid?: string; crit?: string[] } | null {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return null;
  }
}

/** Verifies detached JWS (RFC 7515, appendix F) with EdDSA over Ed25519 (RFC 8037) or ES256. */
export function joseSignatures(): SignatureVerifier {
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
  const keyOf = (jwk: Jwk, algorithm: string): Promise<CryptoKey | Uint8Array> => {
    const { kty = '', crv = '', x = '', y = '' } = jwk;
    const name = [kty, crv, x, y].join(' ');
    const key = imported.get(name) ?? importJWK({ kty, crv, x, ...(y === '' ? {} : { y }) }, algorithm);
    if (imported.size >= cacheLimit) imported.clear();
    imported.set(name, key);
    return key;
  };
  return {
    keyId(jws) {
      const kid: unknown = headerOf(jws)?.kid;
      return typeof kid === 'string' ? kid : null;
    },
    async verify(jws, payload, jwk) {
      const algorithm = algorithmOf(jwk);
      const [header, detached, signature, ...more] = jws.split('.');
      // `crit` would change what is signed (RFC 7797): nothing that we accept needs it.
      if (algorithm === null || detached !== '' || more.length > 0 || headerOf(jws)?.crit !== undefined)
        return false;
      try {
        const key = await keyOf(jwk, algorithm);
        await compactVerify(`${header}.${toBase64Url(payload)}.${signature}`, key, {
          algorithms: [algorithm],
        });
        return true;
      } catch {
        return false;
      }
    },
  };
}
