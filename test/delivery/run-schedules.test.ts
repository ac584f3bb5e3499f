import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/delivery.js';
import { depsFor } from '../../functions/produce-report.js';
import { deliveryRoutes } from '../../functions/routes/delivery.js';
import { servicesOf } from '../../functions/http/tenant-services.js';
import { scheduleSchema, type Schedule } from '../../schemas/delivery.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { runSchedules } from '../../shared/usecases/delivery/run-schedules.js';
import type { ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { acme, at, caller, openDesk, type Desk } from '../http/desk.js';

let desk: Desk;
let started: string[];

/** The desk's clock begins on 1 June 2026, 12:00 UTC. */
const now = (text: string): void => desk.clock.advance(Date.parse(text) - desk.clock.now());
const own = () => servicesOf(desk, acme);
const tick = (): Promise<number> =>
  runSchedules({ ...depsFor(own()), calendar: desk.calendar }, (record: ReportRecord) => {
    started.push(record.id);
    return Promise.resolve();
  });
const requested = async () =>
  (
    await own().stores.evidence.search({ type: 'aispm.report.requested', order: 'oldest', limit: 50 })
  ).items.map(({ event }) => event.data);
const scheduled = async () =>
  (
    await own().stores.evidence.search({ type: 'aispm.report.scheduled', order: 'oldest', limit: 50 })
  ).items.map(({ event }) => event.data);
const runs = async (scheduleId: string, query: Record<string, string> = {}) =>
  (
    await caller(
      desk,
      deliveryRoutes,
      handlers,
    )('listScheduleRuns', { token: 'viewer@acme', params: { scheduleId }, query })
  ).json;

async function set(change: Partial<Schedule>, reports: object = {}): Promise<void> {
  const store = own().stores.tenant;
  const found = await store.get();
  if (found === null) throw new Error('no tenant');
  const schedule = scheduleSchema.parse({
    id: 'cso',
    report: 'cso',
    cadence: 'monthly',
    since: '2026-06-01T12:00:00.000Z',
    ...change,
  });
  const settings = tenantSettingsSchema.parse({
    ...found.tenant.settings,
    reports: { ...found.tenant.settings.reports, ...reports },
  });
  await store.put({ ...found.tenant, settings, schedules: [schedule] }, found.etag);
}

beforeEach(async () => {
  desk = openDesk();
  started = [];
  const settings = tenantSettingsSchema.parse({
    displayName: 'Acme',
    timeZone: 'Europe/Berlin',
    reports: {
      allowedDomains: ['acme.example'],
      recipients: [
        { address: 'cso@acme.example', audience: ['cso'] },
        { address: 'cso@gone.example', audience: ['cso'] },
      ],
    },
  });
  await putTenant({ stores: own().stores, keys: desk.keys, clock: desk.clock }, settings, 'root');
});

describe('a tick of the schedules', () => {
  it('asks once for the report of the month that has ended, however often it runs', async () => {
    await set({});
    expect(await tick()).toBe(0);
    now('2026-07-01T05:00:00Z');
    expect([await tick(), await tick()]).toEqual([1, 0]);
    expect(await requested()).toMatchObject([
      {
        reportType: 'cso',
        schedule: 'cso',
        period: { from: '2026-06-01T00:00:00Z', to: '2026-06-30T00:00:00Z', zone: 'Europe/Berlin' },
      },
    ]);
    expect(started).toHaveLength(1);
    expect(await runs('cso')).toMatchObject({
      items: [{ outcome: 'requested', report: started[0], period: { id: '2026-06' }, caughtUp: false }],
    });
  });

  it('asks for the same report again where it died before it was done, and two ticks at once for one', async () => {
    await set({});
    now('2026-07-01T05:00:00Z');
    const dies = () => Promise.reject(new StoreUnavailable('away', 1));
    const deps = { ...depsFor(own()), calendar: desk.calendar };
    await expect(runSchedules(deps, dies)).rejects.toThrow('away');
    expect(await runs('cso')).toEqual({ items: [] });
    await Promise.all([tick(), tick()]);
    expect(new Set(started).size).toBe(1);
    expect(await requested()).toHaveLength(1);
    expect(at(await runs('cso'), 'items')).toHaveLength(1);
  });

  it('after months without one asks for the last month alone, and says so', async () => {
    await set({});
    now('2026-10-20T00:00:00Z');
    expect([await tick(), await tick()]).toEqual([1, 0]);
    expect(await scheduled()).toMatchObject([{ period: '2026-09', caughtUp: true }]);
    expect(await requested()).toHaveLength(1);
  });

  it('keeps its history, the newest first, a page at a time', async () => {
    await set({ cadence: 'daily' });
    for (const date of ['02', '03', '04']) {
      now(`2026-06-${date}T06:00:00Z`);
      await tick();
    }
    const first = await runs('cso', { limit: '2' });
    expect(at(first, 'items')).toMatchObject([
      { period: { id: '2026-06-03' } },
      { period: { id: '2026-06-02' } },
    ]);
    const rest = await runs('cso', { limit: '2', cursor: String(at(first, 'cursor')) });
    expect(rest).toMatchObject({ items: [{ period: { id: '2026-06-01' } }] });
  });

  it('sends no period twice where its time of day is moved behind the run', async () => {
    await set({ at: '07:00' });
    now('2026-07-01T06:00:00Z');
    await tick();
    await set({ at: '09:00', since: '2026-07-01T06:30:00.000Z' });
    now('2026-07-01T08:00:00Z');
    await tick();
    expect(new Set(started).size).toBe(1);
    expect(await requested()).toHaveLength(1);
  });

  it('leaves a paused schedule alone', async () => {
    await set({ paused: true });
    now('2026-07-01T05:00:00Z');
    expect(await tick()).toBe(0);
  });

  it('leaves the report out that is due in a blackout that skips, and records it', async () => {
    await set({}, { blackouts: [{ from: '06:00', to: '08:00', scheduled: 'skip' }] });
    now('2026-07-01T09:00:00Z');
    expect([await tick(), await tick()]).toEqual([1, 0]);
    expect(started).toEqual([]);
    expect(await requested()).toEqual([]);
    expect(await scheduled()).toMatchObject([{ outcome: 'skipped', period: '2026-06' }]);
    expect(await runs('cso')).toMatchObject({ items: [{ outcome: 'skipped' }] });
  });

  it('asks for it in a blackout that defers, and says until when its mails wait', async () => {
    await set({}, { blackouts: [{ from: '06:00', to: '08:00' }] });
    now('2026-07-01T05:00:00Z');
    await tick();
    expect(await runs('cso')).toMatchObject({
      items: [{ outcome: 'requested', deferredUntil: '2026-07-01T06:00:00.000Z' }],
    });
  });

  it('says why where the report cannot be had, and goes on with the next period', async () => {
    await set({ report: 'incident' });
    now('2026-07-01T05:00:00Z');
    expect([await tick(), await tick()]).toEqual([1, 0]);
    const run = at(await runs('cso'), 'items', 0);
    expect([at(run, 'outcome'), at(run, 'detail')]).toEqual([
      'refused',
      'the incident report waits for an incident: none is in the log',
    ]);
  });

  it('is not held up by a recipient who may not get the report: the others get theirs', async () => {
    await set({});
    now('2026-07-01T05:00:00Z');
    await tick();
    expect(at((await requested())[0], 'recipients')).toHaveLength(2);
  });
});
