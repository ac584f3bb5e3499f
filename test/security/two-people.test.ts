import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as custodyHandlers } from '../../functions/custody.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { areas } from '../../functions/routes/all-routes.js';
import { custodyRoutes } from '../../functions/routes/custody.js';
import { memberChangeRoutes } from '../../functions/routes/member-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { roleSchema, type Role } from '../../schemas/members.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { takesPart } from '../../shared/core/ingest/membership.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { gatherValidators } from '../../shared/usecases/readiness/gather-validators.js';
import { memberChanges } from '../../shared/usecases/tenants/members/change-requests.js';
import type { Caller } from '../../shared/ports.js';
import { acme, at, caller, openDesk, type Asked, type Desk, type Told } from '../http/desk.js';

/*
 * Ada administers a tenant and has a second account. What takes two people must not become hers alone: not by the
 * account, not by a group, not by another spelling, not in steps.
 */

const named = (subject: string): Caller => ({ subject, roles: [], tenants: null });
const callers: Record<string, Caller> = {
  ada: { subject: 'ada', roles: ['admin'], tenants: ['acme'] },
  second: { ...named('ada-2'), groups: ['ours'] },
  bob: { ...named('bob'), groups: ['desk', 'bobs'] },
  carol: named('carol'),
  issued: { subject: 'ian', roles: ['approver'], tenants: ['acme'] },
};
const settings = { displayName: 'Acme', timeZone: 'UTC' };
const first = [
  { subject: 'bob', roles: ['approver'] },
  { subject: 'carol', roles: ['viewer', 'approver'] },
];

let desk: Desk;
const deps = () => ({ ...desk, stores: desk.stores.open(acme), blobs: desk.blobs.open(acme) });
const routes = { ...tenantRoutes, ...memberChangeRoutes, ...custodyRoutes };
const handlers = { ...tenantHandlers, ...changeHandlers, ...custodyHandlers };
const ask = (name: keyof typeof routes, token: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, routes, handlers)(name, { token, ...asked });
const put = (subject: string, roles: readonly Role[], token = 'ada', more: object = {}): Promise<Told> =>
  ask('putMember', token, { params: { subject }, body: { roles, ...more } });
const remove = (subject: string): Promise<Told> => ask('removeMember', 'ada', { params: { subject } });
type Step = 'approveMemberChange' | 'rejectMemberChange' | 'readMemberChange';
const on = (change: Told, step: Step, token: string): Promise<Told> =>
  ask(step, token, { params: { changeId: String(at(change.json, 'id')) } });
const approve = (change: Told, token: string): Promise<Told> => on(change, 'approveMemberChange', token);
const reject = (change: Told, token: string): Promise<Told> => on(change, 'rejectMemberChange', token);
const said = ({ status, json }: Told) => [
  status,
  at(json, 'code') ?? at(json, 'status') ?? at(json, 'changed'),
];
const rolesNow = async (subject: string): Promise<readonly Role[]> => {
  const found = await deps().stores.tenant.get();
  return found?.tenant.members.find((one) => one.subject === subject)?.roles ?? [];
};
/** What the log says of changes of members, in order. */
const told = async (): Promise<unknown[]> => {
  const page = await deps().stores.evidence.search({ type: 'aispm.tenant.configured', limit: 100 });
  const all = page.items.map(({ event }) => event.data);
  return all.sort((a, b) => Number(at(a, 'revision')) - Number(at(b, 'revision')));
};
const personOf = async (subject: string): Promise<string | undefined> => {
  const { items } = await deps().stores.tenant.people({ limit: 100 });
  return items.find(({ name }) => name === subject)?.pseudonym;
};

beforeEach(async () => {
  desk = openDesk({ tokens: memoryTokens(callers) });
  expect((await ask('putTenant', 'ada', { body: { settings, members: first } })).status).toBe(201);
});

