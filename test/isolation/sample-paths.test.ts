import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startStack, type Stack } from '../http/stack.js';

/* Path tricks under the sample need the host that takes paths apart: the compiled app with a live tenant, and no token. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  const admin = await stack.issuer.token({ sub: 'admin', roles: ['admin'], tenants: ['acme'] });
  const body = JSON.stringify({ settings: { displayName: 'acme', timeZone: 'UTC' } });
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const created = await fetch(`${stack.url}/tenants/acme`, { method: 'PUT', headers, body });
  expect(created.status).toBe(201);
}, 60_000);
afterAll(() => stack.close());

/** One request whose path leaves as it stands here: what a library would tidy is the trick. */
const ask = (path: string): Promise<[number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.url);
    const sent = httpRequest({ hostname, port, method: 'GET', path, timeout: 30_000 }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => resolve([answer.statusCode, Buffer.concat(parts).toString()]));
    });
    sent.on('error', reject);
    sent.end();
  });

it('the sample answers to anyone, from the compiled app', async () => {
  const [status, text] = await ask('/api/sample/posture');
  expect([status, JSON.parse(text)]).toMatchObject([200, { sample: true, tenantId: 'sample' }]);
}, 60_000);

it.each([
  ['a step up', '/api/sample/../tenants/acme/posture'],
  ['an encoded step up', '/api/sample/%2e%2e/tenants/acme/posture'],
  ['an encoded slash', '/api/sample/..%2ftenants%2facme%2fposture'],
  ['a doubly encoded slash', '/api/sample/..%252ftenants%252facme%252fposture'],
  ['a backslash', '/api/sample/..\\tenants\\acme\\posture'],
  ['an empty step', '/api/sample//tenants/acme/posture'],
  ['the tenant below it', '/api/sample/tenants/acme/posture'],
  ['the tenant as a name', '/api/sample/agents/..%2f..%2ftenants%2facme'],
  ['a matrix parameter', '/api/sample/posture;tenantId=acme'],
  ['a null byte', '/api/sample/agents/acme%00'],
  ['a query', '/api/sample/posture?tenantId=acme'],
  ['a fragment', '/api/sample/posture%23/tenants/acme'],
])('with %s it leads to no live tenant', async (_, path) => {
  const [status, text] = await ask(path);
  expect([400, 401, 404]).toContain(status);
  expect(text).not.toMatch(/"displayName"|"verdict"/);
});
