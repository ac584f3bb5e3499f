import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DurableHost, durableHost } from './fixtures/durable-host.js';
import { closeHosts } from './fixtures/host.js';

let host: DurableHost;
beforeAll(async () => {
  host = await durableHost();
});
afterAll(closeHosts);

const start = 'Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ';
const end = 'Was a change made to the orchestrator code after this instance had already started running?';

describe('an orchestrator that does not repeat itself', () => {
  const cases: [string, string, string][] = [
    [
      'calls another activity',
      'otherActivity',
      "an activity task with sequence number 0 named 'actHello', but the current orchestration replay instead scheduled an activity task named 'actEcho' with this sequence number.  ",
    ],
    [
      'sets a timer in place of an activity',
      'timerInstead',
      "an activity task with sequence number 0 named 'actHello', but the current orchestration replay instead produced a CreateTimerOrchestratorAction action with this sequence number. ",
    ],
    [
      'drops a call',
      'callRemoved',
      "an activity task with sequence ID 0 and name 'actHello' (version ''), but the current replay execution hasn't (yet?) scheduled this task. ",
    ],
    [
      'calls an activity in place of a timer',
      'activityInsteadOfTimer',
      'a timer task with sequence number 0, but the current orchestration replay instead produced a ScheduleTaskOrchestratorAction action with this sequence number. ',
    ],
    [
      'starts another sub-orchestration',
      'otherChild',
      "a sub-orchestration task with sequence number 0 named 'echoInput', but the current orchestration replay instead scheduled a sub-orchestration task named 'chain' with this sequence number.  ",
    ],
  ];
  it.each(cases)('fails when it %s', async (_, name, difference) => {
    expect(await host.run(name)).toMatchObject({
      runtimeStatus: 'Failed',
      output: `${start}${difference}${end}`,
    });
  });

  it('goes unnoticed when it inserts a call of the same function, as in the real host', async () => {
    expect(await host.run('sameCallInserted')).toMatchObject({ runtimeStatus: 'Completed' });
  });
});

describe('what the local host does not drive', () => {
  const refusals: [string, string, string][] = [
    ['a timer without a date', 'neverTimer', 'It sets a timer for an invalid date.'],
    ['an entity call', 'callsEntity', 'The local host does not drive the action CallEntity.'],
    ['an entity signal', 'signalsEntity', 'The local host does not drive the action SignalEntity.'],
    ['an entity lock', 'locksEntity', 'The local host does not drive the action LockEntities.'],
    ['a durable HTTP call', 'callsHttp', 'The local host does not drive the action CallHttp.'],
    [
      'a retry time-out',
      'impatientRetry',
      'The local host does not drive the action CallActivityWithRetry with retryTimeoutInMilliseconds. Set maxNumberOfAttempts instead.',
    ],
    [
      'an unknown activity',
      'callsUnknown',
      "It calls 'actMissing', but no activity of that name is registered.",
    ],
    [
      'an unknown sub-orchestration',
      'callsUnknownChild',
      "It calls 'missingChild', but no orchestrator of that name is registered.",
    ],
    [
      'a finished task awaited in a group again',
      'finishedTwice',
      'It waits for a task that was never scheduled. Yield each task in one group only.',
    ],
    [
      'an open task yielded in a second group',
      'activityTwice',
      "It yields 'actSlow' with the same input in a Task.any or Task.all while an earlier one is open. Yield each task in one group only.",
    ],
  ];
  it.each(refusals)('fails the instance by name: %s', async (_, name, reason) => {
    expect(await host.run(name)).toMatchObject({
      runtimeStatus: 'Failed',
      output: `Orchestrator function '${name}' failed: ${reason}`,
    });
    expect(host.lines.join('\n')).toContain(reason);
  });

  it('fails the instance that yields an open timer a second time, naming the instant', async () => {
    const { output } = await host.run('timerTwice');
    expect(output).toMatch(
      /It yields a timer for \S+Z in a Task.any or Task.all while an earlier one is open/,
    );
  });

  it('names entity functions in the log at start', () => {
    expect(host.lines).toContain(
      "error counterEntity: The local host does not drive entities: 'counterEntity' never runs.",
    );
  });

  it('answers 501 for entities and rewind over HTTP', async () => {
    const { instanceId } = await host.run('failing', 'x');
    expect((await host.manage('POST', 'entities/counterEntity/a?op=add')).status).toBe(501);
    const rewind = await host.manage('POST', `instances/${instanceId}/rewind`);
    expect(rewind.status).toBe(501);
    expect(await rewind.text()).toContain('does not rewind');
  });
});
