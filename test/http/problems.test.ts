import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { answering } from '../../functions/http/http.js';
import type { PublicRoute, RouteHandler } from '../../functions/http/route.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { at, call, openDesk, type Asked } from './desk.js';

const echo = {
  method: 'POST',
  path: 'echo',
  access: { public: 'a route of this test' },
  summary: 'Echo.',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  body: z.strictObject({ name: z.string() }),
  answers: { 200: { description: 'What was sent.' } },
} as const satisfies PublicRoute;
const echoing: RouteHandler<typeof echo> = ({ body, query }) =>
  Promise.resolve({ status: 200, body: { ...body, ...query } });
const post = (asked: Asked) => call(openDesk(), 'echo', echo, echoing, asked);

const codeOf = async (asked: Asked): Promise<unknown[]> => {
  const { status, json } = await post(asked);
  return [status, at(json, 'code')];
};

describe('a request that does not match the contract', () => {
  it('is refused by name of what is wrong, never a failure of the service', async () => {
    expect(await codeOf({})).toEqual([400, 'empty_body']);
    expect(await codeOf({ body: '', contentType: 'application/json' })).toEqual([400, 'empty_body']);
    expect(await codeOf({ body: '{"name":' })).toEqual([400, 'malformed_json']);
    expect(await codeOf({ body: '{"name":"a"}', contentType: 'text/plain' })).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await codeOf({ body: '{"name":"a"}', contentType: 'application/json; charset=utf-16' })).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await codeOf({ body: '\ufeff{"name":"a"}' })).toEqual([400, 'malformed_json']);
    expect(await codeOf({ body: { name: 'x'.repeat(1024 * 1024) } })).toEqual([413, 'body_too_large']);
    expect(await codeOf({ body: '{"name":"a","__proto__":{}}' })).toEqual([422, 'forbidden_member']);
    expect(await codeOf({ body: '{"name":9007199254740993}' })).toEqual([422, 'number_out_of_range']);
    expect(await codeOf({ body: '{"name":"\\ud800"}' })).toEqual([422, 'text_not_unicode']);
    expect(await codeOf({ body: `${'['.repeat(40)}${']'.repeat(40)}` })).toEqual([422, 'too_deep']);
    expect(await codeOf({ body: { name: 1 } })).toEqual([400, 'invalid_request']);
  });

  it('points to each fault of the body, without the values that were sent', async () => {
    const { json, text } = await post({ body: { name: 7, secret: 'hunter2' } });
    expect(at(json, 'errors')).toHaveLength(2);
    expect(at(json, 'errors', 0, 'pointer')).toBe('/name');
    expect(text).not.toContain('hunter2');
  });

  it('is refused where a member stands twice, of which another reader would take the first', async () => {
    const { status, json } = await post({ body: '{"name":"shown","name":"taken"}' });
    expect([status, at(json, 'code'), at(json, 'pointer')]).toEqual([400, 'malformed_json', '/name']);
    const odd = await post({ body: '{"a b":1,"\\u0061 b":2}' });
    expect([at(odd.json, 'code'), odd.text.includes('a b')]).toEqual(['malformed_json', false]);
  });

  it('is refused for query parameters that are unknown, repeated, empty or out of range', async () => {
    const body = { name: 'a' };
    for (const query of [
      { limits: '1' },
      { limit: '1,2' },
      { limit: '' },
      { limit: '0' },
      { limit: '201' },
    ]) {
      const { status, json } = await post({ body, query });
      expect([status, at(json, 'code')]).toEqual([400, 'invalid_request']);
      expect(String(at(json, 'detail'))).toContain(Object.keys(query)[0]);
    }
    expect((await post({ body })).json).toEqual({ name: 'a', limit: 50 });
  });

  it('is read alike whether its body comes whole or in chunks', async () => {
    const handler = answering(openDesk(), 'echo', echo, echoing);
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of ['{"na', 'me":', '"a"}']) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    const request = new HttpRequest({
      method: 'POST',
      url: 'http://127.0.0.1/api/echo',
      body: { string: 'x' },
    });
    Object.defineProperty(request, 'body', { value: chunks });
    Object.defineProperty(request, 'arrayBuffer', { value: () => new Response(chunks).arrayBuffer() });
    request.headers.set('content-type', 'application/json');
    const answer = await handler(request, new InvocationContext());
    expect(JSON.parse(answer.body as string)).toEqual({ name: 'a', limit: 50 });
  });
});

describe('an outcome', () => {
  const failing = (error: Error) => {
    const desk = openDesk();
    const handler: RouteHandler<typeof echo> = () => Promise.reject(error);
    return { desk, told: call(desk, 'echo', echo, handler, { body: { name: 'a' } }) };
  };

  it('that the store cannot take now says when to come back', async () => {
    const told = await failing(new StoreUnavailable('throttled', 1_200)).told;
    expect([told.status, told.headers['Retry-After'], at(told.json, 'code')]).toEqual([
      503,
      '2',
      'store_unavailable',
    ]);
    expect(told.text).not.toContain('throttled');
  });

  it('that nobody foresaw tells the caller nothing, and telemetry the kind of error alone', async () => {
    const { desk, told } = failing(new RangeError('secret of acme'));
    const { status, text } = await told;
    expect([status, JSON.parse(text)]).toEqual([
      500,
      {
        type: 'urn:aispm:problem:internal',
        title: 'The service failed',
        status: 500,
        code: 'internal',
        detail: 'the failure has been recorded',
      },
    ]);
    expect(desk.telemetry.lines.map((line) => line.fields['error'])).toEqual(['RangeError']);
    expect(JSON.stringify(desk.telemetry.lines)).not.toContain('secret');
  });

  it('of whatever kind carries the headers that keep it from being taken for a page', async () => {
    const answers = await Promise.all([
      post({ body: { name: 'a' } }),
      post({}),
      failing(new Error('x')).told,
      failing(new Refusal('conflict', 'no')).told,
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 400, 500, 409]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
        'Referrer-Policy': 'no-referrer',
      });
    }
  });
});
