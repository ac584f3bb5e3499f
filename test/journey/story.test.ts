import { describe, expect, it } from 'vitest';

import { stepIdSchema, type StepId } from '../../schemas/journey-steps.js';
import { eventDataSchemas } from '../../schemas/events/types.js';
import { day, minute } from '../../shared/core/kernel/time.js';
import { steps } from '../../shared/core/journey/steps.js';
import { at } from '../http/desk.js';
import { days, depsOf, labEvidence, setOut, type Way } from './way.js';
import { moveJourney } from '../../shared/usecases/journey/move-journey.js';

const trial = { purpose: 'trial', subject: 'member-1', roles: ['operator'], until: days(30) };
const room = {
  purpose: 'evidence_room',
  subject: 'member-1',
  sections: ['posture', 'evidence'],
  until: days(60),
};
const pilot = {
  scope: { agents: ['builder'] },
  from: days(1),
  until: days(40),
  sponsor: 'Grace Hopper',
  goal: 'Reviews take half the time.',
  measures: [
    {
      measure: 'Hours from a change to its review',
      baseline: '26 h',
      target: '13 h',
      how: 'Median of a week, read by grace@acme.example',
      stopRule: 'Above 40 h for two weeks',
    },
  ],
};

const confirm = (way: Way, step: StepId, role: string) =>
  way.ask('confirmStep', { token: `${role}@acme`, body: { step } });
const stepOf = async (way: Way, id: StepId) => {
  const found = (await way.read()).steps.find((step) => step.id === id);
  if (found === undefined) throw new Error(`the journey does not show ${id}`);
  return found;
};

/** Each step: what is done for it, and who confirms. Before that, and by another role, it cannot be confirmed. */
const doings: readonly { step: StepId; by: string; notBy: string; work: (way: Way) => Promise<unknown> }[] = [
  {
    step: 'trial_access_approved',
    by: 'approver',
    notBy: 'operator',
    work: (way) => way.admit(trial),
  },
  {
    step: 'guided_labs_run',
    by: 'operator',
    notBy: 'auditor',
    work: async (way) => {
      await way.post(labEvidence());
      await way.delivered();
      await way.decided('trial', false);
    },
  },
  {
    step: 'trial_evidence_collected',
    by: 'operator',
    notBy: 'approver',
    work: () => Promise.resolve(),
  },
  {
    step: 'report_delivery_validated',
    by: 'operator',
    notBy: 'approver',
    work: () => Promise.resolve(),
  },
  {
    step: 'pilot_scope_proposed',
    by: 'approver',
    notBy: 'operator',
    work: async (way) =>
      expect((await way.ask('proposePilot', { token: 'operator@acme', body: pilot })).status).toBe(200),
  },
  {
    step: 'pilot_control_readiness_reviewed',
    by: 'approver',
    notBy: 'operator',
    work: (way) => way.decided('pilot', true),
  },
  {
    step: 'evidence_room_prepared',
    by: 'auditor',
    notBy: 'approver',
    work: (way) => way.admit(room),
  },
  {
    step: 'production_readiness_validated',
    by: 'approver',
    notBy: 'auditor',
    work: (way) => way.decided('production', true),
  },
];
/** Goes as far as, and not including, a step. */
async function upTo(way: Way, step: StepId | null): Promise<void> {
  for (const doing of doings) {
    if (doing.step === step) return;
    await doing.work(way);
    const told = await confirm(way, doing.step, doing.by);
    if (told.status !== 200) throw new Error(`${doing.step}: ${told.text}`);
    way.pass(minute);
  }
}

