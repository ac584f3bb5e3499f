import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';

import { settingsChangeRoutes } from '../../functions/routes/settings-changes.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { handlers as changeHandlers } from '../../functions/two-person-changes.js';
import { readinessTargetSchema } from '../../schemas/readiness.js';
import { tenantSettingsSchema, type TenantSettings } from '../../schemas/tenant.js';
import { hour } from '../../shared/core/kernel/time.js';
import { loweredBy, standardsOf, stricterOf } from '../../shared/core/readiness/standards.js';
import { settingsChanges } from '../../shared/usecases/tenants/settings/change-requests.js';
import { acme, at, caller, openDesk, type Asked, type Desk, type Told } from '../http/desk.js';

/* What a tenant holds itself to is raised by one person, and lowered by two. */

const routes = { ...tenantRoutes, ...settingsChangeRoutes };
let desk: Desk;
const ask = (name: keyof typeof routes, role: string, asked: Asked = {}): Promise<Told> =>
  caller(desk, routes, { ...tenantHandlers, ...changeHandlers })(name, { token: `${role}@acme`, ...asked });
const check = {
  name: 'acme_score',
  title: 'The board asks for more',
  resolution: 'Ask the board',
  owner: 'board',
  targets: ['pilot', 'production'],
  requires: { kind: 'score', atLeast: 900 },
};
const github = {
  appId: '7',
  repositories: ['acme/payments'],
  environments: [{ name: 'prod', target: 'production' }],
};
const settings = {
  displayName: 'Acme',
  timeZone: 'UTC',
  readiness: { packetDays: 3, checks: [check] },
  pipelines: { github },
};
const put = (over: object = {}, role = 'admin', reason?: string): Promise<Told> =>
  ask('putTenant', role, { body: { settings: { ...settings, ...over }, reason } });
const on = (told: Told, name: keyof typeof settingsChangeRoutes, role: string): Promise<Told> =>
  ask(name, role, { params: { changeId: String(at(told.json, 'id')) } });
const now = async (): Promise<TenantSettings> => {
  const found = await desk.stores.open(acme).tenant.get();
  if (found === null) throw new Error('no tenant');
  return found.tenant.settings;
};
const said = ({ status, json }: Told) => [status, at(json, 'code') ?? at(json, 'status')];
const told = async (): Promise<unknown[]> => {
  const page = await desk.stores.open(acme).evidence.search({ type: 'aispm.tenant.configured', limit: 100 });
  const all = page.items.map(({ event }) => event.data);
  return all.sort((a, b) => Number(at(a, 'revision')) - Number(at(b, 'revision')));
};
const findingDays = { critical: 7, high: 30, medium: 90, low: 180 };

beforeEach(async () => {
  desk = openDesk();
  expect((await put()).status).toBe(201);
});

