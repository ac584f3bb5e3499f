import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadWorker, type HttpAnswer, type TypedData } from '../../infra/local/host/worker.js';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const request = (method: string, body?: string): TypedData => ({
  http: {
    method,
    url: 'http://localhost/api/x',
    headers: {},
    params: { name: 'Ada' },
    body: { string: body },
  },
});

async function loaded(name: string) {
  const lines: string[] = [];
  const worker = await loadWorker(fixture(name), (level, of, message) =>
    lines.push(`${level} ${of}: ${message}`),
  );
  const invoke = (of: string, data: TypedData) =>
    worker.invoke(of, { [worker.functions.get(of)?.triggerName ?? '']: data });
  return { worker, lines, invoke };
}

const answer = (data: TypedData | null): HttpAnswer => data?.http as HttpAnswer;

describe('the worker runs an unmodified functions app', () => {
  test('it knows every registration with its trigger', async () => {
    const { worker } = await loaded('worker-app.js');
    expect([...worker.functions.keys()]).toEqual(['hello', 'nothing', 'text', 'tick', 'echo', 'fails']);
    expect(worker.functions.get('hello')?.trigger).toMatchObject({
      type: 'httpTrigger',
      direction: 'in',
      route: 'hello/{name}',
      authLevel: 'anonymous',
      methods: ['GET', 'POST'],
    });
  });

  test('an HTTP handler gets its request and its response comes back with an unread body', async () => {
    const { invoke } = await loaded('worker-app.js');
    const { returnValue } = await invoke('hello', request('POST', 'hi'));
    expect(answer(returnValue).status).toBe(201);
    expect(answer(returnValue).headers.get('content-type')).toBe('application/json');
    expect(await new Response(answer(returnValue).body).json()).toEqual({ hello: 'Ada', body: 'hi' });
  });

  test('a handler that returns nothing gives no response, and one that returns text fails', async () => {
    const { invoke } = await loaded('worker-app.js');
    expect((await invoke('nothing', request('GET'))).returnValue).toBeNull();
    await expect(invoke('text', request('GET'))).rejects.toThrow('must be an object');
  });

  test('a timer gets camel-cased status, logs under its name and fills its outputs', async () => {
    const { invoke, lines } = await loaded('worker-app.js');
    const { returnValue, outputData } = await invoke('tick', { json: '{"IsPastDue":true}' });
    expect(returnValue).toEqual({ json: '{"isPastDue":true}' });
    expect(outputData.map(({ data }) => data)).toEqual([{ string: 'out' }]);
    expect(lines).toContain('information tick: ticked true');
  });

  test('a generic trigger gets typed data and its error comes back', async () => {
    const { invoke } = await loaded('worker-app.js');
    expect((await invoke('echo', { int: 7 })).returnValue).toEqual({ int: 7 });
    expect((await invoke('echo', { json: '{"a":[1]}' })).returnValue).toEqual({ json: '{"a":[1]}' });
    await expect(invoke('fails', { int: 7 })).rejects.toThrow('no');
  });

  test('hooks run around the handler and may mend its error; streaming mode needs no proxy', async () => {
    const { invoke } = await loaded('hooks-app.js');
    const { returnValue } = await invoke('broken', request('GET'));
    expect(await new Response(answer(returnValue).body).text()).toBe('before mended');
    await expect(invoke('refused', request('GET'))).rejects.toThrow('refused by a hook');
  });

  test.each([
    ['throwing-app.js', 'the entry is broken'],
    ['duplicate-app.js', 'A function with id "same" has already been registered.'],
    ['absent-app.js', 'absent-app.js'],
  ])('%s leaves no function behind and says why', async (name, reason) => {
    const { worker, lines } = await loaded(name);
    expect(worker.functions.size).toBe(0);
    expect(lines.join('\n')).toContain('Worker was unable to load entry point');
    expect(lines.join('\n')).toContain(reason);
  });
});
