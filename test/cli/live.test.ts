import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { at } from '../http/desk.js';
import { startStack, type Stack } from '../http/stack.js';
import { decisionEvent, runtimeUri } from '../ingest/intake.js';
import { aispm, type Ran } from './desk.js';

/*
 * The commands against the compiled app under the local host: what a pipeline does, from posting evidence to checking a
 * report with no network.
 */

let stack: Stack;
let folder: string;
beforeAll(async () => {
  [stack, folder] = await Promise.all([startStack(), mkdtemp(join(tmpdir(), 'aispm-live-'))]);
}, 60_000);
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = (role: string): Promise<string> =>
  stack.issuer.token({ sub: `${role}-1`, roles: [role], tenants: ['acme'] });

async function call(method: string, path: string, role: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${stack.url}/tenants/acme${path}`, {
    method,
    headers: { authorization: `Bearer ${await tokenOf(role)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** The command as a role, over the network. */
const command = async (role: string, name: string, ...args: string[]): Promise<Ran> =>
  aispm([name, '--url', new URL(stack.url).origin, '--tenant', 'acme', ...args], fetch, {
    AISPM_TOKEN: await tokenOf(role),
  });

const verifies = async (...args: string[]): Promise<Ran> =>
  aispm(['verify', '--keys', join(folder, 'keys.json'), ...args]);

async function saved(name: string, path: string, role = 'auditor'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(await call('GET', path, role), null, 2));
  return file;
}

async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing after 50 s; the host said:\n${stack.lines.slice(-20).join('\n')}`);
}

it('posts evidence, asks the gate, fetches a report, and checks it all by the tenant’s keys', async () => {
  const runtime = {
    id: 'runtime',
    uri: runtimeUri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
  };
  const settings = { displayName: 'Acme', timeZone: 'UTC' };
  await call('PUT', '', 'admin', { settings, sources: [runtime] });
  await saved('keys.json', '/keys');

  const events = join(folder, 'events.json');
  const time = new Date().toISOString();
  await writeFile(events, JSON.stringify([1, 2, 3].map((n) => decisionEvent({ id: `dec-${n}`, time }))));
  const posted = await command('collector', 'post', events);
  expect(posted).toMatchObject({ exit: 0, err: '' });
  const [, id = ''] = /accepted {3}([0-9a-f]{64})/.exec(posted.out) ?? [];

  await eventually(async () => {
    const { log } = (await call('GET', `/evidence/${id}`, 'auditor')) as { log: unknown };
    return log ?? undefined;
  });
  const older = await saved('older.json', '/log/checkpoint');
  const event = await saved('event.json', `/evidence/${id}`);
  const proof = await saved('proof.json', `/evidence/${id}/proof`);
  expect(await verifies(event, proof)).toMatchObject({ exit: 0, err: '' });

  const answer = join(folder, 'answer.json');
  const gate = [
    'gate',
    '--target',
    'production',
    '--release',
    'v1',
    '--keys',
    join(folder, 'keys.json'),
  ] as const;
  const decided = await command('pipeline', ...gate, '--json');
  expect(decided).toMatchObject({ exit: 1, err: '' });
  await writeFile(answer, decided.out);
  expect(await verifies(answer)).toMatchObject({ exit: 0 });
  expect((await command('viewer', ...gate)).err).toContain('forbidden');

  const report = at(await call('POST', '/reports', 'operator', { type: 'ciso' }), 'id') as string;
  const zip = join(folder, `${report}.zip`);
  await eventually(async () =>
    at(await call('GET', `/reports/${report}`, 'auditor'), 'manifestDigest') === null ? undefined : true,
  );
  expect(await command('auditor', 'packet', '--report', report, '--out', zip)).toMatchObject({
    exit: 0,
    err: '',
  });
  expect(await verifies(zip)).toMatchObject({ exit: 0, err: '' });

  const newer = await saved('newer.json', '/log/checkpoint');
  const papers = [zip, older, newer, answer, event, proof];
  const apart = await verifies(...papers);
  expect(apart).toMatchObject({ exit: 2, err: '' });
  // It names what joins them, each as it is asked for.
  const needed = [...apart.out.matchAll(/\/log\/consistency\?from=\d+&to=\d+/g)].map(([path]) => path);
  expect(needed.length).toBeGreaterThan(1);
  const proofs = await Promise.all(needed.map((path, n) => saved(`consistency-${n}.json`, path)));
  expect(await verifies(...papers, ...proofs)).toMatchObject({ exit: 0, err: '' });
}, 60_000);
