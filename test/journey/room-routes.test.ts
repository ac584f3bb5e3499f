import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as archiveHandlers } from '../../functions/archives.js';
import { handlers as reviewHandlers } from '../../functions/reviews.js';
import type { Route, RouteHandler } from '../../functions/http/route.js';
import { archiveRoutes } from '../../functions/routes/archives.js';
import { reviewRoutes } from '../../functions/routes/reviews.js';
import { sectionSchema } from '../../schemas/access.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { minute } from '../../shared/core/kernel/time.js';
import { closeArchive } from '../../shared/usecases/archive/close-archive.js';
import { call, caller, acme } from '../http/desk.js';
import { guarded } from '../isolation/world.js';
import { runReviews } from '../reviews/run.js';
import { allSignedOff, quarterNow } from '../reviews/signed-off.js';
import { days, depsOf, setOut, type Way } from './way.js';

/* Every route that an evidence room opens leaves evidence of each use, and no other route is opened. */

const guest = 'member';
let way: Way;
let room: string;

beforeEach(async () => {
  way = await setOut();
  const sections = sectionSchema.options;
  room = await way.admit({ purpose: 'evidence_room', subject: 'member-1', sections, until: days(60) });
});

/** Everything that guests saw or took. */
async function uses(): Promise<{ grant: string; use: string; route: string; path: string }[]> {
  const { evidence } = way.desk.stores.open(acme);
  const { items } = await evidence.search({ type: 'aispm.access.used', limit: 500 });
  return items.flatMap(({ event }) => (event.type === 'aispm.access.used' ? [event.data] : []));
}

/** What a parameter of a path is where its form matters. */
const formed: Record<string, string> = {
  evidenceId: 'a'.repeat(64),
  findingId: 'b'.repeat(64),
  reportId: '5e0d3f6a-0d4b-4c43-9d5f-3a8d6c0b7e11',
  packId: '5e0d3f6a-0d4b-4c43-9d5f-3a8d6c0b7e11',
  linkId: '5e0d3f6a-0d4b-4c43-9d5f-3a8d6c0b7e11',
  period: '2026-Q2',
  format: 'pdf',
  cadence: 'daily',
  kind: 'agent',
};
const queries: Record<string, Record<string, string>> = {
  readConsistency: { from: '1', to: '2' },
  diffPosture: { from: '2026-05-30T00:00:00Z', to: '2026-05-31T00:00:00Z' },
};

/** Asks a route with everything but its work: that the answer is recorded does not hang on what it says. */
async function asked(name: string, route: Route): Promise<number> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].flatMap(([, param]) =>
    param === undefined ? [] : [param],
  );
  const params = Object.fromEntries(
    names.flatMap((param) => (param === 'tenantId' ? [] : [[param, formed[param] ?? 'one']])),
  );
  if (name.includes('Review')) params['period'] = '2026-05-31';
  const { schema: _any, ...promised } = route.answers[200] ?? { description: '' };
  const saved = promised.contentType !== undefined && !promised.contentType.includes('json');
  const shown: RouteHandler<Route> = () =>
    Promise.resolve({ status: 200, body: saved ? new Uint8Array([1]) : { shown: true } });
  const open = { ...route, answers: { 200: promised } } as Route;
  const query = queries[name];
  return (
    await call(way.desk, name, open, shown, {
      token: guest,
      params,
      ...(query === undefined ? {} : { query }),
    })
  ).status;
}

describe('the evidence room', () => {
  const isOpen = ({ method, path, roles }: (typeof guarded)[number]): boolean =>
    method === 'GET' &&
    roles.some((role) => role === 'viewer') &&
    sectionSchema.options.some((section) => section === path.split('/')[2]);

  it('records each view and download of every route that it opens, under the route and the path', async () => {
    const open = guarded.filter(isOpen);
    expect(open.length).toBeGreaterThanOrEqual(40);
    for (const { name, ...route } of open) {
      expect([name, await asked(name, route as Route)]).toEqual([name, 200]);
      way.pass(1);
    }
    const told = await uses();
    expect(told.map(({ route }) => route).sort()).toEqual(open.map(({ name }) => name).sort());
    for (const { grant, path } of told) {
      expect(grant).toBe(room);
      expect(sectionSchema.options).toContain(path.split(/[/?]/)[0]);
    }
    const saved = told.filter(({ use }) => use === 'download').map(({ route }) => route);
    expect(saved).toEqual(expect.arrayContaining(['readArchiveFile', 'readArtifact']));
  });

  it('opens no other route to its guest, whatever the method', async () => {
    for (const { name, ...route } of guarded.filter((one) => !isOpen(one)))
      if (!('creates' in route.access))
        expect([name, await asked(name, route as Route)]).toEqual([name, 403]);
    expect(await uses()).toEqual([]);
  });

  it('puts the download of an archive and the view of a review on record, as they really leave', async () => {
    const { desk } = way;
    const deps = { ...depsOf(desk), blobs: desk.blobs.open(acme), renderer: reportRenderer };
    const found = await deps.stores.tenant.get();
    if (found === null) throw new Error('no tenant');
    const period = quarterNow(desk.clock.now());
    await allSignedOff(deps, found.tenant);
    await closeArchive(deps, found.tenant, period, 'operator-1', 'key-1');
    way.pass(24 * 60 * minute);
    await runReviews(desk, 'daily');
    const archives = caller(desk, archiveRoutes, archiveHandlers);
    const reviews = caller(desk, reviewRoutes, reviewHandlers);
    const day = { cadence: 'daily', period: '2026-06-01' };
    expect((await archives('readArchives', { token: guest, params: { period } })).status).toBe(200);
    expect((await archives('readArchiveFile', { token: guest, params: { period } })).status).toBe(200);
    expect((await reviews('listReviews', { token: guest })).status).toBe(200);
    expect((await reviews('readReview', { token: guest, params: day })).status).toBe(200);
    expect((await uses()).map(({ use, path }) => `${use} ${path}`).sort()).toEqual([
      `download archives/${period}/file`,
      `view archives/${period}`,
      'view reviews',
      'view reviews/daily/2026-06-01',
    ]);
  });
});
