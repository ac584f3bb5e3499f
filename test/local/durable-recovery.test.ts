import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../infra/local/durable/store.js';
import { durableHost, type Status, storedInstance } from './fixtures/durable-host.js';
import { compileStandIns, type HostProcess, spawnHost } from './fixtures/host-process.js';
import { closeHosts, eventually, fixture, newFolder } from './fixtures/host.js';

type Running = { host: HostProcess; url: string };

const key = 'key-of-the-test';
let state: string;
let compiled: Awaited<ReturnType<typeof compileStandIns>>;
const spawned: HostProcess[] = [];
beforeAll(async () => {
  compiled = await compileStandIns();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  state = await newFolder();
});
afterEach(async () => {
  for (const host of spawned.splice(0)) await kill(host);
  await closeHosts();
});

async function startHost(): Promise<Running> {
  const host = spawnHost(compiled.main, {
    AISPM_HOST_ENTRY: fixture('durable-app.js'),
    AISPM_HOST_STATE: state,
    AISPM_HOST_SYSTEM_KEY: key,
  });
  spawned.push(host);
  return { host, url: await host.ready };
}

async function kill(host: HostProcess): Promise<void> {
  host.kill('SIGKILL');
  await host.exited;
}

async function restarted({ host }: Running): Promise<Running> {
  await kill(host);
  return startHost();
}

async function call(running: Running, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-functions-key': key };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${running.url}/runtime/webhooks/durabletask/${path}`, { method, headers, ...init });
}

const ended = (running: Running, id: string): Promise<Status> =>
  eventually(async () => {
    const response = await call(running, 'GET', `instances/${id}`);
    return response.status === 200 ? ((await response.json()) as Status) : undefined;
  });

