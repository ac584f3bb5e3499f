import { beforeAll, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/inventory.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { itemDetailSchema, itemSchema } from '../../schemas/answers/inventory.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { sessionSchema } from '../../schemas/answers/sessions.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { acme, at, caller, collect, foldAll, openDesk, start, type Desk } from './desk.js';
import { registerSource } from '../register-source.js';

const token = 'viewer@acme';
const time = (minutes: number): string => new Date(start + minutes * minute).toISOString();
let desk: Desk;
let ask: ReturnType<typeof caller<typeof inventoryRoutes>>;

const said = (id: string, minutes: number, type: string, data: Record<string, unknown>) => ({
  ...decisionEvent({ id, type: `aispm.${type}`, time: time(minutes) }),
  data,
});
const acted = (id: string, minutes: number, data: Record<string, unknown>) =>
  decisionEvent({ id, time: time(minutes) }, { session: 'run-1', agent: 'builder', ...data });

const events = [
  said('inv', 1, 'inventory.declared', {
    items: [
      { kind: 'agent', id: 'builder', owner: 'Ada Lovelace', environment: 'production', criticality: 'high' },
      { kind: 'agent', id: 'sleeper', owner: 'Ada Lovelace', environment: 'dev' },
      { kind: 'repository', id: 'acme/shop', owner: 'Ada Lovelace' },
    ],
  }),
  said('start', 2, 'session.recorded', { session: 'run-1', agent: 'builder', state: 'started' }),
  said('intent', 3, 'intent.declared', { session: 'run-1', agent: 'builder', intent: 'release the shop' }),
  said('request', 5, 'approval.requested', {
    approval: 'app-1',
    requestedBy: 'Ada Lovelace',
    expiresAt: time(60),
  }),
  said('answer', 6, 'approval.decided', {
    approval: 'app-1',
    outcome: 'approved',
    decidedBy: 'Grace Hopper',
  }),
  acted('ask', 4, { decision: 'require_approval', approval: 'app-1', tool: 'files', surface: 'mcp' }),
  acted('run', 7, { decision: 'require_approval', approval: 'app-1', ran: true }),
  said('end', 8, 'session.recorded', { session: 'run-1', agent: 'builder', state: 'completed' }),
];

beforeAll(async () => {
  desk = openDesk();
  ask = caller(desk, inventoryRoutes, handlers);
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  desk.clock.set(start + 10 * minute);
  const told = await collect(desk, events);
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

const list = async (
  name: 'listAgents' | 'listTools' | 'listRepositories',
  query: Record<string, string> = {},
) => pageOf(itemSchema).parse((await ask(name, { token, query })).json);
const namesOf = ({ items }: Awaited<ReturnType<typeof list>>): string[] =>
  items.map(({ name }) => name).sort();

describe('the inventory', () => {
  it('shows of each item who owns it, where it runs, when it was seen and what was decided', async () => {
    const [builder] = (await list('listAgents', { environment: 'production' })).items;
    expect(builder).toMatchObject({
      name: 'builder',
      criticality: 'high',
      firstSeen: time(2),
      lastSeen: time(8),
      activity: 'active',
      sessions: 1,
      decisions: { require_approval: 2 },
    });
    expect(builder?.owner).toMatch(/^psn:/);
  });

  it('is filtered by every member that it names, and by several at once', async () => {
    expect(namesOf(await list('listAgents'))).toEqual(['builder', 'sleeper']);
    expect(namesOf(await list('listAgents', { name: 'sleeper' }))).toEqual(['sleeper']);
    expect(namesOf(await list('listAgents', { name: 'sleeper', activity: 'active' }))).toEqual([]);
    expect(namesOf(await list('listAgents', { activity: 'idle' }))).toEqual(['sleeper']);
    expect(namesOf(await list('listAgents', { coverage: 'silent', environment: 'dev' }))).toEqual([
      'sleeper',
    ]);
    expect(namesOf(await list('listAgents', { coverage: 'silent', environment: 'production' }))).toEqual([]);
    const [builder] = (await list('listAgents', { criticality: 'high' })).items;
    expect(namesOf(await list('listAgents', { owner: builder?.owner ?? '' }))).toEqual([
      'builder',
      'sleeper',
    ]);
    const [files] = (await list('listTools', { trust: 'risky', risk: 'unregistered' })).items;
    expect(files?.trust).toEqual({ risky: true, risks: ['unregistered', 'unowned'] });
    expect((await list('listTools', { risk: 'approval_expired' })).items).toEqual([]);
    expect((await ask('listRepositories', { token, query: { activity: 'idle' } })).status).toBe(400);
  });

  it('pages without a repetition', async () => {
    const first = await list('listAgents', { limit: '1' });
    const second = await list('listAgents', { limit: '1', cursor: first.cursor ?? '' });
    expect([...namesOf(first), ...namesOf(second)].sort()).toEqual(['builder', 'sleeper']);
  });

  it('has a page for each item, found by its name as a path carries it', async () => {
    for (const name of ['acme/shop', 'acme%2Fshop', 'acme%2fshop']) {
      const told = await ask('readRepository', { token, params: { name } });
      const { item, controls, findings } = itemDetailSchema.parse(told.json);
      expect([item.name, item.links['self']]).toEqual([
        'acme/shop',
        '/api/tenants/acme/repositories/acme%2Fshop',
      ]);
      expect(controls.map(({ id }) => id)).toContain('repository-enrolled');
      expect(findings.length).toBe(item.findings);
      const decided = controls.find(({ evidenceId }) => evidenceId !== null);
      expect(decided?.links['proof']).toBe(`/api/tenants/acme/evidence/${decided?.evidenceId}/proof`);
    }
    expect((await ask('readAgent', { token, params: { name: 'acme/shop' } })).status).toBe(404);
  });
});

describe('a run of an agent', () => {
  const replay = async (query: Record<string, string> = {}) =>
    sessionSchema.parse((await ask('readSession', { token, params: { sessionId: 'run-1' }, query })).json);

  it('is replayed in time order, its approvals among its events, each with the way to its proof', async () => {
    const { steps, approvals } = await replay();
    expect(steps.map(({ what }) => what)).toEqual([
      'session',
      'intent',
      'decision',
      'approval_requested',
      'approval_decided',
      'decision',
      'session',
    ]);
    expect(steps.map(({ time: when }) => when)).toEqual([2, 3, 4, 5, 6, 7, 8].map(time));
    expect([approvals, steps[5]?.approval]).toEqual([['app-1'], { name: 'app-1', status: 'approved' }]);
    for (const { evidenceId, links } of steps)
      expect(links['proof']).toBe(`/api/tenants/acme/evidence/${evidenceId}/proof`);
  });

  it('shows each step once, in the same order, whatever the length of a page', async () => {
    const whole = (await replay()).steps;
    for (const limit of ['1', '2', '3']) {
      const steps: typeof whole = [];
      let cursor: string | undefined;
      do {
        const page = await replay({ limit, ...(cursor === undefined ? {} : { cursor }) });
        steps.push(...page.steps);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(steps).toEqual(whole);
    }
  });
});

describe('an agent that falls silent', () => {
  it('is idle in the list from the computed instant on, whoever looks', async () => {
    const { ledger } = desk.stores.open(acme);
    await foldUntil({ ledger, now: () => start }, start + 24 * hour + 8 * minute - 1);
    expect(namesOf(await list('listAgents', { activity: 'active' }))).toEqual(['builder']);
    await foldUntil({ ledger, now: () => start }, start + 24 * hour + 8 * minute);
    expect(namesOf(await list('listAgents', { activity: 'active' }))).toEqual([]);
  });
});
