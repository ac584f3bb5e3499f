import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as changeHandlers } from '../../functions/changes.js';
import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { changeRoutes } from '../../functions/routes/changes.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import type { RouteHandler } from '../../functions/http/route.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { reportRoutes } from '../../functions/routes/reports.js';
import { sectionSchema } from '../../schemas/access.js';
import { day, hour, minute } from '../../shared/core/kernel/time.js';
import { endGrants } from '../../shared/usecases/journey/grants.js';
import { guarded } from '../isolation/world.js';
import { at, call, caller, type Told } from '../http/desk.js';
import { days, depsOf, labEvidence, setOut, type Way } from './way.js';

let way: Way;
beforeEach(async () => {
  way = await setOut();
  await way.post(labEvidence());
});

const guest = 'member';
const trial = { purpose: 'trial', subject: 'member-1', roles: ['viewer'], until: days(14) };
const room = { purpose: 'evidence_room', subject: 'member-1', sections: ['evidence'], until: days(14) };
const posture = (): Promise<Told> =>
  caller(way.desk, postureRoutes, postureHandlers)('readPosture', { token: guest });
const evidence = (name: 'searchEvidence' | 'readEvidence', params = {}): Promise<Told> =>
  caller(way.desk, evidenceRoutes, evidenceHandlers)(name, { token: guest, params });
const ask = async (body: object, token = 'operator@acme'): Promise<string> =>
  String(at((await way.ask('requestGrant', { token, body })).json, 'id'));
const on = (grantId: string, name: 'approveGrant' | 'revokeGrant', token: string, body?: object) =>
  way.ask(name, { token, params: { grantId }, ...(body === undefined ? {} : { body }) });
/** What the log says of a grant, oldest first. */
const told = async (grantId: string): Promise<unknown[]> =>
  (await way.evidence({ subject: `grant:${grantId}` }))
    .map(({ event }) => event.data)
    .sort((a, b) => Number(at(a, 'revision')) - Number(at(b, 'revision')))
    .map((data) => at(data, 'grant', 'state'));

describe('access to a trial', () => {
  it('opens when another person approves it, and not before', async () => {
    const id = await ask(trial);
    expect((await posture()).status).toBe(404);
    expect((await on(id, 'approveGrant', 'approver@acme')).status).toBe(200);
    expect((await posture()).status).toBe(200);
    expect(await told(id)).toEqual(['requested', 'approved']);
  });

  it('is opened neither by who asked for it nor by its guest', async () => {
    const id = await ask(trial, 'admin@acme');
    const own = await on(id, 'approveGrant', 'admin@acme');
    expect([own.status, at(own.json, 'code')]).toEqual([403, 'separation_of_duties']);
    const theirs = await ask({ ...trial, subject: 'approver-1' });
    expect((await on(theirs, 'approveGrant', 'approver@acme')).status).toBe(403);
  });

  it('that nobody opens within 72 hours is over, and takes no room among the two hundred', async () => {
    const first = await ask(trial);
    for (let n = 1; n < 200; n++) await ask(trial);
    const full = await way.ask('requestGrant', { token: 'operator@acme', body: trial });
    expect([full.status, at(full.json, 'code')]).toEqual([409, 'conflict']);
    way.pass(72 * hour);
    expect((await on(first, 'approveGrant', 'approver@acme')).status).toBe(409);
    const again = await way.ask('requestGrant', { token: 'operator@acme', body: trial });
    expect(again.status).toBe(201);
    expect(await told(first)).toEqual(['requested', 'expired']);
    expect((await on(String(at(again.json, 'id')), 'approveGrant', 'approver@acme')).status).toBe(200);
  });

  it('stops at its end, to the instant, and the end is evidence', async () => {
    const id = await way.admit(trial);
    way.pass(14 * day - 10 * minute - 3);
    expect((await posture()).status).toBe(200);
    way.pass(1);
    const stranger = await posture();
    expect([stranger.status, at(stranger.json, 'code')]).toEqual([404, 'not_found']);
    expect((await way.read()).access).toMatchObject([{ grant: id, state: 'expired' }]);
    expect(await endGrants(depsOf(way.desk))).toBe(1);
    expect(await endGrants(depsOf(way.desk))).toBe(0);
    expect(await told(id)).toEqual(['requested', 'approved', 'expired']);
    const [first] = (await way.read()).steps;
    expect(first?.exit).toEqual({ met: false, missing: 'all trial access is over: revoked or expired' });
  });

  it('stops at once when it is revoked, with who did it and why', async () => {
    const id = await way.admit(trial);
    expect((await on(id, 'revokeGrant', 'operator@acme', { reason: 'the trial is over' })).status).toBe(200);
    expect((await posture()).status).toBe(404);
    expect(await told(id)).toEqual(['requested', 'approved', 'revoked']);
    const [last] = await way.evidence({ subject: `grant:${id}` });
    expect(at(last, 'event', 'data', 'reason')).toBe('the trial is over');
    expect(JSON.stringify(last)).not.toContain('member-1');
    // Over is over: neither another revocation nor an approval changes it.
    expect((await on(id, 'revokeGrant', 'operator@acme')).status).toBe(200);
    expect((await on(id, 'approveGrant', 'approver@acme')).status).toBe(409);
    expect(await told(id)).toHaveLength(3);
  });

  it('ends what waits for an answer: a stream tells nothing to whom access was taken from meanwhile', async () => {
    const id = await way.admit(trial);
    const stream = (event?: string): Promise<Told> =>
      caller(
        way.desk,
        changeRoutes,
        changeHandlers,
      )('streamPosture', {
        token: guest,
        query: { wait: event === undefined ? '0' : '5' },
        ...(event === undefined ? {} : { headers: { 'last-event-id': event } }),
      });
    const first = await stream();
    expect(first.status).toBe(200);
    const waiting = stream(/^id: (.+)$/m.exec(first.text)?.[1]);
    await on(id, 'revokeGrant', 'operator@acme');
    const answer = await waiting;
    expect([answer.status, at(answer.json, 'code')]).toEqual([403, 'forbidden']);
  });

  it('ends within 90 days and never makes its guest an admin', async () => {
    for (const body of [
      { ...trial, until: days(91) },
      { ...trial, until: days(-1) },
      { ...trial, roles: ['admin'] },
      { ...trial, roles: [] },
      { ...room, sections: ['members'] },
      { ...room, roles: ['viewer'] },
    ])
      expect((await way.ask('requestGrant', { token: 'operator@acme', body })).status).toBe(400);
  });
});

