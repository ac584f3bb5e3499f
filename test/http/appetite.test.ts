import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/governance.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { appetiteRequestSchema, appetiteSchema } from '../../schemas/answers/appetite.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { acme, at, caller, openDesk, start, type Asked, type Desk, type Told } from './desk.js';

/* A board's limits hold once a second person has approved them, and no longer than they were approved for. */

let desk: Desk;
const said = {
  limits: { K04: { target: 98, limit: 90.5 }, K09: { target: 0, limit: 1 } },
  setBy: 'Board, board@acme.example',
  setOn: '2026-05-28',
  expiresAt: instantOf(start + 300 * day),
  reason: 'Minutes of 28 May, item 4.',
};
const ask = (name: keyof typeof governanceRoutes, role: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, governanceRoutes, handlers)(name, { token: `${role}@acme`, ...asked });
const request = (over: object = {}, role = 'operator'): Promise<Told> =>
  ask('requestAppetite', role, { body: { ...said, ...over } });
const decide = (told: Told, name: 'approveAppetite' | 'rejectAppetite', role = 'approver'): Promise<Told> =>
  ask(name, role, { params: { requestId: String(at(told.json, 'id')) }, body: { reason: 'As minuted.' } });
const now = async () => appetiteSchema.parse((await ask('readAppetite', 'viewer')).json);
const bounds = async (id: string) => {
  const found = (await now()).indicators.find((one) => one.id === id);
  return found && [found.target, found.limit, found.approved];
};
const fault = ({ status, json }: Told) => [status, at(json, 'code'), at(json, 'pointer')];

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'acme', timeZone: 'UTC' }), 'root');
});

