import { CosmosClient } from '@azure/cosmos';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeHosts, eventually, fixture, newFolder } from './fixtures/host.js';
import { compileStandIns, spawnHost, type HostProcess } from './fixtures/host-process.js';
import { startCosmos } from '../../infra/local/cosmos/server.js';

let compiled: Awaited<ReturnType<typeof compileStandIns>>;
let folder: string;
const spawned: HostProcess[] = [];

beforeAll(async () => {
  compiled = await compileStandIns();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(async () => {
  for (const one of spawned.splice(0)) {
    one.kill('SIGKILL');
    await one.exited;
  }
  await closeHosts();
});

function run(app: string, settings: Record<string, string> = {}): HostProcess {
  const host = spawnHost(compiled.main, {
    AISPM_HOST_ENTRY: fixture(app),
    AISPM_HOST_STATE: folder,
    TERMINATED: join(folder, 'terminated'),
    ...settings,
  });
  spawned.push(host);
  return host;
}

test('the host runs as a process: it says where it listens, and its environment is the settings', async () => {
  const host = run('process-app.js', { GREETING: 'good day' });
  const url = await host.ready;
  expect(await (await fetch(`${url}/api/greeting`)).text()).toBe('good day');
});

test('SIGTERM closes the door, lets running requests finish, and runs what the app does at its end', async () => {
  const host = run('process-app.js');
  const url = await host.ready;
  const slow = fetch(`${url}/api/slow`);
  await fetch(`${url}/api/slowArrived`);
  host.kill('SIGTERM');
  expect(await (await slow).text()).toBe('finished');
  expect(await host.exited).toEqual({ code: 0, signal: null });
  expect(existsSync(join(folder, 'terminated'))).toBe(true);
  await expect(fetch(url)).rejects.toThrow();
});

test('orchestrations run through the durable extension and its webhook', async () => {
  const url = await run('process-app.js').ready;
  const started = (await (await fetch(`${url}/api/begin`)).json()) as { statusQueryGetUri: string };
  const status = await eventually(async () => {
    const answer = await fetch(started.statusQueryGetUri);
    return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>) : undefined;
  });
  expect(status).toMatchObject({ runtimeStatus: 'Completed', output: 'HELLO' });
});

test('an app that cannot be loaded leaves the host up without functions, and the log says why', async () => {
  const host = run('throwing-app.js');
  const url = await host.ready;
  expect((await fetch(`${url}/admin/host/ping`)).status).toBe(200);
  expect((await fetch(`${url}/api/before`)).status).toBe(404);
  expect(host.log()).toContain('the entry is broken');
});

test('names that differ only in case stop the host: every function is answered 503', async () => {
  const url = await run('case-app.js').ready;
  const answer = await fetch(`${url}/api/status`);
  expect([answer.status, await answer.text()]).toEqual([503, 'Function host is not running.']);
  const keys = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8')) as { master: string };
  const state = await fetch(`${url}/admin/host/status?code=${keys.master}`);
  expect(await state.json()).toMatchObject({ state: 'Error', errors: [expect.stringContaining('in case')] });
});

test('a port in use ends the process with a message that names it', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const host = run('process-app.js', { AISPM_HOST_PORT: String(port) });
  expect((await host.exited).code).toBe(1);
  expect(host.log()).toContain(String(port));
  await new Promise((resolve) => other.close(resolve));
});

test('a batch in hand when the process is killed is delivered again; what was checkpointed is not', async () => {
  const hold = join(folder, 'hold');
  const deliveries = join(folder, 'deliveries');
  const cosmos = await startCosmos({ port: 0, directory: await newFolder() });
  const { endpoint, key } = cosmos;
  const client = new CosmosClient({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: false } });
  const { database } = await client.databases.createIfNotExists({ id: 'aispm' });
  const { container } = await database.containers.createIfNotExists({
    id: 'evidence',
    partitionKey: '/tenantId',
  });
  const write = (id: string) => container.items.create({ id, tenantId: 'one' });
  const noted = async (text: string): Promise<number> =>
    existsSync(deliveries) ? (await readFile(deliveries, 'utf8')).split(text).length - 1 : 0;
  const settings = {
    EVIDENCE: `AccountEndpoint=${endpoint};AccountKey=${key};`,
    DATABASE: 'aispm',
    DELIVERIES: deliveries,
    HOLD: hold,
  };

  const first = run('feed-app.js', settings);
  await first.ready;
  await write('checkpointed');
  await eventually(async () => (await noted('{"done":["checkpointed"]}')) > 0 || undefined);
  await eventually(async () => {
    const { resources } = await database
      .container('leases')
      .items.readAll<{ continuation: string }>()
      .fetchAll();
    return (
      resources.some(({ continuation }) => /"continuationToken":"\\"[1-9]/.test(continuation)) || undefined
    );
  });
  await writeFile(hold, '');
  await write('held');
  await eventually(async () => (await noted('{"began":["held"]')) > 0 || undefined);
  first.kill('SIGKILL');
  expect((await first.exited).signal).toBe('SIGKILL');
  await rm(hold);
  await run('feed-app.js', settings).ready;
  await eventually(async () => (await noted('{"done":["held"]}')) > 0 || undefined);
  expect(await noted('"began":["held"]')).toBe(2);
  expect(await noted('{"done":["checkpointed"]}')).toBe(1);
  await cosmos.close();
});
