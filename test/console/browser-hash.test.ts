import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import * as browser from '../../console/browser-hash.js';
import * as node from '../../shared/core/kernel/hash.js';

/* The page verifies by the code of `aispm verify` with this file in the place of one: so the two must never differ. */

const bytes = fc.uint8Array({ maxLength: 300 });
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

describe('the hashes of the browser', () => {
  it('are the functions of the core’s hash module, no more and no less', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it('give for any bytes and any text what Node gives', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.string({ unit: 'binary' }), (a, b, text) => {
        expect(browser.sha256Hex(a)).toBe(node.sha256Hex(a));
        expect(browser.sha256Hex(text)).toBe(node.sha256Hex(text));
        expect(hex(browser.sha256(a, b))).toBe(hex(node.sha256(a, b)));
        expect(browser.hmacSha256Hex(a, b)).toBe(node.hmacSha256Hex(a, b));
        expect(hex(browser.sha1ForUuid(a, b))).toBe(hex(node.sha1ForUuid(a, b)));
        expect(browser.equalSecrets(a, b)).toBe(node.equalSecrets(a, b));
        expect(browser.equalSecrets(a, Uint8Array.from(a))).toBe(true);
      }),
    );
  });

  it('take a signature that Node made, and refuse it with any one bit of it, its message or its key changed', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.constantFrom('key', 'message', 'signature'),
        fc.nat(),
        (message, part, at) => {
          const given = { key, message, signature: new Uint8Array(sign(null, message, privateKey)) };
          expect(browser.verifyEd25519(given.key, given.message, given.signature)).toBe(true);
          const changed = Uint8Array.from(given[part]);
          const place = at % changed.length;
          changed[place] = (changed[place] ?? 0) ^ (1 << (at % 8));
          const forged: typeof given = Object.assign({ ...given }, { [part]: changed });
          expect(browser.verifyEd25519(forged.key, forged.message, forged.signature)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('say no, and never fail, for a key or a signature of another length', () => {
    const of = (length: number): Uint8Array => new Uint8Array(length);
    for (const [key, signature] of [
      [31, 64],
      [33, 64],
      [32, 63],
      [32, 65],
      [0, 0],
    ] as const)
      expect(browser.verifyEd25519(of(key), of(3), of(signature))).toBe(false);
  });
});