describe('who administers a tenant cannot make a second person of a second account', () => {
  it.each([...takesPart])(
    'as %s: another has to agree, and neither she nor the account is another',
    async (role) => {
      const asked = await put('ada-2', [role]);
      expect(said(asked)).toEqual([202, 'pending']);
      expect([at(asked.json, 'gains'), at(asked.json, 'current')]).toEqual([[role], []]);
      expect((await approve(asked, 'second')).status).toBe(404);
      expect(said(await approve(asked, 'ada'))).toEqual([403, 'separation_of_duties']);
      expect(await rolesNow('ada-2')).toEqual([]);
      expect(said(await approve(asked, 'bob'))).toEqual([200, 'approved']);
      expect(await rolesNow('ada-2')).toEqual([role]);
    },
  );

  it('nor by a group that it is in, nor in steps from a role that gives no part', async () => {
    expect((await put('group:ours', ['approver'])).status).toBe(202);
    expect((await ask('listMemberChanges', 'second')).status).toBe(404);
    expect(said(await put('ada-2', ['viewer', 'collector', 'pipeline']))).toEqual([200, true]);
    const asked = await put('ada-2', ['viewer', 'collector', 'pipeline', 'approver']);
    expect(said(asked)).toEqual([202, 'pending']);
    expect((await approve(asked, 'second')).status).toBe(403);
    expect(await rolesNow('ada-2')).toEqual(['collector', 'viewer', 'pipeline']);
  });

  it('nor does who gains by it agree to it, though another asked', async () => {
    const asked = await put('bob', ['approver', 'admin']);
    const refused = await approve(asked, 'bob');
    expect([...said(refused), at(refused.json, 'detail')]).toEqual([
      403,
      'separation_of_duties',
      'who gains by a change cannot agree to it',
    ]);
    expect(said(await approve(asked, 'carol'))).toEqual([200, 'approved']);
    expect(await rolesNow('bob')).toEqual(['approver', 'admin']);
  });

  it('nor who gains by it as one of a group, who may refuse it', async () => {
    const asked = await put('group:bobs', ['admin']);
    expect(said(await approve(asked, 'bob'))).toEqual([403, 'separation_of_duties']);
    expect(await rolesNow('group:bobs')).toEqual([]);
    expect(said(await approve(asked, 'carol'))).toEqual([200, 'approved']);
    expect(said(await reject(await put('group:desk', ['admin']), 'bob'))).toEqual([200, 'rejected']);
  });

  it('whatever she asks for, in whatever order: nobody has a part who had it not, and who lost it has lost it', async () => {
    const subjects = ['ada', 'ada-2', 'ADA', 'group:ours', 'bob'];
    const step = fc.record({ subject: fc.constantFrom(...subjects), roles: fc.subarray(roleSchema.options) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        desk = openDesk({ tokens: memoryTokens(callers) });
        await ask('putTenant', 'ada', { body: { settings, members: first } });
        const parts = new Map(first.map(({ subject, roles }) => [subject, new Set<string>(roles)]));
        for (const { subject, roles } of steps) {
          const asked = await (roles.length === 0 ? remove(subject) : put(subject, roles));
          if (asked.status === 202) expect((await approve(asked, 'ada')).status).toBe(403);
          if (asked.status === 202) expect((await approve(asked, 'second')).status).toBeGreaterThan(400);
          // A member whose change is refused, as another of it waits, is left as it is.
          if (asked.status === 409) continue;
          const before = parts.get(subject) ?? new Set();
          const kept = roles.filter((role) => before.has(role));
          parts.set(subject, new Set(kept));
          const now = (await rolesNow(subject)).filter((role) => takesPart.has(role));
          expect(now).toEqual(kept.filter((role) => takesPart.has(role)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('what only takes from a member', () => {
  it('holds at once by one person, is told to the log with who lost what, and opens nothing', async () => {
    const waits = await put('ada-2', ['approver'], 'ada', { reason: 'deputy of bob@acme.example' });
    expect((await put('bob', ['viewer'])).status).toBe(200);
    expect((await approve(waits, 'bob')).status).toBe(403);
    expect((await remove('bob')).status).toBe(200);
    expect((await approve(waits, 'bob')).status).toBe(404);
    expect((await remove('carol')).status).toBe(200);
    expect(said(await approve(waits, 'ada'))).toEqual([403, 'separation_of_duties']);
    // The gate counts them: below two the tenant is not configured.
    const { tenant = null } = (await deps().stores.tenant.get()) ?? {};
    const facts = await gatherValidators(deps(), tenant, instantOf(desk.clock.now()), null);
    expect(facts.tenant.approvers).toBe(0);
    const [bob, carol] = [await personOf('bob'), await personOf('carol')];
    const steps = await told();
    expect(steps.slice(-3)).toMatchObject([
      { change: 'member', memberChange: { person: bob, roles: ['viewer'] } },
      { change: 'member', memberChange: { person: bob, roles: [] } },
      { change: 'member', memberChange: { person: carol, roles: [] } },
    ]);
    expect(JSON.stringify(steps)).not.toMatch(/bob@|"carol"|"bob"|ada-2/);
  });

  it('holds at once also where it comes with more, which waits', async () => {
    const asked = await put('bob', ['viewer', 'operator']);
    expect(said(asked)).toEqual([202, 'pending']);
    expect(await rolesNow('bob')).toEqual([]);
    await approve(asked, 'carol');
    expect(await rolesNow('bob')).toEqual(['viewer', 'operator']);
    expect(said(await put('bob', ['operator', 'viewer']))).toEqual([200, false]);
  });

  it('leaves a tenant where nobody else agrees to whom the issuer of its tokens names', async () => {
    await remove('bob');
    await remove('carol');
    const asked = await put('carol', ['approver']);
    expect(said(await approve(asked, 'ada'))).toEqual([403, 'separation_of_duties']);
    expect(said(await approve(asked, 'issued'))).toEqual([200, 'approved']);
  });
});

describe('a request', () => {
  it('stands in the log step by step, and shows an approver what it comes to', async () => {
    const asked = await put('carol', ['viewer', 'approver', 'operator'], 'ada', { reason: 'holidays' });
    await approve(asked, 'bob');
    const person = await personOf('carol');
    const request = { id: at(asked.json, 'id'), gains: ['operator'] };
    const roles = ['viewer', 'operator', 'approver'];
    const steps = (await told()).slice(-2);
    expect(steps).toMatchObject([
      { change: 'member_requested', reason: 'holidays', memberChange: { person, roles, request } },
      { change: 'member', memberChange: { person, roles, request: { ...request, state: 'approved' } } },
    ]);
    expect(at(steps[1], 'approvedBy')).toBe(await personOf('bob'));
    expect(at(steps[1], 'actor')).toBe(await personOf('ada'));
    const found = await deps().stores.evidence.search({
      subject: `member-change:${String(request.id)}`,
      limit: 10,
    });
    expect(found.items).toHaveLength(2);
    const listed = await ask('listMemberChanges', 'bob');
    expect(at(listed.json, 'items', 0)).toMatchObject({
      subject: 'carol',
      status: 'approved',
      current: roles,
    });
  });

  it('of which nothing holds is outdated once the member is changed, ends after three days, and is withdrawn', async () => {
    const asked = await put('ada-2', ['approver']);
    expect(said(await put('ada-2', ['operator']))).toEqual([409, 'conflict']);
    await put('ada-2', ['viewer']);
    expect(said(await approve(asked, 'bob'))).toEqual([409, 'conflict']);
    expect(said(await on(asked, 'readMemberChange', 'bob'))).toEqual([200, 'outdated']);
    const withdrawn = await put('ada-2', ['viewer', 'operator']);
    expect(said(await reject(withdrawn, 'ada'))).toEqual([200, 'withdrawn']);
    const late = await put('ada-2', ['viewer', 'auditor']);
    desk.clock.advance(72 * hour);
    expect(said(await approve(late, 'bob'))).toEqual([409, 'conflict']);
    expect([await memberChanges.end(deps()), await memberChanges.end(deps())]).toEqual([2, 0]);
    expect((await told()).at(-1)).toMatchObject({
      change: 'member_declined',
      memberChange: { request: { state: 'expired' } },
    });
    expect(await rolesNow('ada-2')).toEqual(['viewer']);
  });

  it('for a person who is erased is gone with the name', async () => {
    const asked = await put('ada-2', ['approver']);
    await ask('erasePerson', 'ada', { body: { person: 'ada-2', reason: 'asked for it' } });
    expect((await approve(asked, 'bob')).status).toBe(404);
    expect(JSON.stringify(await deps().stores.tenant.get())).not.toContain('ada-2');
  });
});

describe('the people that a tenant begins with', () => {
  it('are said once, by who creates it, each to the log', async () => {
    const [created] = await told();
    const people = [await personOf('bob'), await personOf('carol')];
    expect(created).toMatchObject({
      change: 'created',
      members: first.map(({ roles }, n) => ({ person: people[n], roles })),
    });
    expect(said(await ask('putTenant', 'ada', { body: { settings, members: first } }))).toEqual([200, false]);
    const other = [...first, { subject: 'ada-2', roles: ['admin'] }];
    const late = await ask('putTenant', 'ada', { body: { settings, members: other } });
    expect([...said(late), at(late.json, 'pointer')]).toEqual([409, 'conflict', '/members/2']);
    desk = openDesk({ tokens: memoryTokens(callers) });
    const twice = await ask('putTenant', 'ada', { body: { settings, members: [...first, ...first] } });
    expect([...said(twice), at(twice.json, 'pointer')]).toEqual([409, 'conflict', '/members/2']);
  });
});

describe('roles that one person gives alone', () => {
  const guarded = areas
    .flatMap((area) => Object.entries(area))
    .flatMap(([name, route]) =>
      'roles' in route.access ? [{ name, route, roles: route.access.roles }] : [],
    );
  const others = roleSchema.options.filter((role) => !takesPart.has(role));

  it('open no route on which two people must differ, and of those that write only what says nothing for a person', () => {
    const differing = guarded.filter(({ route }) => route.problems?.includes('separation_of_duties'));
    expect(differing.length).toBeGreaterThan(10);
    for (const { name, roles } of differing)
      expect([name, roles.filter((role) => others.includes(role))]).toEqual([name, []]);
    const writing = guarded.filter(
      ({ route, roles }) => route.method !== 'GET' && roles.some((role) => others.includes(role)),
    );
    expect(writing.map(({ name }) => name).sort()).toEqual([
      'confirmDelivery',
      'ingestEvidence',
      'packets',
      'readiness',
    ]);
  });
});
