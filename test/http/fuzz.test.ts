import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ProblemCode } from '../../schemas/problem.js';
import { decisionEvent, runtimeUri } from '../ingest/intake.js';
import { batch, json, openSender, refusalOf, structured, type Asked, type Sender } from './sender.js';

/*
 * Admission as the network sees it: real requests to the compiled app. Whatever comes in is answered, by a receipt or by a
 * problem with a known code, never by a failure of the service.
 */

let sender: Sender;
let post: Sender['post'];
beforeAll(async () => {
  sender = await openSender();
  post = sender.post;
}, 60_000);
afterAll(() => sender.stack.close());

const event = (over: Record<string, unknown> = {}, data: Record<string, unknown> = {}) =>
  decisionEvent({ time: new Date().toISOString(), ...over }, data);
const text = (value: unknown): string => JSON.stringify(value);
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
/** The event's text with a member in it that `JSON.stringify` would not write. */
const withMember = (member: string): string => text(event()).replace('"ran":false', member);
const day = 24 * 60 * 60 * 1000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

describe('bad input over HTTP', () => {
  it.each<[string, () => Asked, number, ProblemCode]>([
    ['malformed JSON', () => ({ body: '{"specversion":' }), 400, 'malformed_json'],
    ['bytes that are not UTF-8', () => ({ body: Uint8Array.of(0x22, 0xff, 0x22) }), 400, 'malformed_json'],
    ['malformed JSON in chunks', () => ({ body: '{"specversion":', chunk: 2 }), 400, 'malformed_json'],
    [
      'a wrong content type',
      () => ({ body: text(event()), type: 'text/plain' }),
      415,
      'unsupported_media_type',
    ],
    ['no content type', () => ({ body: text(event()), type: null }), 415, 'unsupported_media_type'],
    [
      'a content type twice',
      () => ({ body: '{}', headers: { 'content-type': `${json}, ${json}` } }),
      415,
      'unsupported_media_type',
    ],
    ['an empty body', () => ({}), 400, 'empty_body'],
    ['an empty body in chunks', () => ({ chunk: 1 }), 400, 'empty_body'],
    ['an empty batch', () => ({ body: '[]', type: batch }), 400, 'empty_body'],
    ['a batch that is no array', () => ({ body: '{}', type: batch }), 400, 'invalid_request'],
    ['a body over 1 MB', () => ({ body: ' '.repeat(1024 * 1024 + 1) }), 413, 'body_too_large'],
    [
      'a body over 1 MB in chunks',
      () => ({ body: ' '.repeat(1024 * 1024 + 1), chunk: 65_536 }),
      413,
      'body_too_large',
    ],
    ['a batch of 501', () => ({ body: text(Array(501).fill(1)), type: batch }), 413, 'batch_too_large'],
    ['no token', () => ({ body: text(event()), token: null }), 401, 'unauthenticated'],
    ['a token that is none', () => ({ body: text(event()), token: 'a.b.c' }), 401, 'unauthenticated'],
    [
      'a role that may not post',
      () => ({ body: text(event()), token: sender.tokens.viewer }),
      403,
      'forbidden',
    ],
    ['a tenant that does not exist', () => ({ body: text(event()), tenant: 'nobody' }), 404, 'not_found'],
    ['a tenant id that is none', () => ({ body: text(event()), tenant: '%5B__proto__' }), 404, 'not_found'],
    [
      'a foreign tenant in the path',
      () => ({ body: text(event()), token: sender.tokens.stranger }),
      404,
      'not_found',
    ],
    [
      'a foreign tenant in the event',
      () => ({ body: text(event({ tenantid: 'globex' })) }),
      422,
      'tenant_mismatch',
    ],
    [
      'an unknown type',
      () => ({ body: text(event({ type: 'aispm.weather.changed' })) }),
      422,
      'unknown_type',
    ],
    [
      'a time in the far future',
      () => ({ body: text(event({ time: inDays(4_000) })) }),
      422,
      'time_in_future',
    ],
    ['a time in the far past', () => ({ body: text(event({ time: inDays(-9_000) })) }), 422, 'time_too_old'],
    ['deep nesting', () => ({ body: withMember(`"ran":${nested(40)}`) }), 422, 'too_deep'],
    ['nesting as deep as a body holds', () => ({ body: nested(500_000), type: json }), 422, 'too_deep'],
    [
      'an integer beyond 2^53',
      () => ({ body: withMember('"ran":9007199254740993') }),
      422,
      'number_out_of_range',
    ],
    ['a lone surrogate', () => ({ body: withMember('"note":"\\ud800"') }), 422, 'text_not_unicode'],
    [
      'a __proto__ member',
      () => ({ body: withMember('"__proto__":{"admin":true}') }),
      422,
      'forbidden_member',
    ],
    [
      'a constructor member',
      () => ({ body: withMember('"constructor":{"prototype":{}}') }),
      422,
      'forbidden_member',
    ],
  ])('%s', async (_name, asked, status, code) => {
    expect(refusalOf(await post(asked()))).toEqual([status, code]);
  });

  it('the same id with another body is a conflict, and with the same body a duplicate', async () => {
    const time = new Date().toISOString();
    const first = event({ id: 'twin', time });
    expect(refusalOf(await post({ body: text(first) }))).toEqual([202, null]);
    expect(refusalOf(await post({ body: text(first) }))).toEqual([202, null]);
    const other = event({ id: 'twin', time }, { severity: 'low' });
    expect(refusalOf(await post({ body: text(other) }))).toEqual([422, 'id_conflict']);
  });

  it('a good event is taken however it is framed', async () => {
    const whole = text(event({ id: 'in-chunks' }));
    expect(refusalOf(await post({ body: whole, chunk: 7 }))).toEqual([202, null]);
    const { data, ...attributes } = event({ id: 'in-headers' });
    const headers = Object.fromEntries(Object.entries(attributes).map(([k, v]) => [`ce-${k}`, String(v)]));
    expect(refusalOf(await post({ body: text(data), type: json, headers }))).toEqual([202, null]);
  });

  it('a foreign tenant is answered to the byte like one that does not exist', async () => {
    const [foreign, absent] = await Promise.all([
      post({ body: text(event()), token: sender.tokens.stranger }),
      post({ body: text(event()), tenant: 'nobody' }),
    ]);
    expect(foreign).toEqual(absent);
  });
});

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('\ud800', '__proto__', '', 'aispm.decision.recorded', -0, 1e308, 2 ** 60, null),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const members = [
  'specversion',
  'type',
  'id',
  'source',
  'time',
  'tenantid',
  'environment',
  'signature',
  'data',
];
const dataMembers = ['decision', 'mode', 'policy', 'surface', 'risks', 'agent', 'severity', 'ran', 'target'];