describe('limits of indicators', () => {
  it('are the service’s own proposal until two people approved others', async () => {
    expect((await now()).approval).toBeNull();
    expect(await bounds('K04')).toEqual([95, 85, false]);
    const asked = await request();
    expect(asked.status).toBe(202);
    expect(at(asked.json, 'status')).toBe('pending');
    expect(await bounds('K04')).toEqual([95, 85, false]);
    expect(fault(await decide(asked, 'approveAppetite', 'operator'))[0]).toBe(403);
    const approved = appetiteRequestSchema.parse((await decide(asked, 'approveAppetite')).json);
    expect(approved).toMatchObject({ status: 'approved', inForce: true, setBy: 'Board, [redacted]' });
    expect(await bounds('K04')).toEqual([98, 90.5, true]);
    expect(await bounds('K05')).toEqual([95, 85, false]);
    const { approval, people } = await now();
    expect(approval).toMatchObject({ evidenceId: approved.evidenceId, setOn: '2026-05-28' });
    expect(people?.[String(approval?.requestedBy)]).toBe('operator-1');
    expect(people?.[String(approval?.approvedBy)]).toBe('approver-1');
    const stored = await desk.stores.open(acme).evidence.get(String(approved.evidenceId));
    expect(stored?.event).toMatchObject({ type: 'aispm.appetite.approved', data: { limits: said.limits } });
  });

  it('are never approved by who asked for them, and asked for twice are asked for once', async () => {
    const asked = await request({}, 'admin');
    expect(fault(await decide(asked, 'approveAppetite', 'admin'))).toEqual([
      403,
      'separation_of_duties',
      undefined,
    ]);
    await request({}, 'admin');
    const list = pageOf(appetiteRequestSchema).parse((await ask('listAppetiteRequests', 'auditor')).json);
    expect(list.items.map(({ status }) => status)).toEqual(['pending']);
    expect(at((await decide(asked, 'rejectAppetite', 'admin')).json, 'status')).toBe('rejected');
    expect(fault(await decide(asked, 'approveAppetite'))).toEqual([409, 'conflict', undefined]);
    expect((await now()).approval).toBeNull();
  });

  it('stand whole in place of all approved before, and end by themselves', async () => {
    await decide(await request(), 'approveAppetite');
    desk.clock.set(start + day);
    await decide(await request({ limits: { K05: { target: 99, limit: 95 } } }), 'approveAppetite');
    expect([await bounds('K04'), await bounds('K05')]).toEqual([
      [95, 85, false],
      [99, 95, true],
    ]);
    desk.clock.set(start + 2 * day);
    await decide(await request(), 'approveAppetite');
    expect([await bounds('K04'), await bounds('K05')]).toEqual([
      [98, 90.5, true],
      [95, 85, false],
    ]);
    desk.clock.set(start + 300 * day);
    expect((await now()).approval).toBeNull();
    expect(await bounds('K05')).toEqual([95, 85, false]);
  });

  it('that were asked for long ago never take the place of those approved since', async () => {
    const weak = await request({ limits: { K04: { target: 1, limit: 0 } } });
    await decide(await request({ limits: { K04: { target: 99, limit: 98 } } }, 'admin'), 'approveAppetite');
    expect(fault(await decide(weak, 'approveAppetite'))).toEqual([409, 'conflict', undefined]);
    expect(await bounds('K04')).toEqual([99, 98, true]);
    const list = pageOf(appetiteRequestSchema).parse((await ask('listAppetiteRequests', 'auditor')).json);
    expect(list.items.map(({ status }) => status).sort()).toEqual(['approved', 'outdated']);
    expect(at((await decide(weak, 'rejectAppetite')).json, 'status')).toBe('rejected');
  });

  it('are decided on within 72 hours, and approved twice by one person once', async () => {
    const [first, second] = [await request(), await request({}, 'admin')];
    desk.clock.set(start + 72 * hour - 1);
    expect((await decide(first, 'approveAppetite')).status).toBe(200);
    desk.clock.set(start + 72 * hour);
    expect(at((await decide(first, 'approveAppetite')).json, 'inForce')).toBe(true);
    expect(fault(await decide(second, 'rejectAppetite'))).toEqual([409, 'conflict', undefined]);
    const list = pageOf(appetiteRequestSchema).parse((await ask('listAppetiteRequests', 'auditor')).json);
    expect(list.items.map(({ status }) => status).sort()).toEqual(['approved', 'expired']);
  });

  it('that were rejected, or not decided on in time, can be asked for again', async () => {
    const rejected = await request();
    await decide(rejected, 'rejectAppetite');
    const late = await request();
    expect(at((await request()).json, 'id')).toBe(at(late.json, 'id'));
    desk.clock.set(start + 72 * hour);
    const last = await request();
    expect([rejected, late, last].map(({ json }) => at(json, 'status'))).toEqual(Array(3).fill('pending'));
    expect(new Set([rejected, late, last].map(({ json }) => at(json, 'id'))).size).toBe(3);
    expect((await decide(last, 'approveAppetite')).status).toBe(200);
  });

  it('of the score are those of its setting, and approved while that is what was approved', async () => {
    expect(fault(await request({ limits: { K01: { target: 90, limit: 80 } } }))).toEqual([
      400,
      'invalid_request',
      '/limits/K01',
    ]);
    await decide(await request({ limits: { K01: { target: 85, limit: 75 } } }), 'approveAppetite');
    expect(await bounds('K01')).toEqual([85, 75, true]);
    const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
    const settings = tenantSettingsSchema.parse({ displayName: 'acme', timeZone: 'UTC', scoreTarget: 900 });
    await putTenant(deps, settings, 'root');
    expect(await bounds('K01')).toEqual([90, 80, false]);
  });

  it.each([
    ['on the wrong side of the target', { limits: { K04: { target: 90, limit: 95 } } }, '/limits/K04'],
    ['of more than everything', { limits: { K08: { target: 101, limit: 98 } } }, '/limits/K08'],
    ['of half a finding', { limits: { K09: { target: 0, limit: 0.5 } } }, '/limits/K09'],
    ['set by nobody', { setBy: ' ' }, '/setBy'],
    ['set in the future', { setOn: '2026-06-03' }, '/setOn'],
    ['that have ended', { expiresAt: instantOf(start) }, '/expiresAt'],
    ['for more than a year', { expiresAt: instantOf(start + 367 * day) }, '/expiresAt'],
  ])('%s are refused, and it says where', async (_, over, pointer) => {
    const { status, json } = await request(over);
    expect([status, at(json, 'code')]).toEqual([400, 'invalid_request']);
    expect(at(json, 'pointer') ?? at(json, 'errors', 0, 'pointer')).toBe(pointer);
  });

  it.each([
    { limits: {} },
    { limits: { K11: { target: 1, limit: 2 } } },
    { limits: { K04: { target: 95 } } },
  ])('of nothing, of an indicator that has none of its own, or without one are refused: %j', async (over) => {
    expect((await request(over)).status).toBe(400);
  });
});
