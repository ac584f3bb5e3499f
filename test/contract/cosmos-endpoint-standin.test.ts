import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangeFeedStartFrom, CosmosClient, type Container } from '@azure/cosmos';
import ts from 'typescript';
import { startCosmos } from '../../infra/local/cosmos/server.js';
import { openStandIn, TENANT_AND_BUCKET, type StandInEndpoint, type Stored } from './cosmos-endpoint.js';

// Promises of the stand-in alone: a real account decides for itself how many physical ranges it has.
let endpoint: StandInEndpoint;

beforeAll(async () => {
  endpoint = await openStandIn();
});
afterAll(() => endpoint.close());

const fill = async (items: Container, tenantId: string, from: number, to: number) => {
  for (let i = from; i < to; i += 1)
    await items.items.create({ id: `e${i}`, tenantId, bucket: (i % 256).toString(16).padStart(2, '0') });
};

describe('physical ranges', () => {
  test('a container has at least four, and a tenant of a hierarchical one lies on two', async () => {
    const items = await endpoint.container({ partitionKey: TENANT_AND_BUCKET });
    expect((await items.getFeedRanges()).length).toBeGreaterThanOrEqual(4);
    await fill(items, 'tenant-1', 0, 40);
    const ranges = [...(await items.getFeedRanges())];
    const counts = await Promise.all(
      ranges.map(async (range) => {
        const iterator = items.items.getChangeFeedIterator<Stored>({
          changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range),
        });
        const page = await iterator.readNext();
        return page.statusCode === 304 ? 0 : page.result.length;
      }),
    );
    expect(counts.filter((n) => n > 0)).toHaveLength(2);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(40);
  });

  test('a reader whose ranges were split under it loses and repeats nothing', async () => {
    const items = await endpoint.container({ partitionKey: TENANT_AND_BUCKET });
    const iterator = items.items.getChangeFeedIterator<Stored>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
      maxItemCount: 5,
    });
    expect((await iterator.readNext()).statusCode).toBe(304);
    const seen: string[] = [];
    for (const tenant of ['one', 'two', 'three']) {
      await fill(items, tenant, 0, 20);
      for (;;) {
        const page = await iterator.readNext();
        if (page.statusCode === 304) break;
        if (page.statusCode === 200) seen.push(...page.result.map((d) => `${String(d.tenantId)}/${d.id}`));
      }
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  test('a lease on one range from before the split, resumed by its token, still sees the whole range', async () => {
    const items = await endpoint.container({ partitionKey: TENANT_AND_BUCKET });
    const leases = await Promise.all(
      [...(await items.getFeedRanges())].map(async (range) => {
        const iterator = items.items.getChangeFeedIterator<Stored>({
          changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range),
        });
        return (await iterator.readNext()).continuationToken;
      }),
    );
    await fill(items, 'late-tenant', 0, 30);
    const seen: string[] = [];
    for (const token of leases) {
      const fresh = new CosmosClient({ endpoint: endpoint.endpoint, key: endpoint.key })
        .database(endpoint.database.id)
        .container(items.id)
        .items.getChangeFeedIterator<Stored>({
          changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token),
        });
      for (;;) {
        const page = await fresh.readNext();
        if (page.statusCode === 304) break;
        seen.push(...page.result.map((d) => d.id));
      }
    }
    expect(seen.sort()).toEqual(Array.from({ length: 30 }, (_, i) => `e${i}`).sort());
  });
});

/** Compiles the stand-in into a folder of its own, so that plain node can run it in another process. */
const compileStandIn = (directory: string): string => {
  const source = resolve(import.meta.dirname, '../../infra/local/cosmos');
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(source)) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(join(directory, file.replace(/\.ts$/, '.js')), outputText);
  }
  const main = join(directory, 'child.js');
  writeFileSync(
    main,
    `import { startCosmos } from './server.js';
     const standIn = await startCosmos({ port: 0, directory: process.argv[2] });
     console.log(standIn.endpoint);`,
  );
  return main;
};

const startChild = async (main: string, directory: string): Promise<{ child: ChildProcess; url: string }> => {
  const child = spawn(process.execPath, [main, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) return { child, url: line };
  throw new Error('the child process said nothing');
};

describe('a killed server', () => {
  test('keeps every acknowledged write and no part of an unacknowledged batch', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cosmos-killed-'));
    const { child, url } = await startChild(compileStandIn(directory), join(directory, 'data'));
    const connectionPolicy = { enableEndpointDiscovery: false };
    const client = new CosmosClient({ endpoint: url, key: endpoint.key, connectionPolicy });
    const { database } = await client.databases.create({ id: 'db' });
    const { container } = await database.containers.create({
      id: 'c',
      partitionKey: { paths: ['/tenantId'] },
    });

    const acknowledged: string[] = [];
    const attempted: number[] = [];
    let next = 0;
    const writer = async (): Promise<void> => {
      for (;;) {
        const n = (next += 1);
        const ids = Array.from({ length: n % 2 === 0 ? 1 : 5 }, (_, i) => `w${n}-${i}`);
        attempted.push(n);
        try {
          const bodies = ids.map((id) => ({
            operationType: 'Create' as const,
            resourceBody: { id, tenantId: 't1' },
          }));
          if (n % 2 === 0) await container.items.create({ id: `w${n}-0`, tenantId: 't1' });
          else await container.items.batch(bodies, 't1');
        } catch {
          return;
        }
        acknowledged.push(...ids);
        if (acknowledged.length > 600) child.kill('SIGKILL');
      }
    };
    const exit = once(child, 'exit');
    await Promise.all(Array.from({ length: 8 }, writer));
    child.kill('SIGKILL');
    await exit;
    expect(acknowledged.length).toBeGreaterThan(600);

    const again = await startCosmos({ port: 0, directory: join(directory, 'data') });
    const survivor = new CosmosClient({ endpoint: again.endpoint, key: endpoint.key });
    const { resources } = await survivor
      .database('db')
      .container('c')
      .items.query<string>('SELECT VALUE c.id FROM c', { partitionKey: 't1' })
      .fetchAll();
    const found = new Set(resources);
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
    for (const n of attempted.filter((a) => a % 2 === 1)) {
      const parts = Array.from({ length: 5 }, (_, i) => found.has(`w${n}-${i}`)).filter(Boolean);
      expect([0, 5]).toContain(parts.length);
    }
    await again.close();
    rmSync(directory, { recursive: true });
  });
});
