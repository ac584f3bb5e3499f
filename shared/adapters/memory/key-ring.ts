import { createHmac, randomBytes } from 'node:crypto';

import type { KeyRing } from '../../ports.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { signingKeyOf, signWith, type SigningKey } from '../ed25519.js';

/** Real keys in memory. With a seed the keys are a function of seed and tenant, so that whole runs repeat bit for bit. */
export function memoryKeyRing(seed: string = randomBytes(16).toString('hex')): KeyRing {
  const derive = (purpose: string, tenantId: VerifiedTenant): Uint8Array =>
    new Uint8Array(createHmac('sha256', seed).update(`${purpose}:${tenantId}`).digest());
  /** How often a tenant's key was rotated: the number of its current key. */
  const current = new Map<VerifiedTenant, number>();
  const cache = new Map<string, SigningKey>();
  const keyNumbered = (tenantId: VerifiedTenant, number: number): SigningKey => {
    const purpose = number === 0 ? 'sign' : `sign-${number}`;
    const name = `${purpose}:${tenantId}`;
    const key = cache.get(name) ?? signingKeyOf(derive(purpose, tenantId));
    cache.set(name, key);
    return key;
  };
  const placeOf = (tenantId: VerifiedTenant): number => current.get(tenantId) ?? 0;
  const shown = ({ keyId, publicKey }: SigningKey) => ({ keyId, publicKey: Uint8Array.from(publicKey) });
  return {
    ensure: (tenantId) => Promise.resolve(shown(keyNumbered(tenantId, placeOf(tenantId)))),
    sign(tenantId, bytes) {
      const key = keyNumbered(tenantId, placeOf(tenantId));
      return Promise.resolve({ ...shown(key), signature: signWith(key, bytes) });
    },
    successor: (tenantId) => Promise.resolve(shown(keyNumbered(tenantId, placeOf(tenantId) + 1))),
    promote(tenantId, keyId) {
      const place = [0, 1]
        .map((step) => placeOf(tenantId) + step)
        .find((number) => keyNumbered(tenantId, number).keyId === keyId);
      if (place === undefined)
        return Promise.reject(new Error('the key is not one of the tenant’s keys in use'));
      current.set(tenantId, place);
      return Promise.resolve();
    },
    macKey: (tenantId) => Promise.resolve(derive('mac', tenantId)),
  };
}
