import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { KeyRing } from '../../shared/ports.js';
import { freshTenant } from './samples.js';

const message = new TextEncoder().encode('aispm/log\n7\n');

const verifies = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, bytes, key, signature);
};

/** What every key ring promises. `another` opens the same keys as a second process does. */
export function keyRingContract(ring: () => KeyRing, another: () => KeyRing): void {
  describe('a key ring', () => {
    it('signs so that the public key verifies, and names the key', async () => {
      const tenantId = freshTenant();
      const { keyId, publicKey } = await ring().ensure(tenantId);
      const signed = await ring().sign(tenantId, message);
      expect(signed.keyId).toBe(keyId);
      expect(publicKey).toHaveLength(32);
      expect(verifies(publicKey, message, signed.signature)).toBe(true);
      expect(
        verifies(
          publicKey,
          Uint8Array.from(message, (b) => b ^ 1),
          signed.signature,
        ),
      ).toBe(false);
    });

    it('has the same keys in every process, even when two create them at the same moment', async () => {
      const tenantId = freshTenant();
      const [mine, theirs] = await Promise.all([ring().ensure(tenantId), another().ensure(tenantId)]);
      expect(theirs).toEqual(mine);
      expect(await another().sign(tenantId, message)).toEqual(await ring().sign(tenantId, message));
      expect(await another().macKey(tenantId)).toEqual(await ring().macKey(tenantId));
    });

    it('has other keys for every tenant, and a MAC key of 32 bytes that is not the signing key', async () => {
      const [one, two] = [freshTenant(), freshTenant()];
      const [first, second] = await Promise.all([ring().ensure(one), ring().ensure(two)]);
      expect(first.keyId).not.toBe(second.keyId);
      const mac = await ring().macKey(one);
      expect(mac).toHaveLength(32);
      expect(mac).not.toEqual(await ring().macKey(two));
      expect(mac).not.toEqual(first.publicKey);
    });

    it('signs with the next key once that is promoted, and not before', async () => {
      const tenantId = freshTenant();
      const first = await ring().ensure(tenantId);
      const next = await ring().successor(tenantId);
      expect(next.keyId).not.toBe(first.keyId);
      expect(await ring().successor(tenantId)).toEqual(next);
      expect((await ring().sign(tenantId, message)).keyId).toBe(first.keyId);
      // Twice: whoever promotes may die before it can say so.
      for (const keyId of [next.keyId, next.keyId]) await ring().promote(tenantId, keyId);
      const signed = await ring().sign(tenantId, message);
      expect(signed).toMatchObject(next);
      expect(verifies(signed.publicKey, message, signed.signature)).toBe(true);
      expect(await ring().ensure(tenantId)).toEqual(next);
      expect((await ring().successor(tenantId)).keyId).not.toBe(next.keyId);
    });

    it('promotes no key that it does not hold, nor one that was replaced', async () => {
      const tenantId = freshTenant();
      const first = await ring().ensure(tenantId);
      await expect(ring().promote(tenantId, 'ed25519-0000000000000000')).rejects.toThrow();
      await ring().promote(tenantId, (await ring().successor(tenantId)).keyId);
      await expect(ring().promote(tenantId, first.keyId)).rejects.toThrow();
    });

    it('keeps the pseudonyms through a rotation', async () => {
      const tenantId = freshTenant();
      await ring().ensure(tenantId);
      const mac = await ring().macKey(tenantId);
      await ring().promote(tenantId, (await ring().successor(tenantId)).keyId);
      expect(await ring().macKey(tenantId)).toEqual(mac);
    });
  });
}
