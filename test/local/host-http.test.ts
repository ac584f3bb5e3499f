import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeHosts, fixture, hostOf, newFolder, raw, type TestHost } from './fixtures/host.js';
import { startHost } from '../../infra/local/host/host.js';

type Described = {
  function: string;
  url: string;
  params: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: string | null;
};

let host: TestHost;
const seen = async (target: string, method = 'GET'): Promise<Described> =>
  JSON.parse((await raw(host.url, method, target)).text) as Described;
const status = async (method: string, target: string, headers = {}): Promise<number> =>
  (await raw(host.url, method, target, headers)).status;

beforeAll(async () => {
  host = await hostOf('http-app.js', { settings: { A_SETTING: 'from the settings' } });
});
afterAll(closeHosts);

describe('routing', () => {
  test.each([
    ['GET', '/api', 404],
    ['GET', '/api/', 404],
    ['GET', '/favicon.ico', 404],
    ['GET', '/api/unknown', 404],
    ['POST', '/api/get-only', 404],
    ['HEAD', '/api/get-only', 404],
    ['HEAD', '/api/head-too', 200],
    ['OPTIONS', '/api/get-only', 404],
    ['OPTIONS', '/api/with-options', 200],
    ['GET', '/api//get-only', 404],
    ['GET', '/api/get-only/', 200],
    ['GET', '/API/Get-Only', 200],
    ['GET', '/api/defaultroute', 200],
    ['POST', '/api/DEFAULTROUTE', 200],
    ['PUT', '/api/defaultroute', 404],
    ['GET', '/api/p', 404],
    ['GET', '/api/p/a/b/c', 404],
    ['GET', '/api/n/x', 404],
    ['GET', '/api/p/a%00b', 400],
    ['GET', `/api/p/${'a'.repeat(9000)}`, 414],
  ])('%s %s is answered %i', async (method, target, expected) => {
    expect(await status(method, target)).toBe(expected);
  });

  test.each([
    ['/api/p/A', 'optional', { id: 'A' }],
    ['/api/p/a/b', 'optional', { id: 'a', opt: 'b' }],
    ['/api/echo', 'rest', {}],
    ['/api/echo/', 'rest', {}],
    ['/api/echo/a/b', 'rest', { rest: 'a/b' }],
    ['/api/n/12', 'number', { id: '12' }],
    ['/api/q/lit', 'literal', {}],
    ['/api/q/other', 'parameter', { p: 'other' }],
    ['/api/./x/../get-only', 'getOnly', {}],
  ])('%s reaches %s', async (target, name, params) => {
    expect(await seen(target)).toMatchObject({ function: name, params });
  });

  test('one route is dispatched by method, and of two that want the same method the first keeps it', async () => {
    expect(await seen('/api/items/1', 'GET')).toMatchObject({ function: 'itemGet' });
    expect(await seen('/api/items/1', 'PUT')).toMatchObject({ function: 'itemPut' });
    expect(await status('DELETE', '/api/items/1')).toBe(404);
    expect(host.lines.join('\n')).toContain("The 'late' function is in error");
  });

  test('a route of the host itself or a name that is none puts only that function in error', async () => {
    expect(await status('GET', '/api/admin/mine')).toBe(404);
    expect(host.lines.join('\n')).toContain("The 'builtIn' function is in error");
    expect(host.lines.join('\n')).toContain("'bad name' is not a valid function name.");
  });

  test.each([
    ['a%2Fb', 'a%2Fb', 'a%2Fb'],
    ['a%252Fb', 'a%2Fb', 'a%252Fb'],
    ['%E2%82%AC%20x+y', '€ x+y', '%E2%82%AC%20x+y'],
    ['a%3Fb%23c', 'a?b#c', 'a%3Fb%23c'],
    ['%zz', '%zz', '%25zz'],
    ['%C3%28', '%C3(', '%C3%28'],
    ['a;v=1,2', 'a;v=1,2', 'a;v=1,2'],
  ])('the segment %s arrives as %s', async (sent, id, inUrl) => {
    const { params, url } = await seen(`/api/p/${sent}`);
    expect(params.id).toBe(id);
    expect(url).toBe(`${host.url}/api/p/${inUrl}`);
  });
});

