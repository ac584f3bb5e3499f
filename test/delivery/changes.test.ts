import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/delivery.js';
import { deliveryRoutes } from '../../functions/routes/delivery.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { acme, at, caller, openDesk, start, type Asked, type Desk, type Told } from '../http/desk.js';

let desk: Desk;
beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({
    displayName: 'Acme',
    timeZone: 'Europe/Berlin',
    reports: {
      allowedDomains: ['acme.example'],
      recipients: [{ address: 'jo@audit.example', audience: ['auditor'] }, { address: 'x@acme.example' }],
    },
  });
  await putTenant({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock }, settings, 'root');
});

const ask = (name: keyof typeof deliveryRoutes, token: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, deliveryRoutes, handlers)(name, { token: `${token}@acme`, ...asked });
const until = instantOf(start + 30 * day);
const domain = { kind: 'domain', domain: 'audit.example', until };
const board = { id: 'board', report: 'board-kpi', cadence: 'quarterly' };
const request = (change: object) =>
  ask('requestDeliveryChange', 'operator', { body: { change, reason: 'asked for by ada@acme.example' } });
const idOf = ({ json }: Told): string => String(at(json, 'id'));
const decide = (id: string, token = 'approver', name: 'approve' | 'reject' = 'approve') =>
  ask(`${name}DeliveryChange`, token, { params: { changeId: id } });
const agreed = async (change: object): Promise<void> => {
  const told = await decide(idOf(await request(change)));
  expect([told.status, at(told.json, 'status')]).toEqual([200, 'approved']);
};
const policy = async () => (await ask('readDeliveryPolicy', 'viewer')).json;
const configured = async () =>
  (await desk.stores.open(acme).evidence.search({ type: 'aispm.tenant.configured', limit: 20 })).items
    .map(({ event }) => event.data)
    .filter((data) => 'change' in data && data.change !== 'created');

describe('a further domain', () => {
  it('is written to only once a second person agreed, and the evidence names both', async () => {
    const asked = await request(domain);
    expect([asked.status, at(asked.json, 'status')]).toEqual([202, 'pending']);
    expect(asked.text).not.toContain('ada@');
    const objection = async () => at(await policy(), 'recipients', 0, 'objection');
    expect(await objection()).toBe('the recipient is outside the allowed domains');
    expect((await decide(idOf(asked))).status).toBe(200);
    expect(await objection()).toBeNull();
    const [change] = await configured();
    expect(change).toMatchObject({ change: 'delivery_domain', subject: 'audit.example' });
    expect(new Set([at(change, 'actor'), at(change, 'approvedBy')])).toHaveProperty('size', 2);
    desk.clock.advance(30 * day);
    expect(await objection()).toBe('the approval of the recipient’s domain has expired');
    expect(at(await policy(), 'approvedDomains', 0, 'expired')).toBe(true);
  });

  it('is never agreed to by who asked, nor after three days, nor when it was refused', async () => {
    const admin = { body: { change: domain, reason: 'r' } };
    const own = await decide(idOf(await ask('requestDeliveryChange', 'admin', admin)), 'admin');
    expect([own.status, at(own.json, 'code')]).toEqual([403, 'separation_of_duties']);
    const refused = idOf(await request(domain));
    expect(at((await decide(refused, 'approver', 'reject')).json, 'status')).toBe('rejected');
    expect((await decide(refused)).status).toBe(409);
    const late = idOf(await request(domain));
    desk.clock.advance(72 * hour);
    expect((await decide(late)).status).toBe(409);
    const read = await ask('readDeliveryChange', 'auditor', { params: { changeId: late } });
    expect(at(read.json, 'status')).toBe('expired');
    expect(await configured()).toEqual([]);
  });

  it('is ended by one person at once', async () => {
    await agreed(domain);
    const end = { params: { domain: 'audit.example' } };
    expect((await ask('endDeliveryDomain', 'admin', end)).status).toBe(200);
    expect(at(await policy(), 'approvedDomains')).toEqual([]);
    expect((await ask('endDeliveryDomain', 'admin', end)).status).toBe(404);
  });

  it('whose approval ended takes no room among the fifty', async () => {
    for (let n = 0; n < 50; n++)
      await agreed({ ...domain, domain: `n${n}.example`, until: n === 7 ? instantOf(start + day) : until });
    const full = await decide(idOf(await request(domain)));
    expect([full.status, at(full.json, 'code')]).toEqual([409, 'conflict']);
    desk.clock.advance(day);
    await agreed(domain);
    const approved = at(await policy(), 'approvedDomains');
    expect(approved).toHaveLength(50);
    expect(JSON.stringify(approved)).not.toContain('"n7.example"');
  });

  it('ends within a year', async () => {
    const told = await request({ ...domain, until: instantOf(start + 367 * day) });
    expect([told.status, at(told.json, 'pointer')]).toEqual([400, '/change/until']);
  });
});

