import { hkdfSync } from 'node:crypto';

import { CompactEncrypt, compactDecrypt, errors } from 'jose';

import type { VerifiedTenant } from '../core/kernel/verified-tenant.js';
import { fromUtf8, utf8 } from '../core/kernel/bytes.js';
import type { KeyRing, SecretBox } from '../ports.js';

/** JWE (RFC 7516), `dir` with A256GCM, under a key derived from the tenant's own (HKDF, RFC 5869): for nothing else. */
export function jweBox(keys: KeyRing): SecretBox {
  const keyOf = async (tenantId: VerifiedTenant): Promise<Uint8Array> =>
    new Uint8Array(hkdfSync('sha256', await keys.macKey(tenantId), tenantId, 'aispm/secret-box/v1', 32));
  return {
    seal: async (tenantId, secret) =>
      new CompactEncrypt(utf8(secret))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(await keyOf(tenantId)),
    async open(tenantId, sealed) {
      const key = await keyOf(tenantId);
      try {
        const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
        return fromUtf8((await compactDecrypt(sealed, key, options)).plaintext);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
