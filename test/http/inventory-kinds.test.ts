import { beforeAll, expect, it } from 'vitest';

import { handlers } from '../../functions/inventory.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { itemDetailSchema, itemSchema } from '../../schemas/answers/inventory.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { instantOf, minute } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { acme, at, caller, collect, foldAll, openDesk, start, type Desk } from './desk.js';
import { registerSource } from '../register-source.js';

/* Agents, repositories, workflows and tools: of each the same is shown. */

const token = 'viewer@acme';
const time = (minutes: number): string => instantOf(start + minutes * minute);
let desk: Desk;
let ask: ReturnType<typeof caller<typeof inventoryRoutes>>;

beforeAll(async () => {
  desk = openDesk();
  ask = caller(desk, inventoryRoutes, handlers);
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
  desk.clock.set(start + 10 * minute);
  const items = (['agent', 'repository', 'workflow', 'tool'] as const).map((kind) => ({
    kind,
    id: `the-${kind}`,
    owner: 'Ada Lovelace',
    environment: 'staging',
    criticality: 'critical',
  }));
  const acted = (id: string, minutes: number, more: Record<string, unknown>) =>
    decisionEvent(
      { id, time: time(minutes) },
      {
        session: `run-${id}`,
        agent: 'the-agent',
        repository: 'the-repository',
        workflow: 'the-workflow',
        tool: 'the-tool',
        surface: 'mcp',
        risks: ['tool_write'],
        ...more,
      },
    );
  const told = await collect(desk, [
    { ...decisionEvent({ id: 'inv', type: 'aispm.inventory.declared', time: time(1) }), data: { items } },
    acted('first', 2, { decision: 'block' }),
    acted('second', 3, { decision: 'allow', ran: true }),
    acted('third', 4, { decision: 'block' }),
  ]);
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

it.each([
  ['agent', 'Agent', 'Agents'],
  ['repository', 'Repository', 'Repositories'],
  ['workflow', 'Workflow', 'Workflows'],
  ['tool', 'Tool', 'Tools'],
] as const)(
  'of the %s are shown owner, place, weight, times, runs, decisions, controls and findings',
  async (kind, one, list) => {
    const { items } = pageOf(itemSchema).parse((await ask(`list${list}`, { token })).json);
    expect(items).toHaveLength(1);
    const [item] = items;
    expect(item).toMatchObject({
      kind,
      name: `the-${kind}`,
      environment: 'staging',
      criticality: 'critical',
      firstSeen: time(2),
      lastSeen: time(4),
      sessions: 3,
      decisions: { allow: 1, block: 2 },
      coverage: ['declared', 'observed', 'uncovered'],
    });
    expect(item?.owner).toMatch(/^psn:/);
    const { evidence } = desk.stores.open(acme);
    const latest = await evidence.get(item?.links['latest']?.split('/').at(-1) ?? '');
    expect(latest?.event.id).toBe('third');
    const told = await ask(`read${one}`, { token, params: { name: `the-${kind}` } });
    const detail = itemDetailSchema.parse(told.json);
    expect(detail.people?.[item?.owner ?? '']).toBe('Ada Lovelace');
    expect(detail.controls.map(({ id, state }) => [id, state]).sort()).toEqual(
      Object.entries(item?.states ?? {})
        .map(([id, { state }]) => [id, state])
        .sort(),
    );
    expect(detail.controls.length).toBeGreaterThan(0);
    expect(detail.findings).toHaveLength(item?.findings ?? -1);
    for (const finding of detail.findings) expect(finding.subject).toBe(`${kind}:the-${kind}`);
  },
);
