import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeHosts, hostOf, raw, type TestHost } from './fixtures/host.js';
import type { HostExtension } from '../../infra/local/host/extension.js';

const steps: string[] = [];
const greeting: HostExtension = {
  claims: (trigger) => trigger.type === 'greetingTrigger',
  inputFor: (binding) =>
    binding.type === 'greetingClient' ? { json: JSON.stringify({ hello: binding.who }) } : undefined,
  routes: (request) => {
    if (!request.url.pathname.startsWith('/runtime/webhooks/greeting')) return Promise.resolve(undefined);
    const seen = { key: request.key, method: request.method, body: Buffer.from(request.body).toString() };
    return Promise.resolve(Response.json(seen, { status: 202, headers: { 'retry-after': '5' } }));
  },
  start: async ({ worker, baseUrl, systemKey }) => {
    const inputs = { greeting: { string: 'hello' } };
    const { returnValue } = await worker.invoke('greets', inputs);
    steps.push(`started at ${baseUrl} with ${systemKey}: ${returnValue?.string}`);
  },
  stop: () => {
    steps.push('stopped');
    return Promise.resolve();
  },
};

let host: TestHost;
beforeAll(async () => {
  host = await hostOf('extended-app.js', {
    extensions: [greeting],
    // Nothing listens there: a feed whose store is away waits for it.
    settings: { FEED: 'AccountEndpoint=http://127.0.0.1:9/;AccountKey=a2V5;' },
  });
});
afterAll(closeHosts);

test('an extension invokes the functions it claims and is told where the host is', () => {
  expect(steps).toEqual([`started at ${host.url} with ${host.systemKey}: hello yourself`]);
});

test('an extension fills its input bindings', async () => {
  expect((await raw(host.url, 'GET', '/api/asksClient')).text).toBe('{"hello":"Ada"}');
});

test('an extension answers its own paths and learns which key came', async () => {
  const ask = async (headers: Record<string, string>) => {
    const url = `${host.url}/runtime/webhooks/greeting`;
    const response = await fetch(url, { method: 'POST', body: 'hi', headers });
    expect([response.status, response.headers.get('retry-after')]).toEqual([202, '5']);
    return response.json();
  };
  expect(await ask({})).toEqual({ key: 'none', method: 'POST', body: 'hi' });
  expect(await ask({ 'x-functions-key': host.systemKey })).toMatchObject({ key: 'system' });
  expect(await ask({ 'x-functions-key': host.masterKey })).toMatchObject({ key: 'master' });
  expect((await raw(host.url, 'GET', '/runtime/webhooks/other')).status).toBe(404);
});

test('a binding that nothing drives is refused by name, never ignored', async () => {
  const log = () => host.lines.join('\n');
  expect(log()).toContain("The local host does not drive the trigger 'blobTrigger'.");
  expect(log()).toContain("The local host does not drive the output binding 'queue'.");
  expect((await raw(host.url, 'GET', '/api/writesQueue')).status).toBe(404);
  expect((await raw(host.url, 'GET', '/api/asksUnknown')).status).toBe(500);
  expect(log()).toContain("The local host does not drive the input binding 'unknownClient'.");
});

test('two change feeds over the same leases are refused', () => {
  expect(host.lines.join('\n')).toContain("'feed' has the same leases");
});

test('an extension stops with the host', async () => {
  await host.close();
  expect(steps.at(-1)).toBe('stopped');
});
