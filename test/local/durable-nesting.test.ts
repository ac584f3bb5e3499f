import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DurableHost, durableHost, idsOf } from './fixtures/durable-host.js';
import { closeHosts, eventually } from './fixtures/host.js';

let host: DurableHost;
beforeAll(async () => {
  host = await durableHost();
});
afterAll(closeHosts);

describe('a sub-orchestration', () => {
  it("gives its result to the parent and has an id made of the parent's execution and the event", async () => {
    const status = await host.run('parent', { child: 'echoInput', input: { a: 1 } });
    expect(status.output).toEqual({ input: { a: 1 }, parent: status.instanceId });
    const stored = host.stored(status.instanceId);
    expect(stored.executionId).toMatch(/^[0-9a-f]{32}$/);
    expect(host.stored(`${stored.executionId}:0`)).toMatchObject({ status: 'Completed', name: 'echoInput' });
    expect(idsOf(stored)).toEqual(['Started', 'Sub 0', 'SubCompleted(0)', 'Completed 1']);
  });

  it('takes the id that the parent gives it', async () => {
    await host.run('parent', { child: 'chain', input: 'x', id: 'named-child' });
    expect(await host.client('getStatus', 'named-child')).toMatchObject({
      output: ['Hello x', 'Hello Hello x'],
    });
  });

  it('fails its parent with the nested message', async () => {
    const { runtimeStatus, output } = await host.run('parent', { child: 'throwing' });
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain(
      "Orchestrator function 'parent' failed: Orchestrator function 'throwing' failed: no such thing",
    );
  });

  it('tells its parent when it is terminated', async () => {
    const id = await host.begin('parent', { child: 'threeEvents', id: 'stopped-child' });
    await eventually(() => host.client('getStatus', 'stopped-child').catch(() => undefined));
    await host.client('terminate', 'stopped-child', 'not wanted');
    expect((await host.reaches(id)).output).toContain('not wanted');
  });

  it('fails under its parent when an unrelated instance of its id is running', async () => {
    await host.begin('threeEvents', null, 'taken');
    const { output } = await host.run('parent', { child: 'chain', id: 'taken' });
    expect(output).toContain('An Orchestration instance with the status');
  });

  it('is repeated as a new child with the ids of a retry', async () => {
    const status = await host.run('parentRetry');
    expect(status.output).toContain(
      "Orchestrator function 'failing' failed: Activity function 'actFail' failed:",
    );
    const stored = host.stored(status.instanceId);
    expect(idsOf(stored)).toEqual([
      'Started',
      'Sub 0',
      'SubFailed(0)',
      'Timer 1',
      'TimerFired(1)',
      'Sub 2',
      'SubFailed(2)',
      'Timer 3',
      'TimerFired(3)',
      'Completed 4',
    ]);
    expect(host.stored(`${stored.executionId}:2`).status).toBe('Failed');
  });
});

describe('continueAsNew', () => {
  it('starts the history again under the same instance id, with ids from 0', async () => {
    const status = await host.run('counter', { n: 0, until: 4 });
    expect(status).toMatchObject({ output: 4, input: { n: 3, until: 4 } });
    expect(idsOf(host.stored(status.instanceId))).toEqual([
      'Started',
      'Task 0',
      'TaskCompleted(0)',
      'Completed 1',
    ]);
    expect(status.historyEvents[0]).toMatchObject({ EventType: 'ExecutionStarted', Generation: null });
  });

  it('hands over the events that the old execution had not yet received', async () => {
    const id = await host.begin('eventCounter', []);
    const events = Array.from({ length: 5 }, (_, n) => `e${n}`);
    for (const event of events) await host.client('raiseEvent', id, 'item', event);
    await host.client('raiseEvent', id, 'item', 'end');
    expect((await host.reaches(id)).output).toEqual(events);
  });

  it('forgets an event that the old execution had received and not waited for, as the real host does', async () => {
    const id = await host.begin('forgetful', 'first');
    await host.client('raiseEvent', id, 'item', 1);
    await eventually(() => host.stored(id).history.some((event) => event.EventType === 15));
    await host.client('raiseEvent', id, 'next', 1);
    await eventually(() => host.stored(id).input === '"second"');
    await host.client('raiseEvent', id, 'end', 1);
    expect((await host.reaches(id)).output).toBe('end');
  });

  it('answers a parent once, at the end of the last execution', async () => {
    const { output } = await host.run('parent', { child: 'counter', input: { n: 0, until: 3 } });
    expect(output).toBe(3);
  });
});

describe('Task.any', () => {
  it('holds the instance Running until the slower task is done', async () => {
    const gate = join(host.state, 'gate-any');
    const id = await host.begin('firstOfTwo', { log: join(host.state, 'log-any'), gate, value: 'slow' });
    const answered = await eventually(() => {
      const stored = host.stored(id);
      return stored.ending ? stored : undefined;
    });
    expect(answered.status).toBe('Running');
    writeFileSync(gate, '');
    expect(await host.reaches(id)).toMatchObject({ output: 'fast' });
  });
});
