import { describe, expect, it } from 'vitest';

import { day, hour } from '../../shared/core/kernel/time.js';
import { command, newTold, start } from './told.js';

const publish = (version: string, mode: 'enforce' | 'shadow' = 'enforce') => ({
  policy: 'baseline',
  version,
  mode,
  rules: [{ rule: 'commands', controls: ['commands-evaluated'] }],
});
const under = (version: string, mode: 'enforce' | 'shadow' = 'enforce') =>
  command({ mode, policy: { id: 'baseline', version, rule: 'commands' }, repository: 'billing' });

type Step = {
  at: number;
  publish?: [string, ('enforce' | 'shadow')?];
  decide?: [string, ('enforce' | 'shadow')?];
};
const rows: readonly { title: string; steps: readonly Step[]; state: string }[] = [
  {
    title: 'decided under the version in force',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, decide: ['1'] },
    ],
    state: 'enforced',
  },
  {
    title: 'decided under a version that nobody published',
    steps: [{ at: 1, decide: ['1'] }],
    state: 'missing',
  },
  {
    title: 'enforced under a version that is published as a trial',
    steps: [
      { at: 0, publish: ['1', 'shadow'] },
      { at: 1, decide: ['1'] },
    ],
    state: 'missing',
  },
  {
    title: 'decided under the old version after the new one was published',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, publish: ['2'] },
      { at: 2, decide: ['1'] },
    ],
    state: 'missing',
  },
  {
    title: 'not active since the new version was published',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, decide: ['1'] },
      { at: 2, publish: ['2'] },
    ],
    state: 'enforced',
  },
  {
    title: 'rolled on to the new version',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, publish: ['2'] },
      { at: 2, decide: ['1'] },
      { at: 3, decide: ['2'] },
    ],
    state: 'enforced',
  },
  {
    title: 'a candidate beside it is no newer version',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, publish: ['2', 'shadow'] },
      { at: 2, decide: ['1'] },
    ],
    state: 'enforced',
  },
  {
    title: 'only ever watched',
    steps: [
      { at: 0, publish: ['1'] },
      { at: 1, decide: ['1', 'shadow'] },
    ],
    state: 'shadowed',
  },
];

describe('policy drift', () => {
  for (const { title, steps, state } of rows)
    it(`${title}: ${state}, for the agent and for the repository`, async () => {
      const told = newTold();
      for (const step of steps) {
        told.at(start + step.at * hour);
        if (step.publish) await told.tell('policy.published', publish(...step.publish));
        if (step.decide) await told.tell('decision.recorded', under(...step.decide));
      }
      await told.passTo(start + 5 * hour);
      expect(await told.stateOf('agent', 'builder', 'policy-current')).toBe(state);
      expect(await told.stateOf('repository', 'billing', 'repository-policy-current')).toBe(state);
    });

  it('is gone with the policy: one that no longer decides cannot keep an agent drifted for ever', async () => {
    const told = newTold();
    await told.tell('decision.recorded', under('0'));
    await told.tell('policy.published', { ...publish('1'), policy: 'other' });
    told.at(start + 31 * day);
    await told.tell(
      'decision.recorded',
      command({ policy: { id: 'other', version: '1', rule: 'commands' } }),
    );
    expect(await told.stateOf('agent', 'builder', 'policy-current')).toBe('enforced');
  });

  it('of a control from enforce to shadow keeps the event that last showed it enforced', async () => {
    const told = newTold();
    await told.tell('policy.published', publish('1'));
    const proof = await told.tell('decision.recorded', under('1'));
    told.at(start + hour);
    const watched = await told.tell('decision.recorded', under('1', 'shadow'));
    expect((await told.item('agent', 'builder')).states['commands-evaluated']).toMatchObject({
      state: 'shadowed',
      evidenceId: watched,
      fell: { from: proof },
    });
    told.at(start + 2 * hour);
    await told.tell('decision.recorded', under('1'));
    expect((await told.item('agent', 'builder')).states['commands-evaluated']).not.toHaveProperty('fell');
  });
});
