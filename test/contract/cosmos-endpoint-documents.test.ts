import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CosmosClient, type Container } from '@azure/cosmos';
import { messageOf, openEndpoint, statusOf, type Endpoint, type Stored } from './cosmos-endpoint.js';

let endpoint: Endpoint;
let items: Container;

beforeAll(async () => {
  endpoint = await openEndpoint();
  items = await endpoint.container();
});
afterAll(() => endpoint.close());

const ifMatch = (etag: string) => ({ accessCondition: { type: 'IfMatch', condition: etag } });

describe('single documents', () => {
  test('a created document reads back with the properties that the service adds', async () => {
    const body = {
      id: 'made',
      tenantId: 't1',
      nested: { list: [1, 'two', null, true], text: 'grüße \u2028 "q"' },
    };
    const { resource: created, statusCode, headers, etag } = await items.items.create(body);
    expect(statusCode).toBe(201);
    expect(created).toMatchObject(body);
    const { resource } = await items.item('made', 't1').read<Stored>();
    expect(resource).toEqual(created);
    expect(resource?._etag).toBe(etag);
    expect(Math.abs((resource?._ts ?? 0) - Date.now() / 1000)).toBeLessThan(600);
    expect(resource?._rid).toMatch(/^[A-Za-z0-9+=-]+$/);
    expect(resource?._self).toContain(`docs/${resource?._rid}/`);
    expect(Number(headers['x-ms-request-charge'])).toBeGreaterThan(1);
    expect(headers['x-ms-session-token']).toMatch(/^[^:]+:.*#\d+/);
  });

  test('creating the same id twice in a logical partition is a 409 and changes nothing', async () => {
    await items.items.create({ id: 'twice', tenantId: 't1', n: 1 });
    expect(await statusOf(items.items.create({ id: 'twice', tenantId: 't1', n: 2 }))).toBe(409);
    expect((await items.item('twice', 't1').read<Stored>()).resource?.n).toBe(1);
    const other = await items.items.create({ id: 'twice', tenantId: 't2', n: 3 });
    expect(other.statusCode).toBe(201);
  });

  test('reading, replacing or deleting what is not there is a 404', async () => {
    expect((await items.item('nowhere', 't1').read()).statusCode).toBe(404);
    expect(await statusOf(items.item('nowhere', 't1').replace({ id: 'nowhere', tenantId: 't1' }))).toBe(404);
    expect(await statusOf(items.item('nowhere', 't1').delete())).toBe(404);
  });

  test('a replacement keeps the _rid and changes the ETag', async () => {
    const { resource: before } = await items.items.create({ id: 'kept', tenantId: 't1', n: 1 });
    const { resource: after, statusCode } = await items
      .item('kept', 't1')
      .replace({ id: 'kept', tenantId: 't1' });
    expect(statusCode).toBe(200);
    expect(after?._rid).toBe(before?._rid);
    expect(after?._etag).not.toBe(before?._etag);
    expect(after).not.toHaveProperty('n');
  });

  test('an upsert creates with 201 and then replaces with 200', async () => {
    const first = await items.items.upsert({ id: 'up', tenantId: 't1', n: 1 });
    const second = await items.items.upsert({ id: 'up', tenantId: 't1', n: 2 });
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect((await items.item('up', 't1').read<Stored>()).resource?.n).toBe(2);
  });

  test('a deleted document is gone and its id can be used again', async () => {
    await items.items.create({ id: 'gone', tenantId: 't1' });
    expect((await items.item('gone', 't1').delete()).statusCode).toBe(204);
    expect((await items.item('gone', 't1').read()).statusCode).toBe(404);
    expect((await items.items.create({ id: 'gone', tenantId: 't1' })).statusCode).toBe(201);
  });

  test('a document above 2 MB is a 413 and is not stored', async () => {
    const text = 'x'.repeat(2 * 1024 * 1024 + 1);
    expect(await statusOf(items.items.create({ id: 'big', tenantId: 't1', text }))).toBe(413);
    expect((await items.item('big', 't1').read()).statusCode).toBe(404);
    const fits = await items.items.create({ id: 'fits', tenantId: 't1', text: 'x'.repeat(2_000_000) });
    expect(fits.statusCode).toBe(201);
  });
});

describe('conditions on ETags', () => {
  test('replace, upsert and delete with an outdated ETag are a 412 and change nothing', async () => {
    const { etag: old } = await items.items.create({ id: 'held', tenantId: 't1', n: 1 });
    const item = items.item('held', 't1');
    await item.replace({ id: 'held', tenantId: 't1', n: 2 });
    const stale = { id: 'held', tenantId: 't1', n: 3 };
    expect(await statusOf(item.replace(stale, ifMatch(old)))).toBe(412);
    expect(await statusOf(items.items.upsert(stale, ifMatch(old)))).toBe(412);
    expect(await statusOf(item.delete(ifMatch(old)))).toBe(412);
    const { resource, etag } = await item.read<Stored>();
    expect(resource?.n).toBe(2);
    expect((await item.replace(stale, ifMatch(etag))).statusCode).toBe(200);
  });

  test('of twenty writers with the same ETag exactly one wins', async () => {
    const { etag } = await items.items.create({ id: 'raced', tenantId: 't1', n: -1 });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        items
          .item('raced', 't1')
          .replace({ id: 'raced', tenantId: 't1', n }, ifMatch(etag))
          .then(
            () => n,
            (error: { code: number }) => -error.code,
          ),
      ),
    );
    const winners = outcomes.filter((n) => n >= 0);
    expect(winners).toHaveLength(1);
    expect(outcomes.filter((n) => n === -412)).toHaveLength(19);
    expect((await items.item('raced', 't1').read<Stored>()).resource?.n).toBe(winners[0]);
  });

  test('a read whose If-None-Match names the current ETag is a 304', async () => {
    const { etag } = await items.items.create({ id: 'same', tenantId: 't1' });
    const condition = { accessCondition: { type: 'IfNoneMatch', condition: etag } };
    expect((await items.item('same', 't1').read(condition)).statusCode).toBe(304);
    await items.item('same', 't1').replace({ id: 'same', tenantId: 't1', n: 1 });
    expect((await items.item('same', 't1').read(condition)).statusCode).toBe(200);
  });
});

