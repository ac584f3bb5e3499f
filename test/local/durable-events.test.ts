import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DurableHost, durableHost, idsOf } from './fixtures/durable-host.js';
import { closeHosts, eventually } from './fixtures/host.js';

let host: DurableHost;
beforeAll(async () => {
  host = await durableHost();
});
afterAll(closeHosts);

const raise = (id: string, name: string, data: unknown): Promise<unknown> =>
  host.client('raiseEvent', id, name, data);

describe('a durable timer', () => {
  it('never fires before it is due', async () => {
    const status = await host.run('timer', 40);
    expect(status.output).toBe(true);
    expect(idsOf(host.stored(status.instanceId))).toEqual([
      'Started',
      'Timer 0',
      'TimerFired(0)',
      'Completed 1',
    ]);
  });

  it('fires at once when its instant is past', async () => {
    expect(await host.run('timer', -60_000)).toMatchObject({ runtimeStatus: 'Completed' });
  });

  it('may lie further ahead than one timer of the process can', async () => {
    const id = await host.begin('longTimer');
    const status = await host.reaches(id, 'Running');
    expect(host.stored(id).tasks).toMatchObject([{ kind: 'timer', done: false }]);
    expect(status.historyEvents.at(-1)).toMatchObject({ EventType: 'TimerCreated' });
    await host.client('terminate', id, 'seen');
  });
});

describe('an external event against a timer', () => {
  it('wins, and the cancelled timer leaves no event and takes no id', async () => {
    const id = await host.begin('eventOrTimer', { wait: 60_000 });
    await host.reaches(id, 'Running');
    await raise(id, 'go', 'approved');
    expect(await host.reaches(id)).toMatchObject({ runtimeStatus: 'Completed', output: 'approved after' });
    expect(idsOf(host.stored(id))).toEqual([
      'Started',
      'Timer 0',
      'EventRaised',
      'Task 1',
      'TaskCompleted(1)',
      'Completed 2',
    ]);
  });

  it('loses when the timer is due first', async () => {
    const status = await host.run('eventOrTimer', { wait: 10 });
    expect(status.output).toBe('timer');
    expect(idsOf(host.stored(status.instanceId))).toEqual([
      'Started',
      'Timer 0',
      'TimerFired(0)',
      'Completed 1',
    ]);
  });

  it('leaves the instance Running until a timer that nobody cancelled has fired', async () => {
    const id = await host.begin('eventOrTimer', { wait: 2500, cancel: false });
    await raise(id, 'go', 'approved');
    const answered = await eventually(() => {
      const stored = host.stored(id);
      return stored.ending ? stored : undefined;
    });
    expect(answered).toMatchObject({ status: 'Running', output: null });
    expect(await host.reaches(id)).toMatchObject({ output: 'approved after' });
    expect(idsOf(host.stored(id)).slice(-2)).toEqual(['TimerFired(0)', 'Completed 2']);
  });

  it('has a name that is told by case, and an unmatched one stays in the history', async () => {
    const id = await host.begin('eventOrTimer', { wait: 60_000 });
    await raise(id, 'GO', 'loud');
    await raise(id, 'go', 'quiet');
    expect((await host.reaches(id)).output).toBe('quiet after');
    expect(idsOf(host.stored(id)).filter((event) => event === 'EventRaised')).toHaveLength(2);
  });

  it('is kept when it comes before anybody waits, and taken in order', async () => {
    const id = await host.begin('threeEvents');
    await raise(id, 'item', 1);
    await raise(id, 'item', { n: 2 });
    await raise(id, 'start', null);
    expect((await host.reaches(id)).output).toEqual([1, { n: 2 }]);
  });
});

describe('an approval with reminders and an expiry', () => {
  it('ends with the decision, after as many reminders as were due', async () => {
    const id = await host.begin('approval', { remindAfter: 30, expireAfter: 60_000 });
    await eventually(() => host.stored(id).tasks.filter((task) => task.kind === 'activity').length >= 2);
    await raise(id, 'decision', 'approved');
    const { output } = await host.reaches(id);
    expect(output).toMatchObject({ decision: 'approved' });
    expect((output as { reminders: number }).reminders).toBeGreaterThanOrEqual(2);
  });

  it('expires when no decision comes', async () => {
    const { output } = await host.run('approval', { remindAfter: 20, expireAfter: 50 });
    expect(output).toMatchObject({ decision: 'expired' });
  });
});

describe('a suspended instance', () => {
  it('shows the reason, keeps events for later and goes on when resumed', async () => {
    const id = await host.begin('eventOrTimer', { wait: 60_000 });
    await host.reaches(id, 'Running');
    await host.client('suspend', id, 'audit');
    expect(await host.reaches(id, 'Suspended')).toMatchObject({ output: 'audit' });
    await raise(id, 'go', 'kept');
    expect(await host.client('getStatus', id)).toMatchObject({ runtimeStatus: 'Suspended' });
    await host.client('resume', id, 'done');
    const { output, historyEvents } = await host.reaches(id);
    expect(output).toBe('kept after');
    expect(historyEvents).toContainEqual(
      expect.objectContaining({ EventType: 'ExecutionSuspended', Reason: 'audit' }),
    );
  });

  it('cannot be suspended twice, and a running one cannot be resumed', async () => {
    const id = await host.begin('threeEvents');
    await host.reaches(id, 'Running');
    await expect(host.client('resume', id, '')).rejects.toThrow('unexpected status code: 500');
    await host.client('suspend', id, 'once');
    await expect(host.client('suspend', id, 'twice')).rejects.toThrow('unexpected status code: 500');
    await host.client('terminate', id, 'over');
    expect(await host.reaches(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'over' });
  });
});

describe('a terminated instance', () => {
  it('keeps the reason as its output and ignores what still comes', async () => {
    const id = await host.begin('timer', 60_000);
    await host.reaches(id, 'Running');
    await host.client('terminate', id, 'no longer needed');
    const status = await host.reaches(id);
    expect(status).toMatchObject({ runtimeStatus: 'Terminated', output: 'no longer needed' });
    expect(status.historyEvents).toContainEqual(
      expect.objectContaining({ EventType: 'ExecutionTerminated', Input: 'no longer needed' }),
    );
    await raise(id, 'go', 1);
    expect(await host.client('getStatus', id)).toMatchObject({ runtimeStatus: 'Terminated' });
  });
});
