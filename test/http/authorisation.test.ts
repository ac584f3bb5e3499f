import { describe, expect, it } from 'vitest';

import { roleSchema } from '../../schemas/members.js';
import { areas, routes } from '../../functions/routes/all-routes.js';
import type { Route } from '../../functions/http/route.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { acme, at, call, openDesk, type Asked, type Desk, type Told } from './desk.js';

const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });

async function deskWithAcme(): Promise<Desk> {
  const desk = openDesk();
  await putTenant({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock }, settings, 'root');
  return desk;
}

/** A handler that would answer anyone who reaches it. */
const reached = () => Promise.resolve({ status: 299 });
const open = (route: Route): Route => ({ ...route, answers: { 299: { description: 'reached' } } });
const ask = (desk: Desk, route: Route & { name: string }, asked: Asked): Promise<Told> =>
  call<Route>(desk, route.name, open(route), reached, asked);

const guarded = routes.flatMap((route) =>
  'roles' in route.access ? [{ ...route, roles: route.access.roles }] : [],
);
const publicRoutes = routes.flatMap((route) =>
  'public' in route.access ? [{ ...route, words: route.access.public }] : [],
);

describe('the table of routes', () => {
  it('names every function once, and every method of a path once', () => {
    expect(new Set(routes.map((r) => r.name.toLowerCase())).size).toBe(routes.length);
    expect(new Set(routes.map((r) => `${r.method} ${r.path}`)).size).toBe(routes.length);
    expect(areas.flatMap((area) => Object.keys(area))).toEqual(routes.map((r) => r.name));
  });

  it('says for every public route what protects it', () => {
    for (const { words } of publicRoutes) expect(words.length).toBeGreaterThan(20);
  });

  it('lets a collector only post, and nobody but a collector post', () => {
    const collecting = guarded.filter((r) => r.roles.some((role) => role === 'collector'));
    expect(collecting.map((r) => r.name)).toEqual(['ingestEvidence']);
    expect(collecting[0]?.roles).toEqual(['collector']);
  });
});

describe.each(guarded)('$method $path', (route) => {
  it('is refused without a valid token, with a challenge', async () => {
    const desk = await deskWithAcme();
    for (const asked of [{}, { token: 'forged' }]) {
      const told = await ask(desk, route, asked);
      expect(told.status).toBe(401);
      expect(told.headers['WWW-Authenticate']).toBe('Bearer');
      expect(at(told.json, 'code')).toBe('unauthenticated');
    }
  });

  it('is forbidden to each role that it does not name', async () => {
    const desk = await deskWithAcme();
    for (const role of roleSchema.options.filter((r) => !route.roles.includes(r))) {
      const told = await ask(desk, route, { token: `${role}@acme` });
      expect([role, told.status]).toEqual([role, 403]);
    }
  });

  it('answers for a foreign tenant exactly as for one that does not exist', async () => {
    const desk = await deskWithAcme();
    for (const role of roleSchema.options) {
      const foreign = await ask(desk, route, { token: `${role}@globex` });
      const absent = await ask(desk, route, { token: `${role}@globex`, params: { tenantId: 'nobody' } });
      const malformed = await ask(desk, route, { token: `${role}@globex`, params: { tenantId: 'No/Body' } });
      expect(foreign.status).toBe(404);
      expect(absent).toEqual(foreign);
      expect(malformed).toEqual(foreign);
    }
  });

  it('does not let a fault in a request tell a foreign tenant from an absent one', async () => {
    const desk = await deskWithAcme();
    const faulty = { token: 'admin@globex', query: { nonsense: '1' }, body: '{' };
    const foreign = await ask(desk, route, faulty);
    expect(foreign).toEqual(await ask(desk, route, { ...faulty, params: { tenantId: 'nobody' } }));
    expect(foreign.status).toBe(404);
  });
});

describe('rights to a tenant', () => {
  const readTenant = guarded.find((r) => r.name === 'readTenant') ?? expect.fail('no such route');

  it('come from the list of members for a token that names no tenants, and end with it', async () => {
    const desk = await deskWithAcme();
    expect((await ask(desk, readTenant, { token: 'member' })).status).toBe(404);
    const store = desk.stores.open(acme).tenant;
    const found = await store.get();
    if (found === null) throw new Error('no tenant');
    await store.put({ ...found.tenant, members: [{ subject: 'member-1', roles: ['viewer'] }] }, found.etag);
    expect((await ask(desk, readTenant, { token: 'member' })).status).toBe(299);
    expect((await ask(desk, readTenant, { token: 'listed-elsewhere' })).status).toBe(404);
  });

  it('do not carry a role from one tenant to another', async () => {
    const desk = await deskWithAcme();
    const store = desk.stores.open(acme).tenant;
    const found = await store.get();
    if (found === null) throw new Error('no tenant');
    await store.put({ ...found.tenant, members: [{ subject: 'member-2', roles: ['viewer'] }] }, found.etag);
    const putSource = guarded.find((r) => r.name === 'putSource') ?? expect.fail('no such route');
    expect((await ask(desk, readTenant, { token: 'listed-elsewhere' })).status).toBe(299);
    expect((await ask(desk, putSource, { token: 'listed-elsewhere' })).status).toBe(403);
  });

  it('let only an admin whose token names it create a tenant', async () => {
    const desk = openDesk();
    const put = guarded.find((r) => r.name === 'putTenant') ?? expect.fail('no such route');
    const body = { settings: { displayName: 'Acme', timeZone: 'UTC' } };
    expect((await ask(desk, put, { token: 'admin@acme', body })).status).toBe(299);
    expect((await ask(desk, put, { token: 'viewer@acme', body })).status).toBe(403);
    expect((await ask(desk, put, { token: 'admin@globex', body })).status).toBe(404);
    expect((await ask(desk, put, { token: 'member', body })).status).toBe(404);
  });
});
