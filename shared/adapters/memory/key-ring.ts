import { createHmac, randomBytes } from 'node:crypto';

import type { KeyRing } from '../../ports.js';
import type { TenantId } from '../../../schemas/primitives.js';
import { signingKeyOf, signWith, type SigningKey } from '../ed25519.js';

/** Real keys in memory. With a seed the keys are a function of seed and tenant, so that whole runs repeat bit for bit. */
export function memoryKeyRing(seed: string = randomBytes(16).toString('hex')): KeyRing {
  const derive = (purpose: string, tenantId: TenantId): Uint8Array =>
    new Uint8Array(createHmac('sha256', seed).update(`${purpose}:${tenantId}`).digest());
  const cache = new Map<TenantId, SigningKey>();
  const signing = (tenantId: TenantId): SigningKey => {
    const key = cache.get(tenantId) ?? signingKeyOf(derive('sign', tenantId));
    cache.set(tenantId, key);
    return key;
  };
  return {
    ensure(tenantId) {
      const { keyId, publicKey } = signing(tenantId);
      return Promise.resolve({ keyId, publicKey: Uint8Array.from(publicKey) });
    },
    sign(tenantId, bytes) {
      const key = signing(tenantId);
      return Promise.resolve({ keyId: key.keyId, signature: signWith(key, bytes) });
    },
    macKey: (tenantId) => Promise.resolve(derive('mac', tenantId)),
  };
}
