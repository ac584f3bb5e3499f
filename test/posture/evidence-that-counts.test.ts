import { describe, expect, it } from 'vitest';

import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { command, newTold, person, start } from './told.js';

const control = 'destructive-commands';
const state = (told: ReturnType<typeof newTold>): Promise<string | undefined> =>
  told.stateOf('agent', 'builder', control);
const publish = (mode: 'enforce' | 'shadow') => ({
  policy: 'baseline',
  version: '1',
  mode,
  rules: [{ rule: 'commands', controls: [control] }],
});

describe('the latest evidence decides', () => {
  it('a later unchecked action outweighs an earlier block, and is a finding', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command());
    expect(await state(told)).toBe('enforced');
    told.at(start + hour);
    const unchecked = await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
    expect(await state(told)).toBe('missing');
    expect(await told.finding('control_unmet', 'agent:builder', control)).toMatchObject({
      state: 'open',
      severity: 'critical',
      evidenceIds: [unchecked],
    });
  });

  it('evidence that arrives late does not outweigh what happened after it', async () => {
    const told = newTold();
    told.at(start + 2 * hour);
    await told.tell('decision.recorded', command());
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }), { time: start });
    expect(await state(told)).toBe('enforced');
  });

  it('a later block closes the finding that an unchecked action opened', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
    told.at(start + hour);
    await told.tell('decision.recorded', command());
    expect(await state(told)).toBe('enforced');
    expect((await told.finding('control_unmet', 'agent:builder', control)).state).toBe('closed');
  });

  it('a proof holds for its freshness to the millisecond, and is stale from then on', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command());
    await told.passTo(start + 30 * day - 1);
    expect(await state(told)).toBe('enforced');
    await told.passTo(start + 30 * day);
    expect(await state(told)).toBe('stale');
    const item = await told.item('agent', 'builder');
    expect(item.states[control]?.since).toBe(instantOf(start + 30 * day));
  });

  it('a proof that comes in after its freshness has passed is stale at once', async () => {
    const told = newTold();
    told.at(start + 40 * day);
    await told.tell('decision.recorded', command(), { time: start });
    expect(await state(told)).toBe('stale');
  });
});

describe('what is published, asked or reviewed later', () => {
  it('an allow is judged again when the policy that carries it is published, and when it is withdrawn to shadow', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
    expect(await state(told)).toBe('missing');
    told.at(start + hour);
    await told.tell('policy.published', publish('enforce'));
    await told.passTo(start + hour);
    expect(await state(told)).toBe('enforced');
    expect((await told.finding('control_unmet', 'agent:builder', control)).state).toBe('closed');
    expect((await told.posture()).controls.find((c) => c.id === control)?.counts.enforced).toBe(1);
    told.at(start + 2 * hour);
    await told.tell('policy.published', publish('shadow'));
    await told.passTo(start + 2 * hour);
    expect(await state(told)).toBe('missing');
  });

  it('a sweep reaches every item, however many pages of them there are', async () => {
    const told = newTold();
    const agents = Array.from({ length: 60 }, (_, i) => `agent-${i}`);
    for (const agent of agents)
      await told.tell('decision.recorded', command({ decision: 'allow', ran: true, agent }));
    await told.tell('policy.published', publish('enforce'));
    await told.passTo(start);
    for (const agent of agents) expect(await told.stateOf('agent', agent, control)).toBe('enforced');
    expect((await told.posture()).controls.find((c) => c.id === control)?.counts.enforced).toBe(60);
  });

  it('an action that waited is judged again when its approval comes in late by the wire, not by the clock', async () => {
    const told = newTold();
    told.at(start + hour);
    await told.tell(
      'decision.recorded',
      command({ decision: 'require_approval', ran: true, approval: 'a1' }),
    );
    expect(await state(told)).toBe('missing');
    const request = {
      approval: 'a1',
      requestedBy: person(1),
      expiresAt: instantOf(start + 2 * hour),
      breakGlass: true,
    };
    await told.tell('approval.requested', request, { time: start });
    await told.tell(
      'approval.decided',
      { approval: 'a1', outcome: 'approved', decidedBy: person(2) },
      { time: start + 1 },
    );
    expect(await state(told)).toBe('missing');
    told.at(start + 3 * hour);
    await told.tell('breakglass.reviewed', { approval: 'a1', reviewedBy: person(3), outcome: 'justified' });
    expect(await state(told)).toBe('enforced');
  });

  it('a use of break-glass that nobody reviewed in 24 hours is a finding about the approval', async () => {
    const told = newTold();
    await told.tell('approval.requested', {
      approval: 'a1',
      requestedBy: person(1),
      expiresAt: instantOf(start + hour),
      breakGlass: true,
    });
    await told.tell('approval.decided', { approval: 'a1', outcome: 'approved', decidedBy: person(2) });
    await told.passTo(start + day - 1);
    expect((await told.approval('a1')).states['break-glass-reviewed']).toBeUndefined();
    await told.passTo(start + day);
    expect((await told.approval('a1')).states['break-glass-reviewed']?.state).toBe('missing');
    expect((await told.finding('control_unmet', 'approval:a1', 'break-glass-reviewed')).state).toBe('open');
  });

  it('who reviews their own use of break-glass has not had it reviewed', async () => {
    for (const reviewer of [1, 2]) {
      const told = newTold();
      await told.tell('approval.requested', {
        approval: 'a1',
        requestedBy: person(1),
        expiresAt: instantOf(start + hour),
        breakGlass: true,
      });
      await told.tell('approval.decided', { approval: 'a1', outcome: 'approved', decidedBy: person(2) });
      await told.tell('breakglass.reviewed', {
        approval: 'a1',
        reviewedBy: person(reviewer),
        outcome: 'justified',
      });
      expect((await told.approval('a1')).states['break-glass-reviewed']?.state).toBe('missing');
    }
  });
});

