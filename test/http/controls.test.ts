import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { handlers as controlHandlers } from '../../functions/controls.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { controlRoutes } from '../../functions/routes/controls.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import {
  frameworkDetailSchema,
  frameworkListSchema,
  overrideSchema,
  policyDriftSchema,
} from '../../schemas/answers/controls.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { frameworks } from '../../shared/core/posture/clause-catalogue.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { tenantNamed } from '../tenants.js';
import { at, caller, collect, foldAll, openDesk, start, type Desk, type Told } from './desk.js';
import { registerSource } from '../register-source.js';

const viewer = 'viewer@acme';
const controlId = 'destructive-commands';
let desk: Desk;
let controls: ReturnType<typeof caller<typeof controlRoutes>>;
let posture: ReturnType<typeof caller<typeof postureRoutes>>;

const time = (minutes: number): string => instantOf(start + minutes * minute);
const expiresAt = instantOf(start + 10 * day);
const ask = (body: object, token = 'operator@acme', id = controlId): Promise<Told> =>
  controls('requestOverride', { token, params: { controlId: id }, body });
const decide = (told: Told, name: 'approveOverride' | 'rejectOverride', token: string): Promise<Told> =>
  controls(name, { token, params: { controlId, overrideId: String(at(told.json, 'id')) } });
const stateNow = async (): Promise<unknown> =>
  at((await posture('readControl', { token: viewer, params: { controlId } })).json, 'control', 'state');
const notHere = { reason: 'ask ops@acme.example: no shell here', expiresAt, applicable: false };

