import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { keyToVerify } from '../../shared/core/ingest/signature.js';
import { thumbprintOf, withRevocations } from '../../shared/core/ingest/revoked-keys.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { millisOf } from '../../shared/core/kernel/time.js';
import type { Source, Tenant } from '../../schemas/tenant.js';
import { newSigner, source, tenantWith } from './intake.js';

const signers = ['a', 'b', 'c'].map((kid) => newSigner(kid));
const [validFrom, validUntil] = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'];
const keyOf = (at: number, over: Partial<Source['keys'][number]> = {}): Source['keys'][number] => {
  const signer = signers[at] ?? expect.fail('no such signer');
  return { kid: signer.kid, jwk: signer.jwk, validFrom, validUntil, ...over };
};
const sourceWith = (id: string, keys: Source['keys']) => source({ id, uri: `urn:agent-runtime:${id}`, keys });
const put = (tenant: Tenant, id: string, keys: Source['keys']): Tenant =>
  withRevocations(tenant, id, [...tenant.sources.filter((s) => s.id !== id), sourceWith(id, keys)]);

describe('a key that was revoked', () => {
  it('is known by the thumbprint that RFC 7638 gives it (its example for Ed25519 is RFC 8037, A.3)', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(thumbprintOf({ x, kty: 'OKP', crv: 'Ed25519' })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });

  it('verifies nothing received from then on, whatever lists are put afterwards, under any kid and source', () => {
    const instants = ['2026-05-01T00:00:00Z', '2026-05-01T00:00:00.5Z', '2026-05-01T03:00:00+02:00'];
    const listed = fc.record({
      signer: fc.nat(2),
      kid: fc.constantFrom('a', 'b', 'c', 'd'),
      revokedAt: fc.option(fc.constantFrom(...instants), { nil: undefined }),
    });
    const list = fc.uniqueArray(listed, { maxLength: 3, selector: ({ kid }) => kid });
    const puts = fc.array(fc.record({ id: fc.constantFrom('one', 'two'), list }), { maxLength: 12 });
    fc.assert(
      fc.property(puts, (steps) => {
        const revoked = new Map<string, number>();
        let tenant = tenantWith([]);
        for (const { id, list: keys } of steps) {
          try {
            tenant = put(
              tenant,
              id,
              keys.map(({ signer, kid, revokedAt }) =>
                keyOf(signer, { kid, ...(revokedAt === undefined ? {} : { revokedAt }) }),
              ),
            );
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
          const all = tenant.sources.flatMap((one) => one.keys.map((key) => ({ one, key })));
          for (const { key } of all)
            if (key.revokedAt !== undefined) {
              const known = revoked.get(thumbprintOf(key.jwk)) ?? Infinity;
              revoked.set(thumbprintOf(key.jwk), Math.min(known, millisOf(key.revokedAt)));
            }
          for (const { one, key } of all) {
            const since = revoked.get(thumbprintOf(key.jwk));
            if (since !== undefined)
              expect(() => keyToVerify(one, 'a..b', key.kid, since, '')).toThrow('revoked');
          }
        }
      }),
    );
  });

  it('is revoked in every source that lists it', () => {
    const shared = put(put(tenantWith([]), 'one', [keyOf(0)]), 'two', [keyOf(0, { kid: 'mine' })]);
    const revokedAt = '2026-06-01T00:00:00Z';
    const after = put(shared, 'one', [keyOf(0, { revokedAt })]);
    expect(after.sources.flatMap(({ keys }) => keys.map((key) => key.revokedAt))).toEqual([
      revokedAt,
      revokedAt,
    ]);
    expect(after.revokedKeys.map(({ source: id, kid }) => [id, kid])).toEqual([
      ['one', 'a'],
      ['two', 'mine'],
    ]);
  });

  it('makes room in the list for its successor, so that a list of revoked keys ends no rotation', () => {
    const revokedAt = '2026-06-01T00:00:00Z';
    let tenant = tenantWith([]);
    for (let turn = 0; turn < 20; turn++) {
      const { kid, jwk } = newSigner(`k${turn}`);
      tenant = put(tenant, 'one', [{ kid, jwk, validFrom, validUntil }]);
      tenant = put(tenant, 'one', [{ kid, jwk, validFrom, validUntil, revokedAt }]);
    }
    expect(put(tenant, 'one', [keyOf(0)]).revokedKeys).toHaveLength(20);
  });

  it('has its place kept: with a full record no key is registered, and each that is in use can still be revoked', () => {
    const revokedKeys = Array.from({ length: 998 }, (_, at) => ({
      source: 'old',
      kid: `k${at}`,
      thumbprint: `${at}`.padStart(43, 'x'),
      revokedAt: '2026-05-01T00:00:00Z',
    }));
    const full = put({ ...tenantWith([]), revokedKeys }, 'one', [keyOf(0), keyOf(1)]);
    expect(() => put(full, 'two', [keyOf(2)])).toThrow('at most 1000 keys');
    const revokedAt = '2026-06-01T00:00:00Z';
    const after = put(full, 'one', [keyOf(0, { revokedAt }), keyOf(1, { revokedAt })]);
    expect(after.revokedKeys).toHaveLength(1000);
    // A key that was never revoked needs no place once it is gone.
    expect(put(put(full, 'one', [keyOf(0)]), 'two', [keyOf(2)]).sources).toHaveLength(2);
  });
});
