import { CosmosClient, type Container } from '@azure/cosmos';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeHosts, eventually, hostOf, newFolder, type TestHost } from './fixtures/host.js';
import { startCosmos, type CosmosStandIn } from '../../infra/local/cosmos/server.js';

type Line = { began?: string[]; done?: string[]; retryCount?: number };
type Lease = { id: string; owner: string | null; continuation: string | null };

let cosmos: CosmosStandIn;
let evidence: Container;
let leases: Container;
let folder: string;
let hold: string;

beforeEach(async () => {
  folder = await newFolder();
  hold = join(folder, 'hold');
  cosmos = await startCosmos({ port: 0, directory: await newFolder() });
  const client = new CosmosClient({
    endpoint: cosmos.endpoint,
    key: cosmos.key,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.createIfNotExists({ id: 'aispm' });
  await database.containers.createIfNotExists({ id: 'evidence', partitionKey: '/tenantId' });
  evidence = database.container('evidence');
  leases = database.container('leases');
});
afterEach(async () => {
  await rm(hold, { force: true });
  await closeHosts();
  await cosmos.close();
});

const settings = (more: Record<string, string> = {}) => ({
  EVIDENCE__accountEndpoint: cosmos.endpoint,
  EVIDENCE__accountKey: cosmos.key,
  DATABASE: 'aispm',
  DELIVERIES: join(folder, 'deliveries'),
  HOLD: hold,
  RETRY: '',
  FROM_BEGINNING: '',
  ...more,
});
const start = (more: Record<string, string> = {}, state = folder): Promise<TestHost> =>
  hostOf('feed-app.js', { state, settings: settings(more) });
const write = (...ids: string[]) =>
  Promise.all(ids.map((id) => evidence.items.create({ id, tenantId: `tenant-${id}` })));
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index}`);
const lines = async (): Promise<Line[]> => {
  const path = join(folder, 'deliveries');
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};
const done = async (): Promise<string[]> => (await lines()).flatMap((line) => line.done ?? []);
const began = async (id: string): Promise<Line[]> =>
  (await lines()).filter((line) => line.began?.includes(id));
const untilDone = (...ids: string[]) =>
  eventually(async () => {
    const all = await done();
    return ids.every((id) => all.includes(id)) || undefined;
  });
const leasesNow = async (): Promise<Lease[]> => (await leases.items.readAll<Lease>().fetchAll()).resources;

describe('the change feed', () => {
  test('delivers what was written before and after the start, once, in batches of the asked size', async () => {
    await write(...numbered(30));
    await start();
    await untilDone(...numbered(30));
    await write('late');
    await untilDone('late');
    expect((await done()).sort()).toEqual([...numbered(30), 'late'].sort());
    expect(Math.max(...(await lines()).map((line) => line.began?.length ?? 0))).toBeLessThanOrEqual(5);
  });

  test('keeps one lease a range with owner and continuation, and resumes there after a restart', async () => {
    await write(...numbered(10));
    const host = await start();
    await untilDone(...numbered(10));
    const ranges = await evidence.getFeedRanges();
    const held = await eventually(async () => {
      const all = await leasesNow();
      return all.length === ranges.length && all.every((lease) => lease.continuation) ? all : undefined;
    });
    expect(new Set(held.map((lease) => lease.owner)).size).toBe(1);
    expect(held.every((lease) => lease.id.startsWith('fold-aispm_evidence..'))).toBe(true);
    await host.close();
    expect((await leasesNow()).map((lease) => lease.owner)).toEqual(ranges.map(() => null));
    await write('while-down');
    await start();
    await untilDone('while-down');
    expect((await done()).sort()).toEqual([...numbered(10), 'while-down'].sort());
  });

  test('ranges do not wait for each other', async () => {
    await writeFile(hold, '');
    await write('held');
    await start();
    await eventually(async () => (await began('held')).length > 0 || undefined);
    await write(...numbered(40));
    // Of forty tenants some share the held range; all the others get through.
    await eventually(async () => (await done()).length >= 15 || undefined);
    expect(await done()).not.toContain('held');
    await rm(hold);
    await untilDone('held', ...numbered(40));
  });

  test('a batch that fails under an unlimited policy is retried until it succeeds', async () => {
    await writeFile(hold, '');
    await write('poison');
    await start({ RETRY: 'unlimited' });
    await eventually(async () => (await began('poison')).some((line) => line.retryCount === 2) || undefined);
    await rm(hold);
    await untilDone('poison');
  });

  test('a batch that fails without a policy is not checkpointed but delivered again', async () => {
    await writeFile(hold, '');
    await write('poison');
    const host = await start();
    await eventually(async () => (await began('poison')).length > 1 || undefined);
    await host.close();
    await rm(hold);
    await start();
    await untilDone('poison');
  });

  test('a store that fails for a while, also right after a checkpoint, does not end the feed', async () => {
    await start();
    await write('first');
    await untilDone('first');
    const once = { times: 1, effect: { drop: 'after' } } as const;
    cosmos.addFault({ ...once, match: (request) => request.operation === 'replace' });
    cosmos.addFault({
      match: (request) => request.operation === 'feed',
      effect: { status: 503 },
      times: 20,
    });
    await write('second');
    await untilDone('second');
    await write('third');
    await untilDone('third');
    expect(new Set(await done())).toEqual(new Set(['first', 'second', 'third']));
  });

  test('of two hosts one owns a range; when it closes the other goes on', async () => {
    const first = await start();
    await write('one');
    await untilDone('one');
    const second = await start({}, await newFolder());
    await write('two');
    await untilDone('two');
    await first.close();
    await write('three');
    await untilDone('three');
    expect((await done()).sort()).toEqual(['one', 'three', 'two']);
    await second.close();
  });

  test('starting from now leaves out what was written before', async () => {
    await write('old');
    await start({ FROM_BEGINNING: 'false' });
    await eventually(async () => {
      const all = await leasesNow().catch(() => []);
      return (all.length > 0 && all.every((lease) => lease.continuation)) || undefined;
    });
    await write('new');
    await untilDone('new');
    expect(await done()).toEqual(['new']);
  });

  test('an absent connection, an absent setting or a distant account puts the function in error', async () => {
    const inError = async (more: Record<string, string>) => (await start(more)).lines.join('\n');
    const { DATABASE: _database, ...without } = settings();
    expect((await hostOf('feed-app.js', { settings: without })).lines.join('\n')).toContain(
      "'%DATABASE%' does not resolve",
    );
    expect((await hostOf('feed-app.js', { settings: { DATABASE: 'x' } })).lines.join('\n')).toContain(
      "Cosmos DB connection configuration 'EVIDENCE' does not exist",
    );
    expect(await inError({ EVIDENCE__accountEndpoint: 'https://real.documents.azure.com' })).toContain(
      'the local host accepts loopback only',
    );
  });
});
