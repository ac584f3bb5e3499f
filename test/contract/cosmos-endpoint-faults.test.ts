import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CosmosClient, type Container } from '@azure/cosmos';
import { startCosmos, type CosmosRequest } from '../../infra/local/cosmos/server.js';
import { messageOf, openStandIn, statusOf, type StandInEndpoint, type Stored } from './cosmos-endpoint.js';

// Promises of the stand-in alone: no real account gives faults on demand.
let endpoint: StandInEndpoint;
let items: Container;
let impatient: Container;

beforeAll(async () => {
  endpoint = await openStandIn();
  items = await endpoint.container();
  const client = new CosmosClient({
    endpoint: endpoint.endpoint,
    key: endpoint.key,
    connectionPolicy: {
      enableEndpointDiscovery: false,
      retryOptions: { maxRetryAttemptCount: 0, maxWaitTimeInSeconds: 0, fixedRetryIntervalInMilliseconds: 0 },
    },
  });
  impatient = client.database(endpoint.database.id).container(items.id);
});
beforeEach(() => endpoint.standIn.clearFaults());
afterAll(() => endpoint.close());

const writesOf = (id: string) => (r: CosmosRequest) => r.operation === 'create' && r.id === id;
const exists = async (id: string) => (await items.item(id, 't1').read()).statusCode === 200;

describe('faults on demand', () => {
  test.each([408, 429, 503] as const)('a write met by %i is not carried out', async (status) => {
    const id = `status-${status}`;
    endpoint.standIn.addFault({ match: writesOf(id), effect: { status }, times: 1 });
    expect(await statusOf(impatient.items.create({ id, tenantId: 't1' }))).toBe(status);
    expect(await exists(id)).toBe(false);
    expect((await impatient.items.create({ id, tenantId: 't1' })).statusCode).toBe(201);
  });

  test('a 429 says how long to wait, and the client that waits succeeds', async () => {
    endpoint.standIn.addFault({
      match: writesOf('throttled'),
      effect: { status: 429, retryAfterMs: 25 },
      times: 2,
    });
    const { headers } = await items.items.create({ id: 'throttled', tenantId: 't1' });
    expect(headers['x-ms-throttle-retry-count']).toBe(2);
    expect(headers['x-ms-throttle-retry-wait-time-ms']).toBe(50);
  });

  test('a connection dropped before the commit leaves nothing', async () => {
    endpoint.standIn.addFault({ match: writesOf('cut-before'), effect: { drop: 'before' }, times: 1 });
    await expect(impatient.items.create({ id: 'cut-before', tenantId: 't1' })).rejects.toThrow();
    expect(await exists('cut-before')).toBe(false);
  });

  test('a connection dropped after the commit leaves the document, though the client saw a failure', async () => {
    endpoint.standIn.addFault({ match: writesOf('cut-after'), effect: { drop: 'after' }, times: 1 });
    await expect(impatient.items.create({ id: 'cut-after', tenantId: 't1' })).rejects.toThrow();
    expect(await exists('cut-after')).toBe(true);
  });

  test('a call runs before or after the commit, and always before the answer', async () => {
    const seen: unknown[] = [];
    const look = async (r: CosmosRequest) => {
      seen.push([r.operation, r.container, r.partitionKey, r.id, r.body, await exists(String(r.id))]);
    };
    const body = { id: 'called', tenantId: 't1' };
    const described = ['create', items.id, ['t1'], 'called', body];
    endpoint.standIn.addFault({
      match: writesOf('called'),
      effect: { call: look, when: 'before' },
      times: 1,
    });
    await items.items.create(body);
    expect(seen).toEqual([[...described, false]]);
    await items.item('called', 't1').delete();
    endpoint.standIn.addFault({ match: writesOf('called'), effect: { call: look, when: 'after' }, times: 1 });
    await items.items.create(body);
    expect(seen[1]).toEqual([...described, true]);
  });

  test('a fault can be aimed at one operation of a batch by its body, and be taken back', async () => {
    const remove = endpoint.standIn.addFault({
      match: (r) => r.operation === 'batch' && JSON.stringify(r.body).includes('aimed'),
      effect: { status: 503 },
      times: Infinity,
    });
    const batch = (id: string) =>
      impatient.items.batch([{ operationType: 'Create', resourceBody: { id, tenantId: 't1' } }], 't1');
    await expect(batch('aimed')).rejects.toThrow();
    expect((await batch('other')).code).toBe(200);
    remove();
    expect((await batch('aimed')).code).toBe(200);
  });

  test('feeds and queries can be met too', async () => {
    endpoint.standIn.addFault({ match: (r) => r.operation === 'feed', effect: { status: 408 }, times: 1 });
    expect(await statusOf(impatient.items.getChangeFeedIterator({}).readNext())).toBe(408);
    endpoint.standIn.addFault({ match: (r) => r.operation === 'query', effect: { status: 408 }, times: 1 });
    expect(await statusOf(impatient.items.query('SELECT * FROM c', { partitionKey: 't1' }).fetchAll())).toBe(
      408,
    );
  });
});

