import { describe, expect, it } from 'vitest';

import type { EventData } from '../../schemas/events/types.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { catalogue, controlsOf } from '../../shared/core/posture/catalogue.js';
import { command, newTold, person, start } from './told.js';

const own = { sourceId: 'aispm', signed: false };
const control = 'destructive-commands';
const override = (
  change: Partial<EventData<'control.overridden'>>,
  days = 10,
): EventData<'control.overridden'> => ({
  control,
  actor: person(1),
  approvedBy: person(2),
  reason: 'these agents have no shell',
  expiresAt: instantOf(start + days * day),
  ...change,
});
const unchecked = (agent: string) => command({ agent, decision: 'allow', ran: true });
const inPosture = async (told: ReturnType<typeof newTold>, id = control) =>
  (await told.posture()).controls.find((c) => c.id === id);

describe('an override of a control', () => {
  it('takes it out of the score for every item, on the evidence of the override, and closes its findings', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked('builder'));
    expect((await told.finding('control_unmet', 'agent:builder', control)).state).toBe('open');
    const id = await told.tell('control.overridden', override({ applicable: false }), own);
    await told.passTo(start);
    const item = await told.item('agent', 'builder');
    expect(item.states[control]).toMatchObject({ state: 'not_applicable', evidenceId: id });
    expect((await told.finding('control_unmet', 'agent:builder', control)).state).toBe('closed');
    expect(await inPosture(told)).toMatchObject({ state: 'not_applicable', inScope: 0 });
  });

  it('ends at the instant it names, whoever looks when: what it left out is judged as before, as of then', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked('builder'));
    await told.tell('control.overridden', override({ applicable: false }), own);
    await told.passTo(start + 10 * day - 1);
    expect(await told.stateOf('agent', 'builder', control)).toBe('not_applicable');
    await told.passTo(start + 20 * day);
    const { state, since } = (await told.item('agent', 'builder')).states[control] ?? {};
    expect([state, since]).toEqual(['missing', instantOf(start + 10 * day)]);
    expect(await told.finding('control_unmet', 'agent:builder', control)).toMatchObject({
      state: 'open',
      openedAt: instantOf(start + 10 * day),
    });
    expect(await inPosture(told)).toMatchObject({ state: 'missing', inScope: 1 });
  });

  it('of some items leaves the others as they are', async () => {
    const told = newTold();
    for (const agent of ['builder', 'tester']) await told.tell('decision.recorded', unchecked(agent));
    await told.tell('control.overridden', override({ applicable: false, items: ['agent:builder'] }), own);
    await told.passTo(start);
    expect(await told.stateOf('agent', 'builder', control)).toBe('not_applicable');
    expect(await told.stateOf('agent', 'tester', control)).toBe('missing');
    expect(await inPosture(told)).toMatchObject({ state: 'missing', inScope: 1 });
  });

  it('of the window lets a proof hold longer, or shorter', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command());
    await told.tell('control.overridden', override({ freshnessHours: 2 }), own);
    await told.passTo(start + 2 * hour - 1);
    expect(await told.stateOf('agent', 'builder', control)).toBe('enforced');
    await told.passTo(start + 2 * hour);
    expect(await told.stateOf('agent', 'builder', control)).toBe('stale');
  });

  it('of the weight changes what the score is made of, until it expires', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    const before = (await told.posture()).score.tenths ?? 0;
    await told.tell('control.overridden', override({ control: 'agent-registered', weight: 100 }), own);
    await told.passTo(start + hour);
    expect(await inPosture(told, 'agent-registered')).toMatchObject({ weight: 100, state: 'enforced' });
    expect((await told.posture()).score.tenths).toBeGreaterThan(before);
    await told.passTo(start + 10 * day);
    expect((await inPosture(told, 'agent-registered'))?.weight).toBe(3);
  });

  it('reaches approvals and exceptions as it reaches items', async () => {
    const told = newTold();
    for (let i = 0; i < 30; i += 1) {
      const approval = `a${i}`;
      const expiresAt = instantOf(start + day);
      await told.tell('approval.requested', { approval, requestedBy: person(1), expiresAt });
      await told.tell('approval.decided', { approval, outcome: 'approved', decidedBy: person(1) });
    }
    await told.tell(
      'control.overridden',
      override({ control: 'approvals-separated', applicable: false }),
      own,
    );
    await told.passTo(start);
    for (let i = 0; i < 30; i += 1)
      expect((await told.approval(`a${i}`)).states['approvals-separated']?.state).toBe('not_applicable');
    expect((await inPosture(told, 'approvals-separated'))?.counts.not_applicable).toBe(30);
  });

  it('replaced by a later one is over for good, also when the later one ends', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command());
    await told.tell('control.overridden', override({ applicable: false }, 60), own);
    told.at(start + day);
    await told.tell('control.overridden', override({ applicable: true }, 5), own);
    await told.passTo(start + day);
    expect(await told.stateOf('agent', 'builder', control)).toBe('enforced');
    await told.passTo(start + 6 * day);
    expect(await told.stateOf('agent', 'builder', control)).toBe('enforced');
  });

  it('that has expired when it comes in changes nothing', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command());
    told.at(start + 11 * day);
    await told.tell('control.overridden', override({ applicable: false }), { ...own, time: start });
    await told.passTo(start + 11 * day);
    expect(await told.stateOf('agent', 'builder', control)).toBe('enforced');
  });
});

describe('the catalogue that a tenant adopted', () => {
  it('is what it is judged by: controls of other versions have no state, no finding and no place in the score', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked('builder'));
    expect((await told.finding('control_unmet', 'agent:builder', 'policy-current')).state).toBe('open');
    expect((await told.posture()).controls).toHaveLength(catalogue.length);
    await told.tell('catalogue.adopted', { version: '1', actor: person(1) }, own);
    await told.passTo(start);
    const posture = await told.posture();
    expect(posture.catalogue).toBe('1');
    expect(posture.controls.map((c) => c.id)).toEqual((controlsOf('1') ?? []).map((c) => c.id));
    expect(await told.stateOf('agent', 'builder', 'policy-current')).toBeUndefined();
    expect((await told.finding('control_unmet', 'agent:builder', 'policy-current')).state).toBe('closed');
  });

  it('stays when a version is named that was never published', async () => {
    const told = newTold();
    await told.tell('catalogue.adopted', { version: '99', actor: person(1) }, own);
    await told.passTo(start);
    expect((await told.posture()).catalogue).toBe('2');
  });
});