describe('partition isolation of point operations', () => {
  test('a document is not found, replaced or deleted under another partition key', async () => {
    await items.items.create({ id: 'mine', tenantId: 't1' });
    expect((await items.item('mine', 't2').read()).statusCode).toBe(404);
    expect(await statusOf(items.item('mine', 't2').replace({ id: 'mine', tenantId: 't2' }))).toBe(404);
    expect(await statusOf(items.item('mine', 't2').delete())).toBe(404);
    expect((await items.item('mine', 't1').read()).statusCode).toBe(200);
  });

  test('the _rid of a document is not an id by which it can be read or deleted', async () => {
    const { resource } = await items.items.create({ id: 'by-rid', tenantId: 't1' });
    const rid = resource?._rid ?? '';
    expect((await items.item(rid, 't1').read()).statusCode).toBe(404);
    expect((await items.item(rid, 't2').read()).statusCode).toBe(404);
    expect(await statusOf(items.item(rid, 't2').delete())).toBe(404);
  });

  test('a key in the body that differs from the key in the header is a 400', async () => {
    await items.items.create({ id: 'moved', tenantId: 't1' });
    expect(await statusOf(items.item('moved', 't1').replace({ id: 'moved', tenantId: 't2' }))).toBe(400);
    expect((await items.item('moved', 't2').read()).statusCode).toBe(404);
  });

  test('text, number, boolean, null and absent keys are different partitions', async () => {
    const bodies: Record<string, unknown>[] = ['1', 1, true, null].map((tenantId) => ({
      id: 'typed',
      tenantId,
    }));
    for (const body of [...bodies, { id: 'typed' }])
      expect((await items.items.create(body)).statusCode).toBe(201);
    for (const key of ['1', 1, true, null])
      expect((await items.item('typed', key).read<Stored>()).resource?.tenantId).toBe(key);
  });
});

describe('authentication', () => {
  test('a wrong master key is a 401', async () => {
    const key = Buffer.from('not the key at all, but of a length').toString('base64');
    const stranger = new CosmosClient({
      endpoint: endpoint.endpoint,
      key,
      connectionPolicy: { enableEndpointDiscovery: false },
    });
    const item = stranger.database(endpoint.database.id).container(items.id).item('made', 't1');
    expect(await statusOf(item.read())).toBe(401);
    expect(await messageOf(item.read())).not.toContain(endpoint.key);
  });

  test('a request without a signature is a 401', async () => {
    const response = await fetch(`${endpoint.endpoint.replace(/\/$/, '')}/dbs`, {
      headers: { 'x-ms-version': '2020-07-15', 'x-ms-date': new Date().toUTCString() },
    });
    expect(response.status).toBe(401);
  });
});