describe('the tally of request units', () => {
  test('counts requests and units by container and operation', async () => {
    endpoint.standIn.resetCharges();
    const { requestCharge } = await items.items.create({ id: 'tally', tenantId: 't1' });
    await items.item('tally', 't1').read();
    await items.item('tally', 't1').read();
    expect(endpoint.standIn.charges()).toMatchObject({
      [`${items.id}:create`]: { count: 1, requestUnits: requestCharge },
      [`${items.id}:read`]: { count: 2, requestUnits: 2 },
    });
  });
});

describe('what is not carried', () => {
  const refused = (query: string) => messageOf(items.items.query(query, { partitionKey: 't1' }).fetchAll());

  test.each([
    ['SELECT DISTINCT VALUE c.a FROM c', 'DISTINCT'],
    ['SELECT VALUE t FROM c JOIN t IN c.tags', 'JOIN'],
    ['SELECT c.a FROM c GROUP BY c.a', 'GROUP'],
    ["SELECT * FROM c WHERE c.a LIKE 'x%'", 'LIKE'],
    ["SELECT * FROM c WHERE LOWER(c.a) = 'x'", 'LOWER'],
    ['SELECT VALUE SUM(c.a) FROM c', 'SUM'],
    ['SELECT * FROM c WHERE c.a + 1 = 2', '+'],
    ["SELECT * FROM c WHERE CONTAINS(c.a, 'x', true)", 'CONTAINS with 3 arguments'],
    ['SELECT * FROM c WHERE EXISTS(SELECT VALUE 1 FROM c)', 'EXISTS'],
  ])('%s is refused by name', async (query, name) => {
    expect(await refused(query)).toContain(name);
  });

  test('patch, bulk, unique keys and stored procedures are refused by name', async () => {
    const patch = items.item('tally', 't1').patch([{ op: 'set', path: '/n', value: 1 }]);
    expect(await messageOf(patch)).toContain('patch');
    const unique = { uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/a'] }] } };
    expect(await messageOf(endpoint.container(unique))).toContain('unique key');
    expect(await messageOf(items.scripts.storedProcedures.readAll().fetchAll())).toContain('sprocs');
  });
});

describe('one machine', () => {
  test('a port in use is an error that names the port', async () => {
    const port = Number(new URL(endpoint.endpoint).port);
    const second = startCosmos({ port, directory: `${endpoint.directory}/second` });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
  });

  test('a key of our own is demanded instead of the well-known one', async () => {
    const key = Buffer.from('a key of our own').toString('base64');
    const other = await startCosmos({ port: 0, directory: `${endpoint.directory}/other`, key });
    const connectionPolicy = { enableEndpointDiscovery: false };
    const open = (k: string) => new CosmosClient({ endpoint: other.endpoint, key: k, connectionPolicy });
    expect((await open(key).databases.readAll().fetchAll()).resources).toEqual([]);
    expect(await statusOf(open(endpoint.key).databases.readAll().fetchAll())).toBe(401);
    await other.close();
  });

  test('what was stored is there after a stop and a start, with its ETag', async () => {
    const directory = `${endpoint.directory}/restarted`;
    const first = await startCosmos({ port: 0, directory });
    const open = (url: string) => new CosmosClient({ endpoint: url, key: endpoint.key });
    const { database } = await open(first.endpoint).databases.create({ id: 'db' });
    const { container } = await database.containers.create({
      id: 'c',
      partitionKey: { paths: ['/tenantId'] },
    });
    const { etag } = await container.items.create({ id: 'x', tenantId: 't1', n: 7 });
    await first.close();
    const again = await startCosmos({ port: 0, directory });
    const read = await open(again.endpoint).database('db').container('c').item('x', 't1').read<Stored>();
    expect([read.resource?.n, read.etag]).toEqual([7, etag]);
    await again.close();
  });
});
