import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as controlHandlers } from '../../functions/controls.js';
import { handlers as deliveryHandlers } from '../../functions/delivery.js';
import { handlers as governanceHandlers } from '../../functions/governance.js';
import { handlers as journeyHandlers } from '../../functions/journey.js';
import { handlers as keyHandlers } from '../../functions/keys.js';
import { controlRoutes } from '../../functions/routes/controls.js';
import { deliveryRoutes } from '../../functions/routes/delivery.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { journeyRoutes } from '../../functions/routes/journey.js';
import { keyRoutes } from '../../functions/routes/keys.js';
import { memberChangeRoutes } from '../../functions/routes/member-changes.js';
import { settingsChangeRoutes } from '../../functions/routes/settings-changes.js';
import { sourceChangeRoutes } from '../../functions/routes/source-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { waitingRoutes } from '../../functions/routes/waiting.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { waitingListSchema, type WaitingList } from '../../schemas/answers/waiting.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { renderedId, reportRecordId, requestedId } from '../../shared/usecases/reports/report-record.js';
import { runtimeUri, source } from '../ingest/intake.js';
import { acme, at, caller, openDesk, start, type Asked, type Desk, type Told } from './desk.js';

/* Who approves looks in one place, and sees there what they see on the route of each kind. */

const routes = {
  ...tenantRoutes,
  ...memberChangeRoutes,
  ...sourceChangeRoutes,
  ...settingsChangeRoutes,
  ...controlRoutes,
  ...governanceRoutes,
  ...deliveryRoutes,
  ...keyRoutes,
  ...journeyRoutes,
  ...waitingRoutes,
};
const handlers = {
  ...tenantHandlers,
  ...changeHandlers,
  ...controlHandlers,
  ...governanceHandlers,
  ...deliveryHandlers,
  ...keyHandlers,
  ...journeyHandlers,
};
let desk: Desk;
const ask = (name: keyof typeof routes, role: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, routes, handlers)(name, { token: `${role}@acme`, ...asked });
const waiting = async (role: string): Promise<WaitingList> =>
  waitingListSchema.parse((await ask('listWaiting', role)).json);
const done = async (name: keyof typeof routes, role: string, asked: Asked): Promise<Told> => {
  const told = await ask(name, role, asked);
  expect(told.status, told.text).toBeLessThan(300);
  return told;
};
const settings = { displayName: 'Acme', timeZone: 'UTC' };
const expiresAt = instantOf(start + 30 * day);
const limits = {
  limits: { K04: { target: 98, limit: 90 } },
  setBy: 'Board',
  setOn: '2026-05-28',
  expiresAt,
  reason: 'Item 4',
};
const psn = `psn:${'3'.repeat(32)}`;
const digest = 'a'.repeat(64);
const { id: _id, ...registration } = source({ id: 'runtime', uri: runtimeUri });

/** One of every kind that is asked for, each a minute after the other. */
async function askForAll(): Promise<void> {
  const steps: [keyof typeof routes, string, Asked][] = [
    ['putMember', 'admin', { params: { subject: 'bob' }, body: { roles: ['approver'] } }],
    ['putSource', 'admin', { params: { sourceId: 'runtime' }, body: registration }],
    ['putTenant', 'admin', { body: { settings: { ...settings, scoreTarget: 800 } } }],
    [
      'requestOverride',
      'operator',
      {
        params: { controlId: 'destructive-commands' },
        body: { reason: 'no shell', expiresAt, applicable: false, items: ['agent:builder'] },
      },
    ],
    ['requestAppetite', 'operator', { body: limits }],
    [
      'requestDeliveryChange',
      'operator',
      { body: { change: { kind: 'domain', domain: 'audit.example', until: expiresAt }, reason: 'r' } },
    ],
    ['requestRotation', 'admin', { body: { reason: 'yearly' } }],
    [
      'requestGrant',
      'operator',
      { body: { purpose: 'trial', subject: 'guest', roles: ['viewer'], until: expiresAt } },
    ],
  ];
  for (const [name, role, asked] of steps) {
    await done(name, role, asked);
    desk.clock.advance(60_000);
  }
}

beforeEach(async () => {
  desk = openDesk();
  await done('putTenant', 'admin', { body: { settings } });
});

