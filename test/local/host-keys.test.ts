import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeHosts, eventually, hostOf, raw, type TestHost } from './fixtures/host.js';
import type { Keys } from '../../infra/local/host/keys.js';

let host: TestHost;
let keys: Keys;
beforeAll(async () => {
  host = await hostOf('keys-app.js');
  keys = JSON.parse(await readFile(join(host.state, 'keys.json'), 'utf8')) as Keys;
});
afterAll(closeHosts);

const keyOf = (name: string): string => {
  if (name === 'wrong') return 'wrong';
  if (name in keys.functions) return keys.functions[name] ?? '';
  return String(keys[name as 'master' | 'system' | 'host']);
};
const byHeader = (name: string, target: string, method = 'GET') =>
  raw(host.url, method, target, name === 'none' ? {} : { 'x-functions-key': keyOf(name) });

describe('keys of HTTP functions', () => {
  test.each([
    ['guarded', 'none', 401],
    ['guarded', 'wrong', 401],
    ['guarded', 'guarded', 200],
    ['guarded', 'other', 401],
    ['guarded', 'host', 200],
    ['guarded', 'master', 200],
    ['guarded', 'system', 401],
    ['administrative', 'master', 200],
    ['administrative', 'host', 401],
    ['administrative', 'administrative', 401],
    ['open', 'wrong', 200],
  ])('%s with the %s key is answered %i', async (name, key, expected) => {
    const answer = await byHeader(key, `/api/${name}`);
    expect(answer.status).toBe(expected);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    if (key !== 'none') {
      expect((await raw(host.url, 'GET', `/api/${name}?CODE=${keyOf(key)}`)).status).toBe(expected);
    }
  });

  test('the header wins over the query, and of a repeated header the first counts', async () => {
    const ask = async (query: string, header: string | string[]) =>
      (await raw(host.url, 'GET', `/api/guarded?code=${query}`, { 'x-functions-key': header })).status;
    expect(await ask(keys.host, 'wrong')).toBe(401);
    expect(await ask('wrong', keys.host)).toBe(200);
    expect(await ask('wrong', [keys.host, 'wrong'])).toBe(200);
  });

  test('a wrong method is 404 before any key is looked at', async () => {
    expect((await byHeader('none', '/api/guarded', 'DELETE')).status).toBe(404);
  });

  test('keys outlive the host, and given ones win', async () => {
    const again = await hostOf('keys-app.js', { state: host.state });
    expect([again.masterKey, again.systemKey]).toEqual([host.masterKey, host.systemKey]);
    const given = await hostOf('keys-app.js', { keys: { master: 'm', system: 's' } });
    expect([given.masterKey, given.systemKey]).toEqual(['m', 's']);
  });
});

describe('the admin API', () => {
  test.each([
    ['none', 401],
    ['wrong', 401],
    ['host', 403],
    ['guarded', 403],
    ['system', 403],
    ['master', 200],
  ])('with the %s key it answers %i', async (key, expected) => {
    const { status, headers } = await byHeader(key, '/admin/host/status');
    expect(status).toBe(expected);
    expect(headers['www-authenticate']).toBe(expected === 401 ? 'Bearer' : undefined);
  });

  test('ping needs no key; a path that is none is 404', async () => {
    const ping = await byHeader('none', '/admin/host/ping', 'POST');
    expect(ping).toMatchObject({ status: 200, text: '', headers: { pragma: 'no-cache' } });
    expect((await byHeader('master', '/admin/nothing')).status).toBe(404);
    expect((await byHeader('master', '/admin/functions/nothing')).status).toBe(404);
  });

  test('it lists functions and tells the state and the keys', async () => {
    const get = async (path: string) => JSON.parse((await byHeader('master', path)).text) as unknown;
    expect(await get('/admin/host/status')).toMatchObject({ state: 'Running' });
    expect(await get('/admin/functions/GUARDED')).toMatchObject({
      name: 'guarded',
      invoke_url_template: `${host.url}/api/guarded`,
    });
    expect(await get('/admin/functions')).toHaveLength(8);
    expect(await get('/admin/functions/guarded/keys')).toMatchObject({
      keys: [{ name: 'default', value: keys.functions.guarded }],
    });
  });

  const start = (name: string, body: string, type = 'application/json') =>
    fetch(`${host.url}/admin/functions/${name}`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, 'x-functions-key': host.masterKey },
    });
  const started = async (kind: string): Promise<unknown[] | undefined> =>
    (JSON.parse((await raw(host.url, 'GET', '/api/started')).text) as unknown[][]).find(
      ([of]) => of === kind,
    );

  test('it starts any function by name and does not wait for it', async () => {
    expect((await start('MANUALtimer', '{}')).status).toBe(202);
    expect(await eventually(() => started('timer'))).toMatchObject([
      'timer',
      {
        schedule: { adjustForDST: true },
        isPastDue: false,
        scheduleStatus: { last: '0001-01-01T00:00:00+00:00' },
      },
    ]);
    expect((await start('manualHttp', '{"input":"text"}')).status).toBe(202);
    expect(await eventually(() => started('http'))).toEqual(['http', 'text']);
    const event = { id: 'e', data: { a: 1 }, fail: true };
    expect((await start('manualEvent', JSON.stringify({ input: JSON.stringify(event) }))).status).toBe(202);
    expect(await eventually(() => started('event'))).toEqual(['event', event, { data: { a: 1 } }]);
    await eventually(() => host.lines.some((line) => line.includes('failed after 202')));
  });

  test('it refuses a start without a JSON body', async () => {
    expect((await start('manualHttp', 'x', 'text/plain')).status).toBe(415);
    expect((await start('manualHttp', '')).status).toBe(415);
    expect((await start('manualHttp', '{')).status).toBe(400);
    expect((await start('unknown', '{}')).status).toBe(404);
  });
});
