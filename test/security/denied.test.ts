import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as keyHandlers } from '../../functions/keys.js';
import { keyRoutes } from '../../functions/routes/keys.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { denialCounter, tellDenials } from '../../shared/usecases/ingest/denied.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { acme, at, caller, openDesk, type Desk } from '../http/desk.js';
import { tenantNamed } from '../tenants.js';

const globex = tenantNamed('globex');
let desk: Desk;

beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({ displayName: 'A tenant', timeZone: 'UTC' });
  for (const tenant of [acme, globex])
    await putTenant(
      { stores: desk.stores.open(tenant), keys: desk.keys, clock: desk.clock },
      settings,
      'root',
    );
});

const ask = (token: string, tenantId = 'acme') =>
  caller(desk, tenantRoutes, tenantHandlers)('listMembers', { token, params: { tenantId } });

async function summaries(tenant = acme): Promise<unknown[]> {
  const page = await desk.stores.open(tenant).evidence.search({ type: 'aispm.access.denied', limit: 100 });
  return page.items.map(({ event }) => event.data);
}

describe('a denial', () => {
  it('is told once for a tenant, route and hour, when the hour is over', async () => {
    for (let n = 0; n < 3; n++) expect((await ask('viewer@acme')).status).toBe(403);
    desk.clock.advance(hour - minute);
    await tellDenials(desk);
    expect(await summaries()).toEqual([]);
    await ask('operator@acme');
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    await tellDenials(desk);
    expect(await summaries()).toEqual([
      {
        route: 'listMembers',
        hour: '2026-06-01T12:00:00.000Z',
        count: 4,
        reasons: [{ reason: 'forbidden', count: 4 }],
      },
    ]);
  });

  it('at another tenant’s door, there or not, is told to the caller’s own and leaves no trace behind the door', async () => {
    const before = JSON.stringify(await everything(globex));
    await ask('admin@acme', 'globex');
    await ask('admin@acme', 'nobody');
    await ask('admin@acme', 'No/Body');
    expect(JSON.stringify(await everything(globex))).toBe(before);
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await summaries()).toMatchObject([
      { count: 3, reasons: [{ reason: 'foreign_tenant', count: 3 }] },
    ]);
    expect(await summaries(globex)).toEqual([]);
  });

  it('of somebody without a valid token reaches telemetry only', async () => {
    expect((await ask('forged')).status).toBe(401);
    desk.clock.advance(2 * hour);
    expect(await tellDenials(desk)).toEqual({ told: 0, failed: 0 });
    expect(desk.telemetry.lines).toContainEqual({
      level: 'info',
      event: 'access_refused',
      fields: { code: 'unauthenticated', method: 'GET' },
    });
  });

  it('to a person who would be both of two people is told as such', async () => {
    const keys = caller(desk, keyRoutes, keyHandlers);
    const asked = await keys('requestRotation', { token: 'admin@acme', body: { reason: 'yearly' } });
    const params = { rotationId: String(at(asked.json, 'id')) };
    expect((await keys('approveRotation', { token: 'admin@acme', params })).status).toBe(403);
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await summaries()).toMatchObject([
      { route: 'approveRotation', reasons: [{ reason: 'separation_of_duties' }] },
    ]);
  });

  it('is counted to the last by several instances at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ask('viewer@acme')));
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await summaries()).toMatchObject([{ count: 6 }]);
  });

  it('costs one write at a time in a flood, and every answer still stands behind its count', async () => {
    const own = desk.stores.open(acme);
    let writes = 0;
    const put: typeof own.records.put = (...args) => ((writes += 1), own.records.put(...args));
    const count = denialCounter('listMembers', desk.clock);
    const tenant = { ...own, records: { ...own.records, put } };
    await Promise.all(Array.from({ length: 500 }, () => count(tenant, 'forbidden')));
    expect(writes).toBeLessThanOrEqual(2);
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await summaries()).toMatchObject([{ count: 500 }]);
  });

  it('that is told is kept as long as its evidence and no longer; a late one is not told twice', async () => {
    const lifetimes: (number | undefined)[] = [];
    const open: typeof desk.stores.open = (tenantId) => {
      const own = desk.stores.open(tenantId);
      const put: typeof own.records.put = (id, kind, value, etag, days) => {
        if (kind === 'denied-told') lifetimes.push(days);
        return own.records.put(id, kind, value, etag, days);
      };
      return { ...own, records: { ...own.records, put } };
    };
    const watched = { ...desk, stores: { ...desk.stores, open } };
    const settings = { displayName: 'A tenant', timeZone: 'UTC', retentionDays: 400 };
    await caller(
      watched,
      tenantRoutes,
      tenantHandlers,
    )('putTenant', {
      token: 'admin@acme',
      body: { settings },
    });
    await ask('viewer@acme');
    desk.clock.advance(2 * hour);
    await tellDenials(watched);
    // An instance whose clock is behind.
    const late = denialCounter('listMembers', { now: () => desk.clock.now() - 2 * hour });
    await late(desk.stores.open(acme), 'forbidden');
    expect(await tellDenials(watched)).toEqual({ told: 1, failed: 0 });
    expect(await summaries()).toMatchObject([{ count: 1 }]);
    expect(lifetimes).toEqual([400, 400]);
  });

  it('is a denial though it cannot be counted', async () => {
    const own = desk.stores.open(acme);
    const get = () => Promise.reject(new StoreUnavailable('throttled', 10));
    const away = { ...own, records: { ...own.records, get } };
    const torn = { ...desk, stores: { ...desk.stores, open: () => away } };
    const told = await caller(torn, tenantRoutes, tenantHandlers)('listMembers', { token: 'viewer@acme' });
    expect(told.status).toBe(403);
    expect(desk.telemetry.lines.map(({ event }) => event)).toContain('denial_not_counted');
  });
});

async function everything(tenant: typeof acme): Promise<unknown> {
  const { ledger, evidence, quarantine, records } = desk.stores.open(tenant);
  const documents = [];
  for await (const document of ledger.all()) documents.push(document);
  return [
    documents,
    await ledger.entries(0, 1000),
    (await evidence.search({ limit: 100 })).items,
    (await quarantine.list({ limit: 100 })).items,
    (await records.list({ kind: 'denied', limit: 100 })).items,
  ];
}
