import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cast, tenant } from '../../infra/local/demo/cast.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';

// Runs the compiled app: `npm test` builds it first.

let directory: string;
let stack: Stack;
let service: Service;
const deaths: string[] = [];

const start = (): Promise<Stack> =>
  startStack({ directory, ports: freePorts, onHostDeath: (how) => deaths.push(how) });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'aispm-stack-'));
  stack = await start();
  service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
});

afterAll(async () => {
  await stack.close();
  await rm(directory, { recursive: true });
});

test('a tenant is taken in, and is still there after the host was killed and started again', async () => {
  const settings = { displayName: 'Harbour Mutual', timeZone: 'Europe/London' };
  await service.ask(cast.admin, 'PUT', '', { settings });
  await stack.killHost();
  await expect(fetch(`${stack.hostUrl}/api/health`)).rejects.toThrow();
  await stack.startHost();
  expect(await service.ask(cast.admin, 'GET', '')).toMatchObject({ tenantId: tenant, settings });
  expect(deaths).toEqual([]);
});

test('a second start on the same state is refused by name', async () => {
  await expect(start()).rejects.toThrow(/already running/);
});

test('a port in use is a clear message, and leaves nothing running behind', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const elsewhere = await mkdtemp(join(tmpdir(), 'aispm-stack-'));
  const ports = { ...freePorts, mail: port };
  const starting = () => startStack({ directory: elsewhere, ports });
  await expect(starting()).rejects.toThrow(`Port ${port} on 127.0.0.1 is already in use`);
  // The state folder was given back, or the second refusal would be about it.
  await expect(starting()).rejects.toThrow(`Port ${port} on 127.0.0.1 is already in use`);
  await new Promise((resolve) => other.close(resolve));
  await rm(elsewhere, { recursive: true });
});

test('what was kept is there after everything was stopped and started again', async () => {
  await stack.close();
  stack = await start();
  service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
  expect(await service.ask(cast.admin, 'GET', '')).toMatchObject({ tenantId: tenant });
});