describe('evidence that never counts', () => {
  it('sample evidence leaves every state, finding and number of a live tenant as it was', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    const before = await told.item('agent', 'builder');
    const findings = await told.findings();
    await told.tell('decision.recorded', command(), { provenance: 'sample' });
    await told.tell('policy.published', publish('enforce'), { provenance: 'sample' });
    await told.tell(
      'registry.checked',
      { tool: 'search', registered: true, tier: 'trusted', owner: person(9), verdict: 'trusted' },
      { provenance: 'sample' },
    );
    expect(await told.item('agent', 'builder')).toEqual(before);
    expect(await told.findings()).toEqual(findings);
    const { layers, score } = await told.posture();
    expect(layers.evidence).toMatchObject({ events: 4, live: 1, sample: 3 });
    expect(layers.coverage.tools.inScope).toBe(0);
    // The agent is declared, and the inventory current.
    expect(score.itemsEnforced).toBe(2);
  });

  it('a sample inventory is no inventory', async () => {
    const told = newTold();
    await told.tell(
      'inventory.declared',
      { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] },
      { provenance: 'sample' },
    );
    expect((await told.posture()).score).toMatchObject({ tenths: null, notObserved: 'no_inventory' });
  });

  it('what the service itself says keeps no agent fresh and proves no runtime control', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    await told.tell('decision.recorded', command());
    await told.passTo(start + 31 * day);
    const before = await told.item('agent', 'builder');
    expect(before.states[control]?.state).toBe('stale');
    const own = { sourceId: 'aispm', signed: false };
    const report = 'r1';
    const digest = '0'.repeat(64);
    await told.tell('report.retrieved', { report, format: 'pdf', actor: person(1) }, own);
    await told.tell(
      'review.completed',
      { review: 'daily-1', cadence: 'daily', period: '1', digest, dueAt: instantOf(start) },
      own,
    );
    await told.tell(
      'readiness.decided',
      {
        decision: 'd1',
        target: 'trial',
        ready: true,
        blockers: [],
        digest,
        position: 2,
        actor: person(1),
      },
      own,
    );
    expect(await told.item('agent', 'builder')).toEqual(before);
    const { layers } = await told.posture();
    expect(layers.evidence).toMatchObject({ live: 2, fresh: 0, status: 'unhealthy' });
    expect(layers.coverage.agents.covered).toBe(0);
  });

  it('a decision under the service’s own name proves nothing about a runtime', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    await told.tell('decision.recorded', command(), { sourceId: 'aispm' });
    expect(await state(told)).toBe('missing');
    expect(await told.stateOf('agent', 'builder', 'evidence-fresh')).toBe('missing');
  });
});