const stored = (id: string) => storedInstance(join(state, 'durable'), id);
const ran = (): string[] => {
  const log = join(state, 'log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
};
const gated = (value: string) => ({ log: join(state, 'log'), gate: join(state, `gate-${value}`), value });
const open = (value: string): void => writeFileSync(gated(value).gate, '');

describe('a host killed at any moment', () => {
  it('runs again the activity that had not ended, and no activity that had', async () => {
    let running = await startHost();
    open('first');
    const input = { gates: [gated('first'), gated('second')] };
    await call(running, 'POST', 'orchestrators/gated/mid-activity', input);
    await eventually(() => ran().includes('second'));
    running = await restarted(running);
    open('second');
    expect(await ended(running, 'mid-activity')).toMatchObject({
      runtimeStatus: 'Completed',
      output: ['first', 'second'],
    });
    expect(ran()).toEqual(['first', 'second', 'second']);
  });

  it('sets a timer again and fires one that fell due meanwhile', async () => {
    let running = await startHost();
    await call(running, 'POST', 'orchestrators/timer/mid-timer', 1500);
    await call(running, 'POST', 'orchestrators/timer/overdue', 300);
    await eventually(() => stored('mid-timer')?.tasks.length === 1);
    await eventually(() => stored('overdue')?.tasks.length === 1);
    running = await restarted(running);
    expect(await ended(running, 'overdue')).toMatchObject({ runtimeStatus: 'Completed', output: true });
    expect(await ended(running, 'mid-timer')).toMatchObject({ runtimeStatus: 'Completed', output: true });
  });

  it('keeps an event that it accepted before anybody waited for it', async () => {
    let running = await startHost();
    await call(running, 'POST', 'orchestrators/gated/with-event', { gates: [gated('first')], event: 'go' });
    await eventually(() => ran().includes('first'));
    const raised = await call(running, 'POST', 'instances/with-event/raiseEvent/go', { by: 'Ada' });
    expect(raised.status).toBe(202);
    running = await restarted(running);
    open('first');
    expect(await ended(running, 'with-event')).toMatchObject({ output: ['first', { by: 'Ada' }] });
  });

  it('keeps an instance suspended, and an event that came meanwhile', async () => {
    let running = await startHost();
    await call(running, 'POST', 'orchestrators/gated/paused', { gates: [], event: 'go' });
    await call(running, 'POST', 'instances/paused/suspend?reason=audit');
    await call(running, 'POST', 'instances/paused/raiseEvent/go', 'kept');
    running = await restarted(running);
    const status = (await (await call(running, 'GET', 'instances/paused')).json()) as Status;
    expect(status).toMatchObject({ runtimeStatus: 'Suspended', output: 'audit' });
    await call(running, 'POST', 'instances/paused/resume');
    expect(await ended(running, 'paused')).toMatchObject({ output: ['kept'] });
  });

  it('neither loses nor repeats a sub-orchestration', async () => {
    let running = await startHost();
    const input = { child: 'gated', id: 'the-child', input: { gates: [gated('first')] } };
    await call(running, 'POST', 'orchestrators/parent/the-parent', input);
    await eventually(() => ran().includes('first'));
    running = await restarted(running);
    open('first');
    expect(await ended(running, 'the-parent')).toMatchObject({ output: ['first'] });
    expect(stored('the-parent')?.tasks).toHaveLength(1);
  });

  it('tells a parent of a child that had ended', async () => {
    const running = await startHost();
    const input = { child: 'chain', id: 'ended-child', input: 'x' };
    await call(running, 'POST', 'orchestrators/parent/waiting', input);
    await ended(running, 'waiting');
    await kill(running.host);
    // As it stands when the kill comes after the child's last turn and before the parent's.
    const after = stored('waiting');
    if (!after) throw new Error('the parent is not stored');
    const upToFirstTurn = after.history.slice(
      0,
      after.history.findIndex((event) => event.EventType === 13) + 1,
    );
    const tasks = after.tasks.map((task) => ({ ...task, done: false }));
    const before = {
      ...after,
      status: 'Running',
      output: null,
      ending: null,
      history: upToFirstTurn,
      tasks,
    } as const;
    openStore(join(state, 'durable')).save(before);
    const next = await startHost();
    expect(await ended(next, 'waiting')).toMatchObject({ output: ['Hello x', 'Hello Hello x'] });
  });

  it('comes to the right result through kill after kill', async () => {
    const values = ['a', 'b', 'c'];
    let running = await startHost();
    await call(running, 'POST', 'orchestrators/gated/often', { gates: values.map(gated) });
    for (const value of values) {
      await eventually(() => ran().includes(value));
      running = await restarted(running);
      open(value);
    }
    expect(await ended(running, 'often')).toMatchObject({ runtimeStatus: 'Completed', output: values });
    const runs = values.map((value) => ran().filter((line) => line === value).length);
    expect(runs).toEqual([2, 2, 2]);
  });
});

describe('a host closed in good order', () => {
  it('goes on after the next start, and loses nothing to an app that fails to load in between', async () => {
    const first = await durableHost(state);
    await first.begin('gated', { gates: [gated('first')], event: 'go' }, 'patient');
    await eventually(() => ran().includes('first'));
    await first.close();
    open('first');

    const broken = await durableHost(state, 'throwing-app.js');
    expect(broken.lines.join('\n')).toContain(
      "Instance 'patient' waits: no function 'actGated' is registered.",
    );
    const path = 'instances/patient/raiseEvent/go';
    const headers = { 'content-type': 'application/json' };
    expect((await broken.manage('POST', path, { body: '"yes"', headers })).status).toBe(202);
    await broken.close();

    const repaired = await durableHost(state);
    expect(await repaired.reaches('patient')).toMatchObject({ output: ['first', 'yes'] });
  });
});

describe('the store', () => {
  it('reads back what it saved, and ignores what a kill left half written', () => {
    const folder = join(state, 'half');
    mkdirSync(folder);
    writeFileSync(join(folder, 'abc.json.123.tmp'), '{"id":');
    expect(openStore(folder).load()).toEqual([]);
  });
});
