import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DurableHost, durableHost, type Status } from './fixtures/durable-host.js';
import { closeHosts } from './fixtures/host.js';

let host: DurableHost;
beforeAll(async () => {
  host = await durableHost();
});
afterAll(closeHosts);

const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const statusCode = async (method: string, path: string, init?: RequestInit): Promise<number> =>
  (await host.manage(method, path, init)).status;
const names = [
  'id',
  'statusQueryGetUri',
  'sendEventPostUri',
  'terminatePostUri',
  'rewindPostUri',
  'purgeHistoryDeleteUri',
  'restartPostUri',
  'suspendPostUri',
  'resumePostUri',
];

describe('starting over HTTP', () => {
  it('answers a starter function with the addresses of the instance, which work', async () => {
    const response = await fetch(`${host.url}/api/begin/chain/started-1`, { method: 'POST', ...json('Ada') });
    const urls = (await response.json()) as Record<string, string>;
    expect(response.status).toBe(202);
    expect(Object.keys(urls)).toEqual(names);
    expect(response.headers.get('location')).toBe(urls.statusQueryGetUri);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(urls.terminatePostUri).toBe(
      `${host.url}/runtime/webhooks/durabletask/instances/started-1/terminate?reason={text}&taskHub=LocalHub&connection=Storage&code=${host.systemKey}`,
    );
    await host.reaches('started-1');
    expect(await (await fetch(urls.statusQueryGetUri ?? '')).json()).toMatchObject({
      runtimeStatus: 'Completed',
    });
  });

  it('answers the API with the same addresses but for rewind, whatever the case of the name', async () => {
    const response = await host.manage('POST', 'orchestrators/CHAIN/started-2', json('Ada'));
    expect(response.status).toBe(202);
    expect(Object.keys((await response.json()) as object)).toEqual(
      names.filter((name) => name !== 'rewindPostUri'),
    );
    expect(await host.reaches('started-2')).toMatchObject({ name: 'chain', runtimeStatus: 'Completed' });
  });

  it('gives an instance without an id one of 32 hexadecimal digits', async () => {
    expect(await host.begin('chain', 'x')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('waits for the end when asked to, and answers with the output', async () => {
    const path = 'orchestrators/chain?timeout=10&pollingInterval=0.02';
    const response = await host.manage('POST', path, json('Ada'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(['Hello Ada', 'Hello Hello Ada']);
  });

  it('refuses an unknown orchestrator by name, bad JSON and forbidden ids', async () => {
    const unknown = await host.manage('POST', 'orchestrators/nobody', json(1));
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain("The function 'nobody' doesn't exist, is disabled, or is not");
    expect(await statusCode('POST', 'orchestrators/chain', { body: '{' })).toBe(400);
    expect(await statusCode('POST', 'orchestrators/chain/@at', json(1))).toBe(400);
    expect(await statusCode('POST', 'orchestrators/chain/a%23b', json(1))).toBe(400);
  });

  it('needs the system or the master key', async () => {
    const url = `${host.url}/runtime/webhooks/durabletask/instances`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(`${url}?code=wrong`)).status).toBe(401);
    expect((await fetch(`${url}?code=${host.masterKey}`)).status).toBe(200);
    expect((await fetch(`${host.url}/durabletask/instances`)).status).toBe(404);
  });
});

describe('an id that is taken', () => {
  it('is refused while its instance runs', async () => {
    await host.begin('threeEvents', null, 'busy');
    await host.reaches('busy', 'Running');
    const response = await host.manage('POST', 'orchestrators/chain/busy', json(1));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      ExceptionMessage: 'An Orchestration instance with the status Running already exists.',
      ExceptionType: 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    });
    await expect(host.begin('chain', 1, 'busy')).rejects.toThrow(
      'The operation failed with an unexpected status code: 500. Details: {',
    );
  });

  it('is given to the new instance once the old one has ended, however it ended', async () => {
    await host.begin('throwing', null, 'again');
    await host.reaches('again', 'Failed');
    await host.begin('threeEvents', null, 'again');
    await host.client('terminate', 'again', 'over');
    await host.reaches('again', 'Terminated');
    await host.begin('chain', 'new', 'again');
    const status = await host.reaches('again');
    expect(status).toMatchObject({ name: 'chain', runtimeStatus: 'Completed', input: 'new' });
    expect(status.historyEvents.map((event) => event.EventType)).not.toContain('ExecutionTerminated');
  });
});

describe('the status of an instance', () => {
  it('is 202 with a place to look again while it runs, 200 when it has ended, 404 when unknown', async () => {
    await host.begin('threeEvents', { a: 1 }, 'watched');
    await host.reaches('watched', 'Running');
    const running = await host.manage('GET', 'instances/watched');
    expect(running.status).toBe(202);
    expect(running.headers.get('location')).toBe(running.url);
    expect(running.headers.get('retry-after')).toBe('5');
    const body = (await running.json()) as Status;
    expect(Object.keys(body)).toEqual([
      'name',
      'instanceId',
      'runtimeStatus',
      'input',
      'customStatus',
      'output',
      'createdTime',
      'lastUpdatedTime',
    ]);
    expect(body.createdTime).toMatch(/T\d\d:\d\d:\d\dZ$/);
    expect(await (await host.manage('GET', 'instances/watched?showInput=false')).json()).toMatchObject({
      input: null,
    });
    await host.client('terminate', 'watched', 'over');
    expect(await statusCode('GET', 'instances/watched')).toBe(200);
    expect(await statusCode('GET', 'instances/nope')).toBe(404);
    await expect(host.client('getStatus', 'nope')).rejects.toThrow(/HTTP 404 response.*: nope\.$/);
  });

  it('is 500 for a failed instance only when asked for', async () => {
    const { instanceId } = await host.run('throwing');
    expect(await statusCode('GET', `instances/${instanceId}`)).toBe(200);
    const asked = `instances/${instanceId}?returnInternalServerErrorOnFailure=true`;
    expect(await statusCode('GET', asked)).toBe(500);
  });

  it('shows a history without turns and ids, and results only when asked for', async () => {
    const { instanceId } = await host.run('chain', 'Ada');
    const response = await host.manage('GET', `instances/${instanceId}?showHistory=true`);
    const { historyEvents } = (await response.json()) as Status;
    expect(historyEvents.map((event) => event.EventType)).toEqual([
      'ExecutionStarted',
      'TaskCompleted',
      'TaskCompleted',
      'ExecutionCompleted',
    ]);
    expect(historyEvents[0]).toMatchObject({ Input: '"Ada"', Generation: 0, FunctionName: 'chain' });
    expect(Object.keys(historyEvents[1] ?? {})).toEqual([
      'EventType',
      'ScheduledTime',
      'FunctionName',
      'Input',
      'Timestamp',
    ]);
    expect(historyEvents[1]).toMatchObject({ FunctionName: 'actHello' });
  });
});

describe('operations on an instance', () => {
  it('are gone for a finished instance, unknown for none, and silent to the client when gone', async () => {
    const { instanceId } = await host.run('chain', 'x');
    for (const operation of ['raiseEvent/go', 'terminate', 'suspend', 'resume']) {
      expect(await statusCode('POST', `instances/${instanceId}/${operation}`, json(1))).toBe(410);
      expect(await statusCode('POST', `instances/nope/${operation}`, json(1))).toBe(404);
    }
    await host.client('raiseEvent', instanceId, 'go', 1);
    await host.client('terminate', instanceId, 'late');
    await expect(host.client('raiseEvent', 'nope', 'go', 1)).rejects.toThrow(
      "No instance with ID 'nope' found.",
    );
  });

  it('take an event only as JSON and only with a name', async () => {
    await host.begin('threeEvents', null, 'listening');
    const path = 'instances/listening/raiseEvent/start';
    expect(await statusCode('POST', path, json({ a: 1 }))).toBe(202);
    const text = await host.manage('POST', path, { body: 'x', headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(400);
    expect(await text.json()).toEqual({ Message: 'Only application/json request content is supported' });
    expect(await statusCode('POST', path)).toBe(400);
    expect(await statusCode('POST', path, { ...json(1), body: '{' })).toBe(400);
    expect(await statusCode('POST', 'instances/listening/raiseEvent', json(1))).toBe(404);
  });

  it('restart an instance with its input, under a new id or the same', async () => {
    const { instanceId } = await host.run('chain', 'Ada');
    const response = await host.manage('POST', `instances/${instanceId}/restart`);
    const { id } = (await response.json()) as { id: string };
    expect(response.status).toBe(202);
    expect(id).not.toBe(instanceId);
    expect(await host.reaches(id)).toMatchObject({ input: 'Ada', runtimeStatus: 'Completed' });
    const same = await host.manage('POST', `instances/${instanceId}/restart?restartWithNewInstanceId=false`);
    expect(await same.json()).toMatchObject({ id: instanceId });
  });

  it('purge an instance, a running one too', async () => {
    await host.begin('threeEvents', null, 'unwanted');
    expect(await host.client('purgeInstanceHistory', 'unwanted')).toEqual({ instancesDeleted: 1 });
    expect(await host.client('purgeInstanceHistory', 'unwanted')).toEqual({ instancesDeleted: 0 });
    expect(await statusCode('DELETE', 'instances/unwanted')).toBe(404);
    expect(() => host.stored('unwanted')).toThrow('nothing is stored');
  });
});

describe('the list of instances', () => {
  it('is in the order of ids, filtered, and paged by a token', async () => {
    for (const id of ['list-b', 'list-a', 'list-c']) {
      await host.begin('chain', id, id);
      await host.reaches(id);
    }
    const query = 'instances?instanceIdPrefix=list-&runtimeStatus=Completed&top=2';
    const first = await host.manage('GET', query);
    const token = first.headers.get('x-ms-continuation-token') ?? '';
    const second = await host.manage('GET', query, { headers: { 'x-ms-continuation-token': token } });
    const ids = async (response: Response): Promise<string[]> =>
      ((await response.json()) as Status[]).map(({ instanceId }) => instanceId);
    expect(await ids(first)).toEqual(['list-a', 'list-b']);
    expect(await ids(second)).toEqual(['list-c']);
    expect(second.headers.has('x-ms-continuation-token')).toBe(false);
    expect(await ids(await host.manage('GET', 'instances?instanceIdPrefix=none-'))).toEqual([]);
    const all = await host.client<Status[]>('getStatusAll');
    expect(all.map(({ instanceId }) => instanceId)).toContain('list-c');
  });

  it('is purged by time and status, of what has ended only', async () => {
    await host.begin('threeEvents', null, 'still-running');
    expect(await statusCode('DELETE', 'instances')).toBe(400);
    expect(await statusCode('DELETE', 'instances?createdTimeFrom=2999-01-01')).toBe(404);
    const purged = await host.manage(
      'DELETE',
      'instances?createdTimeFrom=2000-01-01&runtimeStatus=Completed',
    );
    const { instancesDeleted } = (await purged.json()) as { instancesDeleted: number };
    expect(instancesDeleted).toBeGreaterThanOrEqual(3);
    await host.manage('DELETE', 'instances?createdTimeFrom=2000-01-01');
    expect(await statusCode('GET', 'instances/still-running')).toBe(202);
  });
});

describe('waitForCompletionOrCreateCheckStatusResponse', () => {
  it('answers with the output, with the failed status as 500, or with the addresses in time', async () => {
    const wait = async (id: string, patience = 20_000) => {
      const response = await fetch(`${host.url}/api/await/${id}?patience=${patience}`, { method: 'POST' });
      return { status: response.status, body: await response.json() };
    };
    expect(await wait(await host.begin('chain', 'Ada'))).toMatchObject({
      status: 200,
      body: ['Hello Ada', 'Hello Hello Ada'],
    });
    expect(await wait(await host.begin('throwing'))).toMatchObject({
      status: 500,
      body: { runtimeStatus: 'Failed' },
    });
    const id = await host.begin('threeEvents');
    expect(await wait(id, 300)).toMatchObject({ status: 202, body: { id } });
  });
});
