import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { EvidenceEvent } from '../../schemas/evidence.js';
import type { Source } from '../../schemas/tenant.js';
import { widenings, withSource } from '../../shared/core/ingest/registration.js';
import { thumbprintOf } from '../../shared/core/ingest/revoked-keys.js';
import { checkRules, provenanceOf } from '../../shared/core/ingest/rules.js';
import { keyToVerify, signerOf } from '../../shared/core/ingest/signature.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { decisionEvent, newSigner, now, source, tenantWith } from './intake.js';

const signers = ['a', 'b', 'c'].map((kid) => newSigner(kid));
const instants = ['2026-05-01T00:00:00Z', '2026-06-01T11:00:00Z', '2026-06-01T13:00:00Z'] as const;
const uris = ['urn:one', 'urn:two'] as const;
const environments = ['dev', 'test', 'staging', 'production', 'sandbox'] as const;

const key = fc.record({
  signer: fc.nat(2),
  kid: fc.constantFrom('a', 'b'),
  validFrom: fc.constantFrom(...instants),
  validUntil: fc.constantFrom('2026-06-01T12:30:00Z', '2027-01-01T00:00:00Z'),
  revokedAt: fc.option(fc.constantFrom(...instants), { nil: undefined }),
});
const registration = fc
  .record({
    uri: fc.constantFrom(...uris),
    connectorType: fc.constantFrom('custom', 'claude_code'),
    provenance: fc.constantFrom('live', 'live', 'sample'),
    environments: fc.uniqueArray(fc.constantFrom(...environments), { minLength: 1 }),
    eventTypes: fc.uniqueArray(
      fc.constantFrom('runtime', 'decision.recorded', 'session.recorded', 'exception.granted'),
      { minLength: 1 },
    ),
    keys: fc.uniqueArray(key, { maxLength: 2, selector: ({ kid }) => kid }),
  })
  .map(({ keys, ...rest }) =>
    source({
      id: 'one',
      ...(rest as Omit<Source, 'id' | 'keys'>),
      keys: keys.map(({ signer, revokedAt, ...valid }) => ({
        ...valid,
        jwk: signers[signer]?.jwk ?? expect.fail('no such signer'),
        ...(revokedAt === undefined ? {} : { revokedAt }),
      })),
    }),
  );
const post = fc.record({
  uri: fc.constantFrom(...uris),
  name: fc.constantFrom('decision.recorded', 'session.recorded', 'exception.granted'),
  environment: fc.constantFrom(...environments, undefined),
  /** Which key signs it, and under which name; null where none does. */
  signed: fc.option(fc.record({ signer: fc.nat(2), kid: fc.constantFrom('a', 'b') })),
  time: fc.constantFrom('2026-04-30T00:00:00Z', '2026-05-15T00:00:00Z', '2026-06-01T11:59:00Z'),
});
type Post = typeof post extends fc.Arbitrary<infer P> ? P : never;

/** What admission makes of a post that counts: which key signed it, if any, and whether that makes it trusted; else null. */
function counted(
  registered: Source,
  { uri, name, environment, signed, time }: Post,
): { kid: string | null; trusted: boolean } | null {
  const event = {
    ...decisionEvent({ source: uri, time, ...(environment === undefined ? {} : { environment }) }),
  } as EvidenceEvent;
  try {
    const found = checkRules({ name: name, event }, tenantWith([registered]), now, '');
    const signature = signed === null ? undefined : 'a..b';
    const verifies = keyToVerify(found, signature, signed?.kid ?? null, now, '');
    if (verifies !== null && thumbprintOf(verifies.jwk) !== thumbprintOf(jwkOf(signed?.signer))) return null;
    if (provenanceOf(found, event) === 'sample') return null;
    const signer = verifies === null ? null : signerOf(verifies, event, now);
    return { kid: signer?.kid ?? null, trusted: signer?.validAtTime === true };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
const jwkOf = (signer = -1) => signers[signer]?.jwk ?? expect.fail('nobody signed it');

it('what one person changes about a source lets nothing in that was kept out, nor makes more of what is let in', () => {
  let narrowed = 0;
  fc.assert(
    fc.property(
      registration,
      registration,
      fc.array(post, { minLength: 8, maxLength: 8 }),
      (before, wish, posts) => {
        // Some wishes differ in one member alone, so that many only take from the source.
        const fewer = { ...before, keys: before.keys.slice(1) };
        for (const next of [wish, fewer, { ...before, eventTypes: wish.eventTypes }]) {
          if (widenings(before, next).length > 0) continue;
          let placed: Source;
          try {
            const tenant = withSource(withSource(tenantWith([]), before), next);
            placed = tenant.sources[0] ?? expect.fail('it is gone');
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
            continue;
          }
          narrowed += 1;
          for (const one of posts) {
            const [was, is] = [counted(before, one), counted(placed, one)];
            if (is === null) continue;
            expect(was?.kid).toBe(is.kid);
            if (is.trusted) expect(was?.trusted).toBe(true);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(narrowed).toBeGreaterThan(50);
});
