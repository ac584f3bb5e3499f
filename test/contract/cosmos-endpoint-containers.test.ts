import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangeFeedStartFrom, type Container, type IndexingPolicy } from '@azure/cosmos';
import { openEndpoint, statusOf, TENANT_AND_BUCKET, type Endpoint, type Stored } from './cosmos-endpoint.js';

let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await openEndpoint();
});
afterAll(() => endpoint.close());

describe('definitions', () => {
  test('a container reads back as it was defined, and making it again changes nothing', async () => {
    const indexingPolicy: IndexingPolicy = {
      indexingMode: 'consistent',
      automatic: true,
      includedPaths: [{ path: '/type/?' }, { path: '/failing/[]/?' }],
      excludedPaths: [{ path: '/*' }],
      compositeIndexes: [
        [
          { path: '/type', order: 'ascending' },
          { path: '/dueAt', order: 'ascending' },
        ],
      ],
    };
    const container = await endpoint.container({
      partitionKey: TENANT_AND_BUCKET,
      indexingPolicy,
      defaultTtl: -1,
    });
    const { resource } = await container.read();
    expect(resource).toMatchObject({ id: container.id, defaultTtl: -1, partitionKey: TENANT_AND_BUCKET });
    expect(resource?.indexingPolicy).toMatchObject({
      includedPaths: indexingPolicy.includedPaths,
      compositeIndexes: indexingPolicy.compositeIndexes,
    });
    const again = await endpoint.database.containers.createIfNotExists({
      id: container.id,
      partitionKey: { paths: ['/other'] },
    });
    expect(again.resource?.partitionKey).toMatchObject({ paths: TENANT_AND_BUCKET.paths });
    const listed = await endpoint.database.containers.readAll().fetchAll();
    expect(listed.resources.map((c) => c.id)).toContain(container.id);
  });

  test('a deleted container is a 404, and so is one that never was', async () => {
    const container = await endpoint.container();
    await container.items.create({ id: 'x', tenantId: 't1' });
    await container.delete();
    expect(await statusOf(container.read())).toBe(404);
    expect(await statusOf(endpoint.database.container('never').read())).toBe(404);
    const { container: made } = await endpoint.database.containers.create({
      id: container.id,
      partitionKey: { paths: ['/tenantId'] },
    });
    expect((await made.item('x', 't1').read()).statusCode).toBe(404);
  });
});

describe('hierarchical partition keys', () => {
  let items: Container;
  beforeAll(async () => {
    items = await endpoint.container({ partitionKey: TENANT_AND_BUCKET });
    for (let i = 0; i < 20; i += 1)
      await items.items.create({ id: `e${i}`, tenantId: `t${i % 2}`, bucket: `b${i % 5}`, n: i });
  });
  const numbers = async (query: string, partitionKey?: string[]) =>
    (
      await items.items.query<number>(query, partitionKey === undefined ? {} : { partitionKey }).fetchAll()
    ).resources.sort((a, b) => a - b);

  test('the same id stands once in each bucket, and is found only with the whole key', async () => {
    await items.items.create({ id: 'same', tenantId: 't8', bucket: 'b0' });
    expect((await items.items.create({ id: 'same', tenantId: 't8', bucket: 'b1' })).statusCode).toBe(201);
    expect(await statusOf(items.items.create({ id: 'same', tenantId: 't8', bucket: 'b1' }))).toBe(409);
    expect((await items.item('same', ['t8', 'b1']).read()).statusCode).toBe(200);
    expect((await items.item('same', ['t8', 'b2']).read()).statusCode).toBe(404);
  });

  test('a query with a prefix of the key sees that tenant only, over all its buckets', async () => {
    expect(await numbers('SELECT VALUE c.n FROM c', ['t1'])).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    expect(await numbers("SELECT VALUE c.n FROM c WHERE c.tenantId = 't0'", ['t1'])).toEqual([]);
    expect(await numbers('SELECT VALUE c.n FROM c', ['t1', 'b3'])).toEqual([3, 13]);
    expect(await numbers('SELECT VALUE c.n FROM c', ['t'])).toEqual([]);
  });

  test('an ordered query over a tenant whose filter names it sees that tenant only', async () => {
    const { resources } = await items.items
      .query<number>("SELECT VALUE c.n FROM c WHERE c.tenantId = 't1' ORDER BY c.n DESC", {
        partitionKey: ['t1'],
      })
      .fetchAll();
    expect(resources).toEqual([19, 17, 15, 13, 11, 9, 7, 5, 3, 1]);
  });
});

