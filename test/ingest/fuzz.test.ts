import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { admitEventGrid } from '../../shared/usecases/ingest/admit-event-grid.js';
import { decisionEvent, newSigner, openDesk, runtimeUri, signerUri, source, tenantWith } from './intake.js';

const folder = new URL('../fixtures/cavra/', import.meta.url);
const fixtures = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown,
);
const { kid, jwk } = newSigner('k');
const key = { kid, jwk, validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const tenant = tenantWith([
  source({ id: 'runtime', uri: runtimeUri }),
  source({ id: 'signed', uri: signerUri, keys: [key] }),
  source({ id: 'cavra', uri: 'urn:cavra:cc-build-1' }),
]);

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '\ud800',
    '__proto__',
    '',
    'aispm.decision.recorded',
    'psn:x',
    'password=x',
    'a@b.co',
    1e308,
    -0,
    2 ** 60,
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

/** A valid document with one place of it replaced, removed or added to: what slips past a first check. */
const mutated = fc
  .tuple(
    fc.constantFrom(decisionEvent(), decisionEvent({ source: signerUri }), ...fixtures),
    fc.nat(),
    hostile,
    fc.string(),
  )
  .map(([document, place, value, name]) => {
    const copy = structuredClone(document) as Record<string, unknown>;
    const members = Object.keys(copy);
    const member = members[place % members.length] ?? 'data';
    const inner = copy[member];
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && place % 3 > 0) {
      const names = [...Object.keys(inner), name];
      Object.assign(inner, { [names[place % names.length] ?? name]: value });
    } else if (place % 2 === 0) copy[member] = value;
    else Reflect.deleteProperty(copy, member);
    return copy;
  });

const bodies = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(mutated, { minLength: 1, maxLength: 4 }).map((list) => utf8(JSON.stringify(list))),
  },
  { weight: 3, arbitrary: mutated.map((value) => utf8(JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.json().map(utf8) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);
const contentTypes = fc.constantFrom(
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json; charset=latin1',
  'text/html',
  null,
);
const headers = fc.dictionary(
  fc.constantFrom('ce-specversion', 'ce-type', 'ce-id', 'ce-__proto__', 'x'),
  fc.string(),
);

describe('whatever is posted', () => {
  it('is answered by a receipt or a refusal, never by a failure', async () => {
    const desk = await openDesk(tenant);
    await fc.assert(
      fc.asyncProperty(bodies, contentTypes, headers, async (body, contentType, extra) => {
        const answer = await desk
          .post(body, { contentType, headers: extra })
          .catch((error: unknown) => error);
        if (answer instanceof Refusal) return;
        expect(answer).toHaveProperty('accepted');
      }),
      { numRuns: 1500 },
    );
  });

  it('and whatever Event Grid delivers is recorded, never thrown', async () => {
    const desk = await openDesk(tenant);
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, hostile), (event) => admitEventGrid(desk, event)),
      { numRuns: 500 },
    );
  });
});
