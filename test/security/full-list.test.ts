import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';

import { memberChangeRoutes } from '../../functions/routes/member-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import type { Role } from '../../schemas/members.js';
import { hour } from '../../shared/core/kernel/time.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { acme, at, caller, openDesk, type Asked, type Desk, type Told } from '../http/desk.js';

/* A hundred requests fill the list. One more pushes out none whose end is not on record, and undoes nothing by itself. */

const most = 100;
const routes = { ...tenantRoutes, ...memberChangeRoutes };
let desk: Desk;
const ask = (name: keyof typeof routes, token: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, routes, { ...tenantHandlers, ...changeHandlers })(name, { token, ...asked });
const put = (subject: string, ...roles: Role[]): Promise<Told> =>
  ask('putMember', 'ada', { params: { subject }, body: { roles } });
const listed = async (): Promise<unknown[]> =>
  z.array(z.unknown()).parse(at((await ask('listMemberChanges', 'ada')).json, 'items'));
const subjects = async (): Promise<unknown[]> => (await listed()).map((one) => at(one, 'subject'));

beforeEach(async () => {
  const bob = { subject: 'bob', roles: [], tenants: null };
  desk = openDesk({
    tokens: memoryTokens({ ada: { subject: 'ada', roles: ['admin'], tenants: ['acme'] }, bob }),
  });
  const settings = { displayName: 'Acme', timeZone: 'UTC' };
  const members = [{ subject: 'bob', roles: ['approver'] }];
  await ask('putTenant', 'ada', { body: { settings, members } });
  for (let n = 0; n < most; n++) expect((await put(`member-${n}`, 'approver')).status).toBe(202);
});

it('a request that became outdated leaves the list only once somebody refused it, on record', async () => {
  await put('member-0', 'viewer');
  expect((await put('late', 'approver')).status).toBe(409);
  const [outdated] = (await listed()).slice(-1);
  expect([at(outdated, 'subject'), at(outdated, 'status')]).toEqual(['member-0', 'outdated']);
  await ask('rejectMemberChange', 'bob', { params: { changeId: String(at(outdated, 'id')) } });
  const page = await desk.stores.open(acme).evidence.search({
    subject: `member-change:${String(at(outdated, 'id'))}`,
    limit: 10,
  });
  expect(page.items.map(({ event }) => at(event.data, 'change')).sort()).toEqual([
    'member_declined',
    'member_requested',
  ]);
  expect((await put('late', 'approver')).status).toBe(202);
  expect(await subjects()).toHaveLength(most);
  expect(await subjects()).not.toContain('member-0');
});

it('a request that nobody decided on in time makes room at once, and its end is on record', async () => {
  const [oldest] = (await listed()).slice(-1);
  desk.clock.advance(72 * hour);
  expect((await put('late', 'approver')).status).toBe(202);
  const found = await desk.stores.open(acme).evidence.search({
    subject: `member-change:${String(at(oldest, 'id'))}`,
    limit: 10,
  });
  expect(found.items.map(({ event }) => at(event.data, 'memberChange', 'request', 'state')).sort()).toEqual([
    'expired',
    'requested',
  ]);
  const swap = await put('bob', 'operator');
  expect([swap.status, at(swap.json, 'subject')]).toEqual([202, 'bob']);
  expect(await subjects()).toHaveLength(most);
  expect((await subjects()).slice(0, 2)).toEqual(['bob', 'late']);
});

it('a request that is refused for want of room takes nothing from the member', async () => {
  const swap = await put('bob', 'operator');
  expect([swap.status, at(swap.json, 'code')]).toEqual([409, 'conflict']);
  const members = at((await ask('listMembers', 'ada')).json, 'items');
  expect(members).toEqual([expect.objectContaining({ subject: 'bob', roles: ['approver'] })]);
  const repeated = await put('member-0', 'approver');
  expect([repeated.status, at(repeated.json, 'status')]).toEqual([202, 'pending']);
});