describe('the journey', () => {
  it('asks of each step its own evidence, of the types that prove it, and the role that confirms it', async () => {
    const way = await setOut();
    expect((await way.read()).at).toBe('trial_access_approved');
    for (const [n, { step, by, notBy, work }] of doings.entries()) {
      const before = await stepOf(way, step);
      expect([before.state, before.confirmed]).toEqual(['current', null]);
      if (!before.exit.met) expect((await confirm(way, step, by)).status).toBe(409);
      await work(way);
      const ready = await stepOf(way, step);
      expect([step, ready.entry, ready.exit]).toEqual([
        step,
        { met: true, missing: null },
        { met: true, missing: null },
      ]);
      expect((await confirm(way, step, notBy)).status).toBe(403);
      const told = await confirm(way, step, by);
      expect([step, told.status, at(told.json, 'at')]).toEqual([
        step,
        200,
        stepIdSchema.options[n + 1] ?? 'completed',
      ]);
      const { confirmed } = await stepOf(way, step);
      expect(confirmed?.rests.length).toBeGreaterThan(0);
      const types = await Promise.all(
        (confirmed?.rests ?? []).map(
          async (id) =>
            (await way.desk.stores.open(depsOf(way.desk).stores.tenantId).evidence.get(id))?.event.type,
        ),
      );
      for (const type of types) expect(steps[n]?.proves.map((name) => `aispm.${name}`)).toContain(type);
      way.pass(minute);
    }
    const { history, labs } = await way.read();
    expect(history.map(({ step }) => step).reverse()).toEqual(stepIdSchema.options);
    expect(labs.every(({ done, proofs }) => done && proofs.every(({ id }) => id !== null))).toBe(true);
    expect(await way.evidence({ type: 'aispm.journey.advanced' })).toHaveLength(8);
  });

  it('checks each lab off by the evidence it leaves, and by nothing else', async () => {
    const way = await setOut();
    const open = async () => (await way.read()).labs.filter(({ done }) => !done).map(({ id }) => id);
    const all = [
      'declare_the_inventory',
      'publish_a_policy',
      'have_an_agent_act',
      'look_up_a_tool',
      'route_an_approval',
    ];
    // The tenant's set-up itself is the first lab's evidence.
    expect(await open()).toEqual([...all, 'deliver_a_report', 'ask_the_gate']);
    const sent = labEvidence();
    for (const [lab, upTo] of [
      ['declare_the_inventory', 1],
      ['publish_a_policy', 2],
      ['have_an_agent_act', 4],
      ['look_up_a_tool', 5],
      ['route_an_approval', 7],
    ] as const) {
      expect(await open()).toContain(lab);
      await way.post(sent.slice(0, upTo));
      expect(await open()).not.toContain(lab);
    }
    await way.delivered();
    expect(await open()).toEqual(['ask_the_gate']);
    await way.decided('trial', false);
    expect(await open()).toEqual([]);
  });

  it('goes back to an earlier step, which is recorded, and asks for the rest again', async () => {
    const way = await setOut();
    await upTo(way, 'evidence_room_prepared');
    const back = { step: 'trial_evidence_collected', reason: 'the inventory was incomplete' };
    const told = await way.ask('stepBack', { token: 'operator@acme', body: back });
    expect([told.status, at(told.json, 'at')]).toEqual([200, 'trial_evidence_collected']);
    const { steps: shown, history } = await way.read();
    expect(shown.map(({ state }) => state)).toEqual([
      'confirmed',
      'confirmed',
      'current',
      'ahead',
      'ahead',
      'ahead',
      'ahead',
      'ahead',
    ]);
    expect(history[0]).toMatchObject({ act: 'stepped_back', from: 'evidence_room_prepared', ...back });
    expect(await way.evidence({ subject: 'journey', type: 'aispm.journey.advanced' })).toHaveLength(7);
    expect(
      (
        await way.ask('stepBack', {
          token: 'operator@acme',
          body: { ...back, step: 'evidence_room_prepared' },
        })
      ).status,
    ).toBe(409);
    expect((await confirm(way, 'trial_evidence_collected', 'operator')).status).toBe(200);
  });

  it('is never confirmed by who proposed the pilot', async () => {
    const way = await setOut();
    await upTo(way, 'pilot_scope_proposed');
    expect((await way.ask('proposePilot', { token: 'admin@acme', body: pilot })).status).toBe(200);
    const told = await confirm(way, 'pilot_scope_proposed', 'admin');
    expect([told.status, at(told.json, 'code')]).toEqual([403, 'separation_of_duties']);
    expect((await confirm(way, 'pilot_scope_proposed', 'approver')).status).toBe(200);
  });

  it('tells what the pilot is judged by, without the addresses that somebody typed', async () => {
    const way = await setOut();
    await upTo(way, 'pilot_scope_proposed');
    await way.ask('proposePilot', { token: 'operator@acme', body: pilot });
    const told = (await way.read()).pilot?.measures ?? [];
    expect(told).toMatchObject([
      { measure: 'Hours from a change to its review', stopRule: 'Above 40 h for two weeks' },
    ]);
    expect(JSON.stringify(told)).not.toContain('grace@acme.example');
    const { stopRule: _none, ...open } = pilot.measures[0] ?? {};
    const refused = await way.ask('proposePilot', {
      token: 'operator@acme',
      body: { ...pilot, measures: [open] },
    });
    expect([refused.status, at(refused.json, 'errors')]).toMatchObject([
      400,
      [{ pointer: '/measures/0/stopRule' }],
    ]);
  });

  it('takes no pilot of what the inventory does not declare, nor one that is over', async () => {
    const way = await setOut();
    await way.post(labEvidence());
    const propose = (change: object) =>
      way.ask('proposePilot', { token: 'operator@acme', body: { ...pilot, ...change } });
    const unknown = await propose({ scope: { agents: ['builder', 'stranger'], tools: ['builder'] } });
    expect([unknown.status, at(unknown.json, 'errors')]).toEqual([
      400,
      [
        { pointer: '/scope/agents/1', detail: 'the inventory does not declare it' },
        { pointer: '/scope/tools/0', detail: 'the inventory does not declare it' },
      ],
    ]);
    for (const change of [
      { scope: {} },
      { from: days(-10), until: days(-1) },
      { from: days(5), until: days(4) },
      { until: days(400) },
    ])
      expect((await propose(change)).status).toBe(400);
    expect((await way.read()).pilot).toBeNull();
  });

  it('of two confirmations at once carries out one and keeps the other as refused', async () => {
    const way = await setOut();
    await way.admit(trial);
    const deps = depsOf(way.desk);
    const by = (subject: string) => ({ subject, roles: ['approver'] });
    const body = { step: 'trial_access_approved' as const };
    const both = await Promise.allSettled([
      moveJourney(deps, { act: 'confirmed', body }, by('one'), 'k1'),
      moveJourney(deps, { act: 'confirmed', body }, by('other'), 'k2'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { at: place, history } = await way.read();
    expect(place).toBe('guided_labs_run');
    expect(history.filter(({ refused }) => refused !== true)).toHaveLength(1);
  });

  it('does a repeated command once', async () => {
    const way = await setOut();
    await way.admit(trial);
    const body = { step: 'trial_access_approved', idempotencyKey: 'once' };
    for (let n = 0; n < 2; n++)
      expect((await way.ask('confirmStep', { token: 'approver@acme', body })).status).toBe(200);
    expect((await way.read()).history).toHaveLength(1);
  });

  it('rests on no decision that is old, of another outcome, or from before what it must cover', async () => {
    const way = await setOut();
    await upTo(way, 'pilot_control_readiness_reviewed');
    const missing = async () => (await stepOf(way, 'pilot_control_readiness_reviewed')).exit.missing;
    expect(await missing()).toBe('the gate has not decided on pilot');
    await way.decided('pilot', true);
    expect(await missing()).toBeNull();
    way.pass(8 * day);
    expect(await missing()).toContain('more than 7 days old');
    await way.decided('pilot', false);
    expect(await missing()).toContain('was not ready');
    way.pass(minute);
    await way.decided('pilot', true);
    way.pass(minute);
    expect(await missing()).toBeNull();
    await way.ask('proposePilot', { token: 'operator@acme', body: { ...pilot, from: days(9) } });
    expect(await missing()).toContain('older than what it must cover');
  });

  it('has eight steps, each proven by types there are', () => {
    expect(steps.map(({ id }) => id)).toEqual(stepIdSchema.options);
    for (const { proves } of steps) {
      expect(proves.length).toBeGreaterThan(0);
      for (const type of proves) expect(Object.keys(eventDataSchemas)).toContain(type);
    }
  });
});