describe('to hold the tenant to less', () => {
  it.each([
    ['scoreTarget', { scoreTarget: 840 }],
    ['findingDays', { findingDays: { ...findingDays, high: 31 } }],
    ['inventoryFreshDays', { inventoryFreshDays: 31 }],
    ['packetDays', { readiness: { packetDays: 4, checks: [check] } }],
    ['checks', { readiness: { packetDays: 3, checks: [] } }],
    ['checks', { readiness: { packetDays: 3, checks: [{ ...check, targets: ['pilot'] }] } }],
    [
      'checks',
      { readiness: { packetDays: 3, checks: [{ ...check, requires: { kind: 'score', atLeast: 1 } }] } },
    ],
    [
      'environments',
      { pipelines: { github: { ...github, environments: [{ name: 'prod', target: 'trial' }] } } },
    ],
  ])('takes a second person: %s', async (lowers, over) => {
    const before = await now();
    const asked = await put(over);
    expect([...said(asked), at(asked.json, 'lowers')]).toEqual([202, 'pending', [lowers]]);
    expect(await now()).toEqual(before);
    expect(said(await on(asked, 'approveSettingsChange', 'admin'))).toEqual([403, 'separation_of_duties']);
    expect(said(await on(asked, 'approveSettingsChange', 'operator'))).toEqual([403, 'forbidden']);
    expect(said(await on(asked, 'approveSettingsChange', 'approver'))).toEqual([200, 'approved']);
    expect(await now()).toEqual(tenantSettingsSchema.parse({ ...settings, ...over }));
    expect([(await put(over)).status, at((await put(over)).json, 'changed')]).toEqual([200, false]);
  });

  it('is not done by dropping an environment and naming it anew for less: until two agree it is held to production', async () => {
    const { github: _gone, ...none } = settings.pipelines;
    expect((await put({ pipelines: none })).status).toBe(200);
    const environments = [{ name: 'prod', target: 'pilot' }];
    expect((await put({ pipelines: { github: { ...github, environments } } })).status).toBe(202);
    expect((await now()).pipelines.github?.environments).toEqual([
      { name: 'prod', target: 'production', waitMinutes: 0 },
    ]);
  });

  it('holds up nothing else of the same settings, and what asks more of it holds at once', async () => {
    const asked = await put({ displayName: 'Acme Ltd', scoreTarget: 800, inventoryFreshDays: 7 });
    expect(asked.status).toBe(202);
    expect(await now()).toMatchObject({ displayName: 'Acme Ltd', scoreTarget: 850, inventoryFreshDays: 7 });
    const more = { name: 'acme_more', requires: { kind: 'findings', severity: 'high', atMost: 0 } };
    const readiness = { packetDays: 1, checks: [check, { ...check, ...more }] };
    const raised = await put({ displayName: 'Acme Ltd', inventoryFreshDays: 7, readiness });
    expect(raised.status).toBe(200);
    expect((await now()).readiness).toEqual(readiness);
    expect(said(await on(asked, 'approveSettingsChange', 'approver'))).toEqual([409, 'conflict']);
    expect(said(await on(asked, 'readSettingsChange', 'viewer'))).toEqual([200, 'outdated']);
  });

  it('is one request however often it is put, one at a time, and ends after three days', async () => {
    const [first, again] = [await put({ scoreTarget: 800 }), await put({ scoreTarget: 800 })];
    expect(at(again.json, 'id')).toBe(at(first.json, 'id'));
    expect(said(await put({ scoreTarget: 700 }))).toEqual([409, 'conflict']);
    expect(said(await on(first, 'rejectSettingsChange', 'approver'))).toEqual([200, 'rejected']);
    const late = await put({ scoreTarget: 700 });
    desk.clock.advance(72 * hour);
    expect(said(await on(late, 'approveSettingsChange', 'approver'))).toEqual([409, 'conflict']);
    expect(
      await settingsChanges.end({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock }),
    ).toBe(1);
    expect((await now()).scoreTarget).toBe(850);
    const listed = at((await ask('listSettingsChanges', 'viewer')).json, 'items');
    expect([at(listed, 0, 'status'), at(listed, 1, 'status')]).toEqual(['expired', 'rejected']);
  });

  it('stands in the log step by step, with both people and what it came to', async () => {
    const asked = await put({ scoreTarget: 800 }, 'admin', 'asked for by ada@acme.example');
    expect(at(asked.json, 'current', 'scoreTarget')).toBe(850);
    await on(asked, 'approveSettingsChange', 'approver');
    const id = String(at(asked.json, 'id'));
    const [request, approval] = (await told()).slice(-2);
    expect(request).toMatchObject({
      change: 'settings_requested',
      settingsChange: { id, state: 'requested', lowers: ['scoreTarget'] },
      settings: { scoreTarget: 850 },
    });
    expect(approval).toMatchObject({
      change: 'settings',
      settingsChange: { id, state: 'approved' },
      settings: { scoreTarget: 800 },
    });
    expect(new Set([at(approval, 'actor'), at(approval, 'approvedBy')])).toHaveProperty('size', 2);
    expect(JSON.stringify(await told())).not.toContain('ada@');
  });
});

const standards = fc.record({
  scoreTarget: fc.constantFrom(800, 850, 900),
  findingDays: fc.record({
    critical: fc.integer({ min: 1, max: 9 }),
    high: fc.constant(30),
    medium: fc.constant(90),
    low: fc.integer({ min: 90, max: 200 }),
  }),
  inventoryFreshDays: fc.integer({ min: 20, max: 40 }),
  readiness: fc.record({
    packetDays: fc.integer({ min: 1, max: 7 }),
    checks: fc.uniqueArray(
      fc
        .record({
          name: fc.constantFrom('acme_a', 'acme_b'),
          targets: fc.subarray(readinessTargetSchema.options, { minLength: 1 }),
          atLeast: fc.constantFrom(800, 900),
        })
        .map(({ atLeast, ...rest }) => ({ ...check, ...rest, requires: { kind: 'score', atLeast } })),
      { selector: ({ name }) => name },
    ),
  }),
  pipelines: fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom('prod', 'staging'),
        target: fc.constantFrom(...readinessTargetSchema.options),
      }),
      { minLength: 1, selector: ({ name }) => name },
    )
    .map((environments) => ({ github: { ...github, environments } })),
});
const parsed = standards.map((over) => standardsOf(tenantSettingsSchema.parse({ ...settings, ...over })));

describe('one person alone, whatever is put in whatever order,', () => {
  it('lowers nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(standards, { minLength: 1, maxLength: 5 }), async (steps) => {
        desk = openDesk();
        await put();
        for (const over of steps) {
          const before = standardsOf(await now());
          const asked = await put(over);
          if (asked.status === 202)
            expect((await on(asked, 'approveSettingsChange', 'admin')).status).toBe(403);
          const after = standardsOf(await now());
          expect(loweredBy(before, after)).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has at once what asks more, which lowers nothing, and all of it where nothing is lowered', () => {
    fc.assert(
      fc.property(parsed, parsed, (before, wished) => {
        const kept = stricterOf(before, wished);
        expect(loweredBy(before, kept)).toEqual([]);
        expect(stricterOf(before, kept)).toEqual(kept);
        if (loweredBy(before, wished).length === 0) expect(kept).toEqual(wished);
      }),
    );
  });
});