describe('the request', () => {
  test('repeated query names collapse, and plus and %20 are spaces', async () => {
    expect((await seen('/api/get-only?x=1&x=2&z&s=a+b%20c')).query).toEqual([
      ['x', '1,2'],
      ['z', ''],
      ['s', 'a b c'],
    ]);
  });

  test('a Host header that is no host is refused', async () => {
    for (const name of ['a/b', 'user@host', 'a?b']) {
      expect(await status('GET', '/api/get-only', { Host: name })).toBe(400);
    }
  });

  test('repeated headers join with a comma and forwarding headers leave the URL alone', async () => {
    const headers = { 'X-Twice': ['1', '2'], Host: 'elsewhere.example', 'X-Forwarded-Host': 'not.this' };
    const { text } = await raw(host.url, 'GET', '/api/get-only', headers);
    const { url, headers: received } = JSON.parse(text) as Described;
    expect(received['x-twice']).toBe('1,2');
    expect(url).toBe('http://elsewhere.example/api/get-only');
  });

  test('a body arrives, also one sent in chunks; an empty one is null', async () => {
    const post = async (init: RequestInit): Promise<string | null> =>
      ((await (await fetch(`${host.url}/api/post`, { method: 'POST', ...init })).json()) as Described).body;
    expect(await post({ body: 'whole' })).toBe('whole');
    expect(
      await post({ body: ReadableStream.from([Buffer.from('in '), Buffer.from('chunks')]), duplex: 'half' }),
    ).toBe('in chunks');
    expect(await post({ body: '' })).toBeNull();
    expect(await post({})).toBeNull();
  });

  test('one byte more than 100 MiB is answered 500 and the connection closed', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
      socket.write('POST /api/post HTTP/1.1\r\nHost: h\r\nContent-Length: 104857601\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('settings are the environment of the app', async () => {
    expect((await raw(host.url, 'GET', '/api/setting')).text).toBe('from the settings');
  });
});

describe('the outcome of a handler', () => {
  test.each([
    ['throws', 500, ''],
    ['text', 500, ''],
    ['nothing', 204, ''],
    ['empty', 200, ''],
    ['json', 200, '{"euro":"€"}'],
    ['nulljson', 200, ''],
    ['plain', 200, 'x'],
    ['nocontent', 204, ''],
    ['textstatus', 201, ''],
    ['badstatus', 500, ''],
    ['redirect', 302, ''],
  ])('%s is answered %i with %j', async (name, expected, text) => {
    expect(await raw(host.url, 'GET', `/api/outcome/${name}`)).toMatchObject({ status: expected, text });
  });

  test('types, lengths and cookies go out as the real host sends them', async () => {
    const headersOf = async (name: string) => (await raw(host.url, 'GET', `/api/outcome/${name}`)).headers;
    expect(await headersOf('json')).toMatchObject({
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    });
    expect(await headersOf('plain')).toMatchObject({ 'content-type': 'text/plain;charset=UTF-8' });
    expect(await headersOf('empty')).toMatchObject({ 'content-length': '0' });
    expect(await headersOf('redirect')).toMatchObject({ location: '/elsewhere' });
    expect((await headersOf('cookies'))['set-cookie']).toEqual([
      'a=v%201%3B%C3%A9; max-age=60; path=/; secure; samesite=lax; httponly',
      'b=2; path=/x',
    ]);
    const binary = await fetch(`${host.url}/api/outcome/bytes`);
    expect(binary.headers.get('content-type')).toBeNull();
    expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([0, 255, 128]);
  });

  test.each(['readable', 'webStream'])('a %s body reaches the client chunk by chunk', async (name) => {
    const response = await fetch(`${host.url}/api/${name}`);
    const reader = response.body?.getReader();
    const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toBe('data: one\n\n');
    await fetch(`${host.url}/api/release`);
    expect(await next()).toBe('data: two\n\n');
    expect(await next()).toBe('');
  });

  test('a stream ends when its client goes away, and none holds up the closing of the host', async () => {
    const client = new AbortController();
    const gone = await fetch(`${host.url}/api/endless`, { signal: client.signal });
    await gone.body?.getReader().read();
    client.abort();
    expect((await raw(host.url, 'GET', '/api/endlessEnded')).text).toBe('cancelled');

    const other = await hostOf('http-app.js');
    const reader = (await fetch(`${other.url}/api/endless`)).body?.getReader();
    await reader?.read();
    await Promise.all([other.close(), expect(reader?.read()).rejects.toThrow()]);
  });

  test('a body that breaks cuts the connection, so that nobody takes it for whole', async () => {
    await expect(raw(host.url, 'GET', '/api/breaking')).rejects.toThrow();
  });

  test('a retry policy is honoured before the answer', async () => {
    const { text } = await raw(host.url, 'GET', '/api/retried');
    expect(JSON.parse(text)).toMatchObject({
      attempts: 3,
      retryContext: { retryCount: 2, maxRetryCount: 2, exception: { message: 'attempt 2' } },
    });
  });
});

test('a port in use is refused by its number', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const state = await newFolder();
  const start = startHost({ port, entry: fixture('http-app.js'), state, settings: {}, log: () => undefined });
  await expect(start).rejects.toThrow(String(port));
  await new Promise((resolve) => other.close(resolve));
});