beforeEach(async () => {
  desk = openDesk();
  controls = caller(desk, controlRoutes, controlHandlers);
  posture = caller(desk, postureRoutes, postureHandlers);
  const deps = { stores: desk.stores.open(tenantNamed('acme')), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  desk.clock.set(start + 10 * minute);
  const published = {
    ...decisionEvent({ id: 'pol-1', type: 'aispm.policy.published', time: time(1) }),
    data: {
      policy: 'baseline',
      version: '2',
      mode: 'enforce',
      rules: [{ rule: 'r1', controls: [controlId] }],
    },
  };
  const decision = (id: string, minutes: number, data: Record<string, unknown>) =>
    decisionEvent({ id, time: time(minutes) }, { agent: 'builder', repository: 'billing', ...data });
  const policy = { id: 'baseline', version: '1', rule: 'r1' };
  await collect(desk, [
    published,
    decision('dec-1', 2, { policy }),
    decision('dec-2', 3, { policy, mode: 'shadow', decision: 'warn', ran: true }),
  ]);
  await foldAll(desk);
});

describe('an override', () => {
  it('waits for a second person, then is evidence, and leads from the control to its event', async () => {
    const before = await stateNow();
    const asked = await ask(notHere);
    expect([asked.status, at(asked.json, 'status'), at(asked.json, 'inForce')]).toEqual([
      202,
      'pending',
      false,
    ]);
    expect(asked.text).not.toContain('ops@acme.example');
    expect(await stateNow()).toBe(before);
    const approved = overrideSchema.parse((await decide(asked, 'approveOverride', 'approver@acme')).json);
    expect(approved).toMatchObject({ status: 'approved', inForce: true });
    expect(await stateNow()).toBe('not_applicable');
    const { json } = await posture('readControl', { token: viewer, params: { controlId } });
    expect(at(json, 'control', 'override', 'id')).toBe(approved.evidenceId);
    expect(at(json, 'items', 0, 'evidenceId')).toBe(approved.evidenceId);
    expect(approved.links['proof']).toBe(`/api/tenants/acme/evidence/${approved.evidenceId ?? ''}/proof`);
  });

  it('asked for again is the same one; approved again by the same person changes nothing', async () => {
    const [one, two] = [await ask(notHere), await ask(notHere)];
    expect(at(two.json, 'id')).toBe(at(one.json, 'id'));
    const first = await decide(one, 'approveOverride', 'approver@acme');
    const again = await decide(one, 'approveOverride', 'approver@acme');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toEqual(first.json);
  });

  it('is never approved by who asked for it', async () => {
    const told = await decide(await ask(notHere, 'admin@acme'), 'approveOverride', 'admin@acme');
    expect([told.status, at(told.json, 'code')]).toEqual([403, 'separation_of_duties']);
    expect(await stateNow()).not.toBe('not_applicable');
  });

  it('that was rejected, or decided by another, cannot be approved', async () => {
    const asked = await ask(notHere);
    expect((await decide(asked, 'rejectOverride', 'operator@acme')).status).toBe(200);
    const told = await decide(asked, 'approveOverride', 'approver@acme');
    expect([told.status, at(told.json, 'code')]).toEqual([409, 'conflict']);
    const other = await ask({ ...notHere, expiresAt: instantOf(start + 5 * day) });
    await decide(other, 'approveOverride', 'approver@acme');
    expect((await decide(other, 'approveOverride', 'admin@acme')).status).toBe(409);
    expect((await decide(other, 'rejectOverride', 'admin@acme')).status).toBe(409);
  });

  it('is decided on within 72 hours, and before its own end', async () => {
    const asked = await ask(notHere);
    const short = await ask({ ...notHere, expiresAt: instantOf(start + day) });
    expect([at(asked.json, 'decideBy'), at(short.json, 'decideBy')]).toEqual([
      instantOf(start + 10 * minute + 72 * hour),
      instantOf(start + day),
    ]);
    desk.clock.set(start + day);
    expect((await decide(short, 'approveOverride', 'approver@acme')).status).toBe(409);
    desk.clock.set(start + 10 * minute + 72 * hour);
    for (const name of ['approveOverride', 'rejectOverride'] as const)
      expect((await decide(asked, name, 'approver@acme')).status).toBe(409);
    const { json } = await controls('listOverrides', { token: viewer, params: { controlId } });
    expect([at(json, 'items', 0, 'status'), at(json, 'items', 1, 'status')]).toEqual(['expired', 'expired']);
    expect(await stateNow()).not.toBe('not_applicable');
  });

  it('that was rejected, or not decided in time, can be asked for again', async () => {
    const rejected = await ask(notHere);
    await decide(rejected, 'rejectOverride', 'approver@acme');
    const late = await ask(notHere);
    desk.clock.advance(72 * hour);
    const last = await ask(notHere);
    expect([rejected, late, last].map(({ json }) => at(json, 'status'))).toEqual(Array(3).fill('pending'));
    expect(new Set([rejected, late, last].map(({ json }) => at(json, 'id'))).size).toBe(3);
    expect(at((await decide(last, 'approveOverride', 'approver@acme')).json, 'inForce')).toBe(true);
    expect(await stateNow()).toBe('not_applicable');
  });

  it('that another has overtaken is outdated; one that merely ended overtakes none', async () => {
    const until = instantOf(start + day);
    await decide(await ask({ ...notHere, expiresAt: until }), 'approveOverride', 'approver@acme');
    const renewal = await ask(notHere);
    const other = await ask({ ...notHere, freshnessHours: 2 }, 'admin@acme');
    desk.clock.set(start + day + minute);
    expect((await decide(renewal, 'approveOverride', 'approver@acme')).status).toBe(200);
    expect((await decide(other, 'approveOverride', 'approver@acme')).status).toBe(409);
    const { json } = await controls('listOverrides', { token: viewer, params: { controlId } });
    const statuses = z.array(z.object({ status: z.string(), inForce: z.boolean() })).parse(at(json, 'items'));
    expect(statuses.map(({ status, inForce }) => `${status} ${inForce}`).sort()).toEqual([
      'approved false',
      'approved true',
      'outdated false',
    ]);
    expect(at((await decide(other, 'rejectOverride', 'approver@acme')).json, 'status')).toBe('rejected');
    const again = await decide(renewal, 'approveOverride', 'approver@acme');
    expect([again.status, at(again.json, 'inForce')]).toEqual([200, true]);
  });

  it('without a reason, an expiry, or anything to override is refused, with the fault named', async () => {
    const bad: [object, string][] = [
      [{ expiresAt, applicable: false }, '/reason'],
      [{ reason: 'because', applicable: false }, '/expiresAt'],
      [{ reason: 'because', expiresAt }, ''],
      [{ reason: 'because', expiresAt, weight: 3, items: ['agent:builder'] }, '/weight'],
      [{ reason: 'because', expiresAt, applicable: false, items: [] }, '/items'],
    ];
    for (const [body, pointer] of bad) {
      const told = await ask(body);
      expect([told.status, at(told.json, 'errors', 0, 'pointer')], told.text).toEqual([400, pointer]);
    }
    for (const instant of [instantOf(start), instantOf(start + 400 * day)]) {
      const told = await ask({ ...notHere, expiresAt: instant });
      expect([told.status, at(told.json, 'pointer')]).toEqual([400, '/expiresAt']);
    }
    expect((await ask(notHere, 'operator@acme', 'no-such-control')).status).toBe(404);
    expect((await ask(notHere, viewer)).status).toBe(403);
  });

  it('is listed with its control, and found under no other', async () => {
    const asked = await ask(notHere);
    const { json } = await controls('listOverrides', { token: viewer, params: { controlId } });
    expect(at(json, 'items', 0, 'id')).toBe(at(asked.json, 'id'));
    const overrideId = String(at(asked.json, 'id'));
    const params = { controlId: 'secret-files', overrideId };
    expect((await controls('approveOverride', { token: 'approver@acme', params })).status).toBe(404);
  });
});

describe('the frameworks', () => {
  it('show every clause of the table, and say plainly what nothing covers', async () => {
    const { json } = await controls('listFrameworks', { token: viewer });
    const list = frameworkListSchema.parse(json);
    expect(list.frameworks.map((f) => f.id)).toEqual(frameworks.map((f) => f.id));
    for (const { id, clauses } of list.frameworks) {
      const told = await controls('readFramework', { token: viewer, params: { frameworkId: id } });
      const detail = frameworkDetailSchema.parse(told.json);
      expect(detail.clauses).toHaveLength(clauses);
      for (const clause of detail.clauses)
        expect(clause.state === 'gap', clause.id).toBe(clause.controls.length === 0);
    }
    const agentic = await controls('readFramework', {
      token: viewer,
      params: { frameworkId: 'owasp-asi-2026' },
    });
    const gaps = frameworkDetailSchema.parse(agentic.json).clauses.filter((c) => c.state === 'gap');
    expect(gaps.map((c) => c.id)).toEqual(['ASI01', 'ASI06', 'ASI07', 'ASI08']);
    expect(gaps[0]?.says).toBe('No control in force answers it: nothing here is evidence for this clause.');
  });

  it('lead from a clause to the control, and from there to the event that decides', async () => {
    const { json } = await controls('readFramework', { token: viewer, params: { frameworkId: 'soc2-2017' } });
    const { clauses, controls: answering } = frameworkDetailSchema.parse(json);
    const clause = clauses.find((c) => c.id === 'CC7.1');
    const control = answering.find((c) => c.id === 'policy-current');
    expect(clause?.controls).toContain('policy-current');
    expect(control?.evidence).toMatchObject({ kind: 'agent', name: 'builder', state: 'missing' });
    expect(control?.evidence?.links['proof']).toContain(control?.evidence?.evidenceId);
    expect(control?.link).toBe('/api/tenants/acme/controls/policy-current');
  });

  it('label the EU AI Act as alignment, and name no framework that is not mapped', async () => {
    const { json } = await controls('readFramework', { token: viewer, params: { frameworkId: 'eu-ai-act' } });
    expect(frameworkDetailSchema.parse(json).framework.name).toContain('alignment');
    const told = await controls('readFramework', { token: viewer, params: { frameworkId: 'iso-27001' } });
    expect([told.status, at(told.json, 'code')]).toEqual([404, 'not_found']);
  });
});

describe('policy drift', () => {
  it('names the version decided under, the one in force, and the events that show both, by agent and repository', async () => {
    const { json } = await controls('readPolicyDrift', { token: viewer });
    const drift = policyDriftSchema.parse(json);
    expect(drift.counts).toEqual({ agentsDrifted: 1, agents: 1, repositoriesDrifted: 1, repositories: 1 });
    expect(drift.policies).toMatchObject([{ policy: 'baseline', inForce: { version: '2' }, inShadow: [] }]);
    expect(drift.drifted.map(({ kind, name }) => `${kind}:${name}`)).toEqual([
      'agent:builder',
      'repository:billing',
    ]);
    expect(drift.drifted[0]?.decisions).toMatchObject([
      { policy: 'baseline', version: '1', why: 'not_published', inForce: { version: '2' } },
    ]);
    const fallen = drift.fallen.find((row) => row.control === 'commands-evaluated');
    expect(fallen).toMatchObject({ kind: 'agent', name: 'builder' });
    expect(fallen?.from).toBe(drift.drifted[0]?.decisions[0]?.evidenceId);
  });

  it('names what fell also behind more than a page of what was only ever watched', async () => {
    const watched = Array.from({ length: 60 }, (_, n) =>
      decisionEvent(
        { id: `watched-${n}`, time: time(4) },
        { agent: `a-${n}`, mode: 'shadow', decision: 'warn', ran: true, risks: ['destructive', 'secret'] },
      ),
    );
    const sent = await collect(desk, watched);
    expect(sent.status).toBe(202);
    await foldAll(desk);
    const { json } = await controls('readPolicyDrift', { token: viewer });
    const { fallen } = policyDriftSchema.parse(json);
    expect(fallen.map(({ kind, name }) => `${kind}:${name}`)).toContain('agent:builder');
    expect(fallen.some(({ name }) => name.startsWith('a-'))).toBe(false);
  });
});

describe('the catalogue', () => {
  const adopt = (version: string, token = 'admin@acme') =>
    controls('adoptCatalogue', { token, body: { version } });
  const shown = async (): Promise<number> =>
    (at((await posture('listControls', { token: viewer })).json, 'controls') as unknown[]).length;

  it('is adopted by an admin alone, forward alone, and judges at once', async () => {
    expect((await adopt('2', 'operator@acme')).status).toBe(403);
    const never = await adopt('99');
    expect([never.status, at(never.json, 'pointer')]).toEqual([400, '/version']);
    // As of a tenant from the time of the first version.
    const deps = { stores: desk.stores.open(tenantNamed('acme')), keys: desk.keys, clock: desk.clock };
    const data = { version: '1', actor: `psn:${'0'.repeat(32)}` };
    await recordStatement(deps, { name: 'catalogue.adopted', id: 'long-ago', data });
    await foldUntil({ ledger: deps.stores.ledger, now: () => desk.clock.now() }, 0);
    expect(await shown()).toBe(16);

    const told = await adopt('2');
    expect([told.status, at(told.json, 'inForce'), await shown()]).toEqual([200, '2', 36]);
    const again = await adopt('2');
    expect(at(again.json, 'links', 'evidence')).toBe(at(told.json, 'links', 'evidence'));
  });

  it('never goes back to a version that asks less, by which one person would free all controls at once', async () => {
    const back = await adopt('1');
    expect([back.status, at(back.json, 'code'), await shown()]).toEqual([409, 'conflict', 36]);
  });
});