describe('time to live', () => {
  const gone = async (items: Container, id: string) => {
    for (let i = 0; i < 50; i += 1) {
      if ((await items.item(id, 't1').read()).statusCode === 404) return true;
      await sleep(200);
    }
    return false;
  };

  test('an expired document is gone from reads, queries and the feed, and its id is free', async () => {
    const items = await endpoint.container({ defaultTtl: -1 });
    await items.items.create({ id: 'short', tenantId: 't1', ttl: 1 });
    await items.items.create({ id: 'long', tenantId: 't1' });
    expect(await gone(items, 'short')).toBe(true);
    const query = items.items.query<string>('SELECT VALUE c.id FROM c', { partitionKey: 't1' });
    expect((await query.fetchAll()).resources).toEqual(['long']);
    const feed = items.items.getChangeFeedIterator<Stored>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning('t1'),
    });
    expect((await feed.readNext()).result.map((d) => d.id)).toEqual(['long']);
    expect((await items.items.create({ id: 'short', tenantId: 't1' })).statusCode).toBe(201);
  });

  test("the container's defaultTtl applies to documents without their own", async () => {
    const items = await endpoint.container({ defaultTtl: 1 });
    await items.items.create({ id: 'default', tenantId: 't1' });
    await items.items.create({ id: 'never', tenantId: 't1', ttl: -1 });
    expect(await gone(items, 'default')).toBe(true);
    expect((await items.item('never', 't1').read()).statusCode).toBe(200);
  });

  test('without a defaultTtl the ttl of a document does nothing', async () => {
    const items = await endpoint.container();
    await items.items.create({ id: 'kept', tenantId: 't1', ttl: 1 });
    await sleep(2_100);
    expect((await items.item('kept', 't1').read()).statusCode).toBe(200);
  });
});

describe('request charges', () => {
  const body = (id: string) => ({
    id,
    tenantId: 't1',
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field${i}`, `value ${i} of ${id}`])),
    failing: ['one', 'two', 'three'],
  });
  const writeCharge = async (indexingPolicy: IndexingPolicy) => {
    const items = await endpoint.container({ indexingPolicy });
    return (await items.items.create(body('x'))).requestCharge;
  };

  test('a point read of a small document costs one unit, and more as it grows', async () => {
    const items = await endpoint.container();
    await items.items.create({ id: 'small', tenantId: 't1' });
    await items.items.create({ id: 'large', tenantId: 't1', text: 'x'.repeat(100_000) });
    expect((await items.item('small', 't1').read()).requestCharge).toBe(1);
    const large = (await items.item('large', 't1').read()).requestCharge;
    expect(large).toBeGreaterThan(5);
    expect(large).toBeLessThan(20);
  });

  test('each indexed term makes a write dearer', async () => {
    const excluded = [{ path: '/*' }];
    const bare = await writeCharge({ includedPaths: [], excludedPaths: excluded });
    const few = await writeCharge({ includedPaths: [{ path: '/failing/[]/?' }], excludedPaths: excluded });
    const all = await writeCharge({ includedPaths: [{ path: '/*' }], excludedPaths: [] });
    expect(bare).toBeGreaterThan(4);
    expect(few).toBeGreaterThan(bare);
    expect(all).toBeGreaterThan(few);
  });

  test('a filter on a path that is not indexed is charged as a scan', async () => {
    const items = await endpoint.container({
      indexingPolicy: { includedPaths: [{ path: '/a/?' }], excludedPaths: [{ path: '/*' }] },
    });
    for (let i = 0; i < 60; i += 1) await items.items.create({ id: `s${i}`, tenantId: 't1', a: i, b: i });
    const charge = async (path: string) =>
      (await items.items.query(`SELECT * FROM c WHERE c.${path} = 5`, { partitionKey: 't1' }).fetchAll())
        .requestCharge;
    const [indexed, scanned] = [await charge('a'), await charge('b')];
    expect(indexed).toBeGreaterThan(2);
    expect(scanned).toBeGreaterThan(indexed);
  });
});