describe('what waits for a second person', () => {
  it('is nothing where nothing was asked for', async () => {
    expect((await waiting('admin')).items).toEqual([]);
  });

  it('is listed whatever it is: what, by whom, since and until when, and how it is decided', async () => {
    await askForAll();
    const { items, hidden, people } = await waiting('admin');
    expect(hidden).toEqual([]);
    expect(items.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
      'member: bob as approver',
      'source: registration of runtime',
      'settings: less of the score’s target',
      'override: destructive-commands: not applicable for agent:builder, until 2026-07-01',
      'limits: Agents governed, as set by Board on 2026-05-28, until 2026-07-01',
      'delivery: reports to audit.example, until 2026-07-01',
      'key: another signing key',
      'access: guest: trial, viewer, until 2026-07-01',
    ]);
    expect(items.map(({ requestedBy }) => people?.[requestedBy])).toEqual([
      ...Array<string>(3).fill('admin-1'),
      ...Array<string>(3).fill('operator-1'),
      'admin-1',
      'operator-1',
    ]);
    expect(items.map(({ requestedAt }) => requestedAt)).toEqual(
      items.map((_, n) => instantOf(start + n * 60_000)),
    );
    expect(items.map(({ decideBy }) => decideBy)).toEqual(
      items.map((_, n) => instantOf(start + n * 60_000 + 72 * hour)),
    );
  });

  it('goes from the list once it is decided, by the very path that stands there, or its time is over', async () => {
    await askForAll();
    const byPath = (link: string) =>
      Object.entries(routes).find(([, { method, path }]) => {
        const pattern = path.replace(/\{[^}]+\}/g, '[^/]+');
        return method === 'POST' && new RegExp(`^/api/${pattern}$`).test(link);
      });
    for (const { kind, links } of (await waiting('admin')).items)
      for (const link of [links['approve'], links['reject']])
        expect([kind, link, byPath(link ?? '')?.[0]]).toEqual([kind, link, expect.any(String)]);
    const [member, , , override] = (await waiting('admin')).items;
    await done('approveMemberChange', 'approver', { params: { changeId: member?.id ?? '' } });
    const params = { controlId: 'destructive-commands', overrideId: override?.id ?? '' };
    await done('rejectOverride', 'approver', { params });
    const kinds = async () => (await waiting('admin')).items.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['source', 'settings', 'limits', 'delivery', 'key', 'access']);
    desk.clock.set(start + 72 * hour + 3 * 60_000);
    expect(await kinds()).toEqual(['limits', 'delivery', 'key', 'access']);
    desk.clock.advance(day);
    expect(await kinds()).toEqual([]);
  });

  it('is also a packet that was rendered and goes out once another approves it, until its own time is over', async () => {
    const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
    const rendered = async (id: string, over: object): Promise<void> => {
      const common = { approvalRequired: true, recipients: [psn] };
      const period = { from: instantOf(start - 30 * day), to: instantOf(start), zone: 'UTC' };
      const record = { id, type: 'ciso', requestedBy: psn, approvalExpiresHours: 24, ...common, ...over };
      await deps.stores.records.put(
        reportRecordId(id),
        'report',
        { ...record, period: { ...period, label: 'May 2026' } },
        null,
      );
      await recordStatement(deps, {
        name: 'report.requested',
        id: requestedId(id),
        data: { report: id, reportType: 'ciso', actor: psn, period, ...common },
      });
      desk.clock.advance(60_000);
      const made = { documentDigest: digest, manifestDigest: digest, position: 1, asOf: instantOf(start) };
      const artifacts = [{ format: 'pdf', digest, bytes: 1 }];
      await recordStatement(deps, {
        name: 'report.rendered',
        id: renderedId(id),
        data: { report: id, ...made, artifacts },
      });
    };
    await rendered('first', {});
    await rendered('no-approval', { approvalRequired: false });
    await rendered('too-little', { frozen: { waiting: 'the first evidence' } });
    const { items } = await waiting('viewer');
    const decideBy = instantOf(start + 60_000 + day);
    expect(items).toMatchObject([{ kind: 'report', id: 'first', what: 'CISO report, May 2026', decideBy }]);
    desk.clock.set(start + 60_000 + day);
    expect((await waiting('viewer')).items).toEqual([]);
  });

  it('says of what was overtaken that it can only be refused', async () => {
    const first = await done('requestAppetite', 'operator', { body: limits });
    await done('requestAppetite', 'admin', { body: { ...limits, setBy: 'Risk committee' } });
    await done('approveAppetite', 'approver', { params: { requestId: String(at(first.json, 'id')) } });
    expect((await waiting('viewer')).items).toMatchObject([{ kind: 'limits', status: 'outdated' }]);
  });

  it('shows nobody a kind that its own route does not show them, and says which those are', async () => {
    await askForAll();
    const viewer = await waiting('viewer');
    expect(viewer.items.map(({ kind }) => kind)).toEqual(['settings', 'override', 'limits', 'delivery']);
    expect(viewer.hidden).toEqual(['member', 'source', 'key', 'access']);
    expect(JSON.stringify(viewer)).not.toMatch(/bob|guest/);
    expect((await waiting('operator')).hidden).toEqual(['member', 'key', 'access']);
    for (const role of ['approver', 'auditor', 'admin']) expect((await waiting(role)).hidden).toEqual([]);
    expect((await ask('listWaiting', 'collector')).status).toBe(403);
  });
});