/** A valid event with one place of it replaced, added or, where the value is undefined, removed. */
const mutated = fc
  .record({
    number: fc.nat({ max: 50 }),
    change: fc.tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...members, ...dataMembers) }, fc.string()),
      fc.option(hostile, { nil: undefined, freq: 4 }),
    ),
  })
  .map(({ number, change: [member, value] }) =>
    members.includes(member)
      ? { ...event({ id: `fuzz-${number}` }), [member]: value }
      : event({ id: `fuzz-${number}` }, { [member]: value }),
  );

const bodies = fc.oneof(
  { weight: 4, arbitrary: mutated.map((value) => text(value)) },
  { weight: 3, arbitrary: fc.array(mutated, { minLength: 1, maxLength: 4 }).map((list) => text(list)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.constantFrom('', 'null', '[[]]', ' '.repeat(1024 * 1024 + 1)) },
);
/** What Node lets out in a header value. */
const headerText = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((c) => c !== 0x7f)
      .map((c) => String.fromCharCode(c)),
  }),
  fc.constantFrom('%', '%zz', '%ff', '%00', '1.0', 'aispm.decision.recorded', '__proto__', runtimeUri),
);
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    ...['specversion', 'type', 'id', 'source', 'time', 'tenantid', '__proto__', 'signature'].map(
      (n) => `ce-${n}`,
    ),
    ...['accept', 'content-encoding', 'traceparent', 'x-forwarded-for', 'range', 'if-match', 'cookie'],
  ),
  fc.oneof(headerText, fc.array(headerText, { minLength: 2, maxLength: 3 })),
  { noNullPrototype: true },
);
const types = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string | null>(structured, batch, json) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string | null>(null, '', 'text/html', `${json}; charset=utf-16`, ';'),
  },
);
const bearers = fc.oneof(
  { weight: 20, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(null, '', 'x', 'a.b.c', 'é') },
);
const chunks = fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined, freq: 3 });

describe('whatever is posted over HTTP', () => {
  it('is answered by a receipt or by a problem with a known code, and by no failure', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        bodies,
        types,
        oddHeaders,
        chunks,
        bearers,
        async (body, type, headers, chunk, token) => {
          const binary = headers['ce-specversion'] === undefined ? {} : { type: json };
          const asked = {
            body,
            type,
            headers,
            ...(chunk && { chunk }),
            ...(token !== undefined && { token }),
          };
          const told = await post({ ...asked, ...binary });
          statuses.add(told.status);
          expect(told.status).toBeLessThan(500);
          refusalOf(told);
        },
      ),
      { numRuns: 400 },
    );
    // It got as far as every stage of admission.
    expect([...statuses]).toEqual(expect.arrayContaining([202, 400, 401, 415, 422]));
  }, 180_000);

  it('leaves the service up, and no failure in its log', async () => {
    expect(refusalOf(await post({ body: text(event({ id: 'afterwards' })) }))).toEqual([202, null]);
    expect(sender.stack.lines.filter((line) => /^error|request_failed/.test(line))).toEqual([]);
  });
});