describe('the evidence room', () => {
  it('shows its guest the sections it was opened for, and nothing else', async () => {
    await way.admit(room);
    expect((await evidence('searchEvidence')).status).toBe(200);
    const other = await posture();
    expect([other.status, at(other.json, 'code')]).toEqual([403, 'forbidden']);
    for (const name of ['confirmStep', 'requestGrant', 'listGrants', 'readJourney'] as const)
      expect((await way.ask(name, { token: guest, body: {} })).status).toBe(403);
  });

  it('records every view and download before its answer leaves', async () => {
    const id = await way.admit({ ...room, sections: ['evidence', 'posture'] });
    const found = await evidence('searchEvidence');
    const one = String(at(found.json, 'items', 0, 'id'));
    await evidence('readEvidence', { evidenceId: one });
    await posture();
    const uses = await way.evidence({ type: 'aispm.access.used' });
    expect(
      uses.map((use) => [at(use, 'event', 'data', 'route'), at(use, 'event', 'data', 'use')]).sort(),
    ).toEqual([
      ['readEvidence', 'view'],
      ['readPosture', 'view'],
      ['searchEvidence', 'view'],
    ]);
    for (const use of uses) expect(at(use, 'event', 'data', 'grant')).toBe(id);
    expect(JSON.stringify(uses)).not.toContain('member-1');
  });

  it('records what its guest reads, though a trial lets them read it too', async () => {
    await way.admit(room);
    await way.admit(trial);
    expect((await evidence('searchEvidence')).status).toBe(200);
    // Beyond the room they are a guest of the trial alone.
    expect((await posture()).status).toBe(200);
    const uses = await way.evidence({ type: 'aispm.access.used' });
    expect(uses.map((use) => at(use, 'event', 'data', 'route'))).toEqual(['searchEvidence']);
  });

  it('records what is taken away as a download, by its path', async () => {
    await way.admit({ ...room, sections: ['reports'] });
    const bytes: RouteHandler<typeof reportRoutes.readArtifact> = () =>
      Promise.resolve({ status: 200, body: new Uint8Array([1]) });
    const params = { reportId: '5e0d3f6a-0d4b-4c43-9d5f-3a8d6c0b7e11', format: 'pdf' };
    const asked = { token: guest, params };
    const taken = await call(way.desk, 'readArtifact', reportRoutes.readArtifact, bytes, asked);
    expect(taken.status).toBe(200);
    const [use] = await way.evidence({ type: 'aispm.access.used' });
    expect(use?.event.data).toMatchObject({ use: 'download', route: 'readArtifact' });
  });

  it('shows nothing where the view cannot be recorded', async () => {
    await way.admit(room);
    const { stores } = way.desk;
    const broken = {
      ...way.desk,
      stores: {
        ...stores,
        open: (tenant: Parameters<typeof stores.open>[0]) => {
          const own = stores.open(tenant);
          return { ...own, evidence: { ...own.evidence, create: () => Promise.reject(new Error('full')) } };
        },
      },
    };
    const asked = await caller(broken, evidenceRoutes, evidenceHandlers)('searchEvidence', { token: guest });
    expect([asked.status, at(asked.json, 'items')]).toEqual([500, undefined]);
  });

  it('closes when it is revoked, and at its end', async () => {
    const id = await way.admit(room);
    await on(id, 'revokeGrant', 'approver@acme');
    expect((await evidence('searchEvidence')).status).toBe(404);
    await way.admit(room);
    expect((await evidence('searchEvidence')).status).toBe(200);
    way.pass(15 * day);
    expect((await evidence('searchEvidence')).status).toBe(404);
  });

  it('can be opened for sections that there are, and only for reading', () => {
    const readable = guarded.filter(({ method, roles }) => method === 'GET' && roles.includes('viewer'));
    const sections = new Set(readable.map(({ path }) => path.split('/')[2]));
    for (const section of sectionSchema.options) expect(sections).toContain(section);
  });

  it('lists its grants to those who audit and approve', async () => {
    await way.admit(room);
    const list = await way.ask('listGrants', { token: 'auditor@acme' });
    expect(at(list.json, 'items', 0)).toMatchObject({ ...room, state: 'approved' });
    expect((await way.ask('listGrants', { token: 'viewer@acme' })).status).toBe(403);
  });
});