describe('that reports need no approval', () => {
  const put = (approvalRequired: boolean) =>
    caller(
      desk,
      tenantRoutes,
      tenantHandlers,
    )('putTenant', {
      token: 'admin@acme',
      body: { settings: { displayName: 'Acme', timeZone: 'Europe/Berlin', reports: { approvalRequired } } },
    });
  const needed = async () =>
    (await desk.stores.open(acme).tenant.get())?.tenant.settings.reports.approvalRequired;

  it('is never said by one person alone; that they need it again is', async () => {
    const alone = await put(false);
    expect([alone.status, at(alone.json, 'code'), at(alone.json, 'pointer')]).toEqual([
      403,
      'separation_of_duties',
      '/settings/reports/approvalRequired',
    ]);
    const change = { change: { kind: 'approval_waived' }, reason: 'a rehearsal' };
    const asked = idOf(await ask('requestDeliveryChange', 'admin', { body: change }));
    expect((await decide(asked, 'admin')).status).toBe(403);
    expect(await needed()).toBe(true);
    expect((await decide(asked)).status).toBe(200);
    expect(await needed()).toBe(false);
    const [told] = await configured();
    expect(told).toMatchObject({ change: 'settings', subject: 'approval_waived', reason: 'a rehearsal' });
    expect([(await put(false)).status, (await put(true)).status, (await put(false)).status]).toEqual([
      200, 200, 403,
    ]);
    // Agreed to once: it does not come back.
    expect((await decide(asked)).status).toBe(200);
    expect(await needed()).toBe(true);
  });
});

describe('a schedule', () => {
  const shown = async () => at((await ask('listSchedules', 'viewer')).json, 'items');

  it('is made, paused and removed by two people, and says when it is due next', async () => {
    await agreed({ kind: 'schedule', schedule: board });
    expect(await shown()).toMatchObject([
      {
        ...board,
        zone: 'Europe/Berlin',
        next: { dueAt: '2026-07-01T05:00:00.000Z', period: { id: '2026-Q2' } },
      },
    ]);
    await agreed({ kind: 'schedule', schedule: { ...board, paused: true } });
    expect(await shown()).toMatchObject([{ paused: true, next: null }]);
    await agreed({ kind: 'schedule_removed', schedule: 'board' });
    expect(await shown()).toEqual([]);
    expect((await ask('readSchedule', 'viewer', { params: { scheduleId: 'board' } })).status).toBe(404);
    expect(await configured()).toMatchObject([
      { change: 'schedule' },
      { change: 'schedule' },
      { change: 'schedule' },
    ]);
  });

  it('that was agreed on long ago is not brought back by agreeing to it again', async () => {
    const old = idOf(await request({ kind: 'schedule', schedule: board }));
    await decide(old);
    await agreed({ kind: 'schedule', schedule: { ...board, cadence: 'monthly' } });
    expect((await decide(old)).status).toBe(200);
    expect(await shown()).toMatchObject([{ cadence: 'monthly' }]);
  });

  it('is completed by the same approval made again where the first one died', async () => {
    const id = idOf(await request({ kind: 'schedule', schedule: board }));
    const { stores } = desk;
    desk.stores = {
      ...stores,
      open: (tenant) => {
        const own = stores.open(tenant);
        return { ...own, tenant: { ...own.tenant, put: () => Promise.reject(new Error('died')) } };
      },
    };
    expect((await decide(id)).status).toBe(500);
    desk.stores = stores;
    expect(await shown()).toEqual([]);
    expect((await decide(id, 'admin')).status).toBe(409);
    expect((await decide(id)).status).toBe(200);
    expect(await shown()).toMatchObject([board]);
    expect(await configured()).toHaveLength(1);
  });

  it.each([
    ['0 0 25 1 * *', '/change/schedule/cron'],
    ['0 0 7 L * *', '/change/schedule/cron'],
    ['* * * * * *', '/change/schedule/cron'],
    ['0 */5 * * * *', '/change/schedule/cron'],
    ['0 0 7 1 *', '/change/schedule/cron'],
  ])('with the expression %s is refused by the path of the member', async (cron, pointer) => {
    const told = await request({ kind: 'schedule', schedule: { ...board, cron } });
    expect([told.status, at(told.json, 'pointer') ?? at(told.json, 'errors', 0, 'pointer')]).toEqual([
      400,
      pointer,
    ]);
  });
});
