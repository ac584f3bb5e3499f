import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeHosts, hostOf, type TestHost } from './fixtures/host.js';

let host: TestHost;
beforeAll(async () => {
  host = await hostOf('events-app.js');
});
afterAll(closeHosts);

type Send = { query?: string; method?: string; headers?: Record<string, string> };
const send = async (
  body: unknown,
  { query = 'functionName=events', method = 'POST', headers = {} }: Send = {},
) => {
  const response = await fetch(`${host.url}/runtime/webhooks/EventGrid?${query}`, {
    method,
    headers: { 'x-functions-key': host.systemKey, 'aeg-event-type': 'Notification', ...headers },
    ...(method !== 'GET' &&
      method !== 'OPTIONS' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
type Received = { received: Record<string, unknown>[]; most: number };
const received = async (): Promise<Received> =>
  (await (await fetch(`${host.url}/api/received`)).json()) as Received;

describe('deliveries', () => {
  test('the events of one delivery run in parallel and all have ended when it is answered', async () => {
    const events = [1, 2, 3].map((id) => ({ id, group: 'g', size: 3 }));
    expect(await send(events)).toMatchObject({ status: 202, text: '' });
    const { received: all, most } = await received();
    expect(most).toBe(3);
    expect(
      all.map(({ event, ended }) => (event as { id: number } | undefined)?.id ?? -Number(ended)),
    ).toEqual([1, 2, 3, -1, -2, -3]);
  });

  test('one failing event fails the delivery after all have run', async () => {
    const events = [
      { id: 'bad', fail: true },
      { id: 'good-1', group: 'h', size: 2 },
      { id: 'good-2', group: 'h', size: 2 },
    ];
    expect(await send(events)).toMatchObject({
      status: 500,
      text: 'Exception while executing function: Functions.events',
    });
    const ended = (await received()).received.map((one) => one.ended);
    expect(ended).toEqual(expect.arrayContaining(['good-1', 'good-2']));
    expect(ended).not.toContain('bad');
  });

  test.each([
    ['application/cloudevents+json', { id: 'ce-1', specversion: '1.0', tenantid: 't', data: { a: 1 } }],
    ['application/cloudevents-batch+json', [{ id: 'ce-2', specversion: '1.0', data: { a: 2 } }]],
    ['text/plain', { id: 'plain', eventTime: '2026-01-01T00:00:00Z', data: { a: 3 } }],
  ])('%s is handed over verbatim, with its data as metadata', async (type, body) => {
    expect((await send(body, { headers: { 'content-type': type } })).status).toBe(202);
    const event = Array.isArray(body) ? body[0] : body;
    expect((await received()).received).toContainEqual({ event, metadata: { data: event?.data } });
  });

  test('a trigger of cardinality many gets one array', async () => {
    const events = [{ id: 'm1', data: 1 }, { id: 'm2' }];
    expect((await send(events, { query: 'functionName=manyEvents' })).status).toBe(202);
    expect((await received()).received).toContainEqual({ events, metadata: { data: [1, null] } });
  });

  test.each([
    ['an empty array', '[]', 202],
    ['no body', '', 500],
    ['malformed JSON', '[{', 500],
    ['an array of numbers', '[1]', 500],
    ['a string', '"x"', 500],
  ])('%s is answered', async (_what, body, expected) => {
    expect((await send(body)).status).toBe(expected);
  });

  test('the function is looked for by its exact name', async () => {
    for (const name of ['Events', 'unknown', 'received', '']) {
      expect(await send([], { query: `functionName=${name}` })).toMatchObject({
        status: 404,
        text: `cannot find function: '${name}'`,
      });
    }
  });

  test('other event types and methods', async () => {
    expect((await send([], { headers: { 'aeg-event-type': 'Other' } })).status).toBe(400);
    expect((await send([], { headers: { 'aeg-event-type': 'UNSUBSCRIBE' } })).status).toBe(202);
    expect((await send([], { method: 'GET' })).status).toBe(400);
    expect((await send([], { method: 'PUT' })).status).toBe(202);
  });
});

describe('handshakes and keys', () => {
  const validation = { headers: { 'aeg-event-type': 'SubscriptionValidation' } };

  test('a subscription is validated by its code', async () => {
    const answer = await send([{ id: 'v', data: { validationCode: 'CODE' } }], validation);
    expect(answer).toMatchObject({ status: 200, text: '{"validationResponse":"CODE"}' });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await send([], validation)).status).toBe(500);
    expect((await send([{ data: {} }], validation)).status).toBe(500);
  });

  test('the CloudEvents handshake names its origin', async () => {
    const answer = await send('', { method: 'OPTIONS' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
    expect((await send('', { method: 'OPTIONS', headers: { 'x-functions-key': 'wrong' } })).status).toBe(401);
  });

  test('only the system key and the master key open the webhook', async () => {
    const withKey = async (key: string) => (await send([], { headers: { 'x-functions-key': key } })).status;
    expect(await withKey(host.masterKey)).toBe(202);
    expect(await withKey('wrong')).toBe(401);
    const keys = await fetch(`${host.url}/admin/host/keys?code=${host.masterKey}`);
    const [hostKey] = ((await keys.json()) as { keys: { value: string }[] }).keys;
    expect(await withKey(hostKey?.value ?? '')).toBe(403);
    const none = await fetch(`${host.url}/runtime/webhooks/EventGrid?functionName=events`, {
      method: 'POST',
    });
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });
});
