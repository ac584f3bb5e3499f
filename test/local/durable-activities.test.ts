import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DurableHost, durableHost, idsOf } from './fixtures/durable-host.js';
import { closeHosts } from './fixtures/host.js';

let host: DurableHost;
beforeAll(async () => {
  host = await durableHost();
});
afterAll(closeHosts);

describe('an orchestration of activities', () => {
  it('runs a chain in order and shows its custom status, input and output', async () => {
    const status = await host.run('chain', 'Ada');
    expect(status).toMatchObject({
      name: 'chain',
      runtimeStatus: 'Completed',
      input: 'Ada',
      output: ['Hello Ada', 'Hello Hello Ada'],
      customStatus: { step: 2 },
    });
    expect(idsOf(host.stored(status.instanceId))).toEqual([
      'Started',
      'Task 0',
      'TaskCompleted(0)',
      'Task 1',
      'TaskCompleted(1)',
      'Completed 2',
    ]);
  });

  it('hands inputs to activities as the real host converts them', async () => {
    const { output } = await host.run('inputs');
    expect(output).toEqual({
      kinds: [
        { kind: 'string', value: 'True' },
        { kind: 'undefined' },
        { kind: 'undefined' },
        { kind: 'number', value: 7 },
        { kind: 'string', value: 'text' },
        { kind: 'string', value: '7' },
        { kind: 'object', value: [1] },
        { kind: 'object', value: { a: 1 } },
      ],
      nothing: null,
    });
  });

  it('gives an orchestration that was started without input an empty string', async () => {
    const status = await host.run('echoInput');
    expect(status).toMatchObject({ input: '', output: { input: '', parent: null } });
  });

  it('fans out to 20 activities and keeps the results in the order of the calls', async () => {
    const status = await host.run('fanOut', 20);
    expect(status.output).toEqual(Array.from({ length: 20 }, (_, n) => n));
    const ids = idsOf(host.stored(status.instanceId));
    expect(ids.slice(1, 21)).toEqual(Array.from({ length: 20 }, (_, n) => `Task ${n}`));
    expect(ids.at(-1)).toBe('Completed 20');
  });

  it('runs ten activities at once and no more', async () => {
    expect((await host.run('crowd')).output).toBe(10);
  });

  it('succeeds at the third attempt, each retry costing a timer id and a task id', async () => {
    const status = await host.run('retried', { key: 'third', failures: 2 });
    expect(status.output).toEqual([3, 'after']);
    expect(idsOf(host.stored(status.instanceId))).toEqual([
      'Started',
      'Task 0',
      'TaskFailed(0)',
      'Timer 1',
      'TimerFired(1)',
      'Task 2',
      'TaskFailed(2)',
      'Timer 3',
      'TimerFired(3)',
      'Task 4',
      'TaskCompleted(4)',
      'Task 5',
      'TaskCompleted(5)',
      'Completed 6',
    ]);
  });

  it("throws the activity's error into the orchestrator after the last attempt and one more timer", async () => {
    const status = await host.run('exhausted');
    const { name, message } = status.output as { name: string; message: string };
    expect(name).toBe('Error');
    expect(message).toMatch(
      /^Activity function 'actFail' failed: {2}act boom \n \{"\$type":"System.Exception/,
    );
    const stored = host.stored(status.instanceId);
    expect(idsOf(stored).slice(-5)).toEqual([
      'Task 4',
      'TaskFailed(4)',
      'Timer 5',
      'TimerFired(5)',
      'Completed 6',
    ]);
  });

  it('keeps the ids of two retries inside one Task.all apart', async () => {
    const status = await host.run('twoRetries');
    expect(status.output).toEqual([2, 'b', 2]);
    const scheduled = host.stored(status.instanceId).tasks.map(({ id, kind }) => `${kind} ${id}`);
    expect(scheduled.slice(0, 3)).toEqual(['activity 0', 'activity 1', 'activity 2']);
    expect(scheduled.filter((task) => task.startsWith('timer'))).toHaveLength(2);
    expect(scheduled).toHaveLength(7);
  });

  it('lengthens the pauses by the coefficient up to the longest', async () => {
    const status = await host.run('backedOff', { key: 'backoff', failures: 3 });
    expect(status.output).toBe(4);
    const { history } = host.stored(status.instanceId);
    const pauses = history.flatMap((event) =>
      event.EventType === 10 ? [Date.parse(event.FireAt) - Date.parse(event.Timestamp)] : [],
    );
    expect(pauses).toEqual([20, 30, 30]);
  });

  it('fails with the whole text of an activity error that nothing catches', async () => {
    const { runtimeStatus, output } = await host.run('failing', 'act boom');
    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(
      /^Orchestrator function 'failing' failed: Activity function 'actFail' failed: {2}act boom \n \{/,
    );
  });

  it('fails with the message of what the orchestrator throws', async () => {
    const status = await host.run('throwing');
    expect(status).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'throwing' failed: no such thing",
    });
  });
});
