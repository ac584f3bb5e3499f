import { beforeAll, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/sample.js';
import { areas, sampleRoutes } from '../../functions/routes/all-routes.js';
import { sampleNameOf } from '../../functions/routes/sample.js';
import { sampleTenantId } from '../../shared/core/kernel/sample-tenant.js';
import { verifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { memorySandbox } from '../../shared/adapters/memory/sandbox.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { readOnlyBlobs, readOnlyStores } from '../../shared/usecases/sample/read-only.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { at, caller, openDesk, type Asked, type Told } from '../http/desk.js';

/* The public sample answers what a tenant's viewer may ask, by the same engine, to anyone, and changes for nobody. */

const desk = openDesk();
const ask = (name: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, sampleRoutes, handlers)(name, asked);

/** The route and parameters behind a link of the sample. */
function routeOf(link: string): [string, Asked] | null {
  const url = new URL(link, 'http://127.0.0.1');
  const steps = url.pathname
    .replace(/^\/api\//, '')
    .split('/')
    .map(decodeURIComponent);
  // A literal wins over a parameter, as at the host.
  const literalFirst = Object.entries(sampleRoutes).sort(
    ([, one], [, other]) => one.path.split('{').length - other.path.split('{').length,
  );
  for (const [name, { path }] of literalFirst) {
    const shape = path.split('/');
    const fits = shape.length === steps.length && shape.every((s, i) => s.startsWith('{') || s === steps[i]);
    if (!fits) continue;
    const params = shape.flatMap((s, i): [string, string][] =>
      s.startsWith('{') ? [[s.slice(1, -1), steps[i] ?? '']] : [],
    );
    return [name, { params: Object.fromEntries(params), query: Object.fromEntries(url.searchParams) }];
  }
  return null;
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

/** What a list must be asked. */
const queries: Readonly<Record<string, string>> = {
  'sample/log/consistency': '?from=1&to=9',
  'sample/posture/diff': '?from=2026-05-14T00:00:00Z&to=2026-05-15T00:00:00Z',
};

type Seen = { link: string; name: string; told: Told };
const seen: Seen[] = [];

/** Follows links from the lists, a few of each kind: enough to meet every kind of answer. */
async function crawl(): Promise<void> {
  const most = 12;
  const counts = new Map<string, number>();
  const queue = Object.values(sampleRoutes)
    .filter(({ path }) => !path.includes('{'))
    .map(({ path }) => `/api/${path}${queries[path] ?? ''}`);
  const met = new Set<string>();
  for (let link = queue.shift(); link !== undefined; link = queue.shift()) {
    const route = met.has(link) ? null : routeOf(link);
    met.add(link);
    if (route === null || (counts.get(route[0]) ?? 0) >= most) continue;
    counts.set(route[0], (counts.get(route[0]) ?? 0) + 1);
    const told = await ask(...route);
    seen.push({ link, name: route[0], told });
    queue.push(...stringsIn(told.json).filter((text) => text.startsWith('/api/')));
  }
}

beforeAll(crawl, 240_000);

describe('the public sample', () => {
  it('has every read of a tenant that a viewer may make, without a token', () => {
    const reads = areas
      .flatMap((area) => Object.entries(area))
      .filter(
        ([, { method, path, access }]) =>
          method === 'GET' &&
          path.startsWith('tenants/{tenantId}') &&
          (!('roles' in access) || access.roles.some((role) => role === 'viewer')),
      );
    expect(Object.keys(sampleRoutes).sort()).toEqual(reads.map(([name]) => sampleNameOf(name)).sort());
    for (const { method, path, access } of Object.values(sampleRoutes))
      expect([method, path.split('/')[0], 'public' in access]).toEqual(['GET', 'sample', true]);
  });

  it('answers the eight questions, each with something to see', async () => {
    const posture = (await ask('sampleReadPosture')).json;
    const items = async (name: string, query: Record<string, string> = {}): Promise<number> =>
      (at((await ask(name, { query })).json, 'items') as unknown[]).length;
    expect(await items('sampleListAgents', { activity: 'active' })).toBeGreaterThan(2);
    expect(await items('sampleListRepositories', { coverage: 'covered' })).toBeGreaterThan(1);
    expect(await items('sampleListWorkflows', { coverage: 'covered' })).toBeGreaterThan(1);
    expect(await items('sampleListTools', { trust: 'trusted' })).toBeGreaterThan(0);
    expect(await items('sampleListTools', { trust: 'risky' })).toBeGreaterThan(0);
    const states = at(posture, 'layers', 'controls', 'states') as Record<string, number>;
    expect(Object.keys(states)).toEqual(expect.arrayContaining(['enforced', 'shadowed', 'missing']));
    expect(await items('sampleListFindings', { state: 'open' })).toBeGreaterThan(3);
    expect(await items('sampleListFindings', { state: 'accepted' })).toBe(1);
    expect(await items('sampleListApprovals', { breakGlass: 'overdue' })).toBe(1);
    expect(await items('sampleListExceptions', { status: 'expired' })).toBe(1);
    expect(await items('sampleListReports')).toBe(2);
    const gate = (await ask('samplePreviewReadiness', { query: { target: 'production' } })).json;
    expect(at(gate, 'ready_for_aispm_production')).toBe(false);
    expect((at(gate, 'blockers') as unknown[]).map((b) => at(b, 'id'))).toContain('rehearsal_environment');
  });

  it('marks every answer, and every event but its own statements as sample', () => {
    for (const { link, told } of seen) {
      expect([link, told.headers['Aispm-Sample']]).toEqual([link, 'true']);
      if (told.json !== undefined) expect([link, at(told.json, 'sample')]).toEqual([link, true]);
    }
    const events = seen.filter(({ name }) => name === 'sampleReadEvidence');
    expect(events.length).toBeGreaterThan(3);
    for (const { told } of events)
      if (at(told.json, 'admission', 'sourceId') !== 'aispm')
        expect(at(told.json, 'admission', 'provenance')).toBe('sample');
  });

  it('leads on within itself alone: each link is answered', () => {
    for (const { link, told } of seen) {
      expect([link, told.status]).toEqual([link, 200]);
      for (const text of stringsIn(told.json).filter((one) => one.startsWith('/api/')))
        expect([link, text, routeOf(text) === null]).toEqual([link, text, false]);
    }
    const never = Object.keys(sampleRoutes).filter((name) => !seen.some((one) => one.name === name));
    // The sample has no connector or delivery of its own to prove, and has closed no quarter yet.
    expect(never.sort()).toEqual([
      'sampleListScheduleRuns',
      'sampleOpenPack',
      'sampleReadArchiveFile',
      'sampleReadArchives',
      'sampleReadConnectorValidation',
      'sampleReadDeliveryChange',
      'sampleReadDeliveryValidation',
      'sampleReadDrill',
      'sampleReadSchedule',
      'sampleReadSettingsChange',
    ]);
  });

  it('hands its reports out as they lie, each byte as its digest says', async () => {
    const delivered = (at((await ask('sampleListReports')).json, 'items') as unknown[]).find(
      (one) => at(one, 'status') === 'delivered',
    );
    expect(delivered).toBeDefined();
    const link = String(at(delivered, 'artifacts', 0, 'link'));
    const told = await ask(...(routeOf(link) ?? ['', {}]));
    expect([told.status, told.headers['ETag']]).toEqual([
      200,
      `"${String(at(delivered, 'artifacts', 0, 'digest'))}"`,
    ]);
  });

  it('stands still: after all of this its log is as long as before, and another instance says the same', async () => {
    const before = seen.find(({ link }) => link === '/api/sample/posture');
    expect((await ask('sampleReadPosture')).text).toBe(before?.told.text);
    const other = openDesk();
    const elsewhere = await caller(other, sampleRoutes, handlers)('sampleReadCheckpoint');
    expect(elsewhere.text).toBe(seen.find(({ link }) => link === '/api/sample/log/checkpoint')?.told.text);
  }, 120_000);

  it('refuses to be written to', async () => {
    const { stores, blobs } = memorySandbox('seed', 0);
    const tenantId = verifiedTenant(sampleTenantId);
    const own = readOnlyStores(stores.open(tenantId));
    const batch = { headETag: null, entries: [], documents: [], deletes: [] };
    await expect(own.ledger.commit(batch)).rejects.toThrow('for reading');
    await expect(own.tenant.forget('psn:0')).rejects.toThrow('for reading');
    await expect(own.records.put('id', 'kind', {}, null)).rejects.toThrow('for reading');
    const readable = readOnlyBlobs(blobs.open(tenantId));
    await expect(readable.create('log', 'sample/x', new Uint8Array(), 'text/plain')).rejects.toThrow(
      'for reading',
    );
  });

  it('answers no more than an instance gives to one tenant', async () => {
    const stingy = openDesk({
      limits: {
        request: (tenant) => {
          expect(tenant).toBe(sampleTenantId);
          throw new Error('asked');
        },
        events: () => undefined,
      },
    });
    expect((await caller(stingy, sampleRoutes, handlers)('sampleReadPosture')).status).toBe(500);
  });

  it('is the only tenant of its id: none that is live can be made under it', async () => {
    const stores = desk.stores.open(verifiedTenant(sampleTenantId));
    const settings = tenantSettingsSchema.parse({ displayName: 'Mine', timeZone: 'UTC' });
    await expect(putTenant({ ...desk, stores }, settings, 'me')).rejects.toMatchObject({ code: 'conflict' });
  });
});
