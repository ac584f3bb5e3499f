import { beforeAll, describe, expect, it } from 'vitest';

import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as findingHandlers } from '../../functions/findings.js';
import { handlers as governanceHandlers } from '../../functions/governance.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { handlers as inventoryHandlers } from '../../functions/inventory.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import type { Route, RouteHandler } from '../../functions/route.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { findingRoutes } from '../../functions/routes/findings.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { inventoryRoutes } from '../../functions/routes/inventory.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { minute } from '../../shared/core/kernel/time.js';
import { putSource } from '../../shared/usecases/manage-access.js';
import { recordStatement } from '../../shared/usecases/record.js';
import { previewReadiness } from '../../shared/usecases/readiness.js';
import { putTenant } from '../../shared/usecases/manage-tenants.js';
import { decisionEvent, newSigner, runtimeUri, signed, signerUri, source } from '../ingest/intake.js';
import { acme, at, call, caller, foldAll, openDesk, start, type Desk } from '../http/desk.js';

/* The questions that posture answers, each drilled from its number to the evidence behind it in at most three calls. */

let desk: Desk;
const served: [string, Route, RouteHandler<Route>][] = [
  [postureRoutes, postureHandlers],
  [inventoryRoutes, inventoryHandlers],
  [findingRoutes, findingHandlers],
  [governanceRoutes, governanceHandlers],
  [evidenceRoutes, evidenceHandlers],
].flatMap(([routes, handlers]) =>
  Object.entries(routes as Record<string, Route>).map(
    ([name, route]): [string, Route, RouteHandler<Route>] => [
      name,
      route,
      (handlers as Record<string, RouteHandler<Route>>)[name] as RouteHandler<Route>,
    ],
  ),
);

/** Follows links of answers, and counts the calls. */
function drill() {
  let calls = 0;
  return {
    calls: () => calls,
    async get(link: unknown): Promise<unknown> {
      calls += 1;
      const url = new URL(String(link), 'http://127.0.0.1');
      const path = url.pathname.replace(/^\/api\//, '').split('/');
      const found = served.find(([, route]) => {
        const steps = route.path.split('/');
        return (
          route.method === 'GET' &&
          steps.length === path.length &&
          steps.every((step, i) => step.startsWith('{') || step === path[i])
        );
      });
      if (found === undefined) throw new Error(`no route serves ${String(link)}`);
      const [name, route, handler] = found;
      const params = Object.fromEntries(
        route.path
          .split('/')
          .flatMap((step, i) => (step.startsWith('{') ? [[step.slice(1, -1), path[i] ?? '']] : [])),
      );
      const query = Object.fromEntries(url.searchParams);
      const told = await call(desk, name, route, handler, { token: 'viewer@acme', params, query });
      expect([link, told.status]).toEqual([link, 200]);
      return told.json;
    },
  };
}

/** Ends at an event that is in the log, within three calls after the number was read. */
async function evidenceAt(way: ReturnType<typeof drill>, link: unknown, type: string): Promise<void> {
  const event = await way.get(link);
  expect(at(event, 'event', 'type')).toBe(`aispm.${type}`);
  expect(at(event, 'log', 'position')).toBeTypeOf('number');
  expect(way.calls()).toBeLessThanOrEqual(3);
}

const time = (minutes: number): string => new Date(start + minutes * minute).toISOString();
const said = (id: string, minutes: number, type: string, data: Record<string, unknown>) => ({
  ...decisionEvent({ id, type: `aispm.${type}`, time: time(minutes) }),
  data,
});
const acted = (id: string, minutes: number, data: Record<string, unknown>) =>
  decisionEvent({ id, time: time(minutes) }, { agent: 'builder', ...data });
const items = [
  { kind: 'agent', id: 'builder', owner: 'Ada Lovelace' },
  { kind: 'repository', id: 'acme/shop', owner: 'Ada Lovelace' },
  { kind: 'workflow', id: 'nightly', owner: 'Ada Lovelace' },
];

const depsOf = () => ({ stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock });
const psn = `psn:${'3'.repeat(32)}`;

beforeAll(async () => {
  desk = openDesk();
  const deps = depsOf();
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await putSource(deps, source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
  const signer = newSigner('key-1');
  const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
  const keys = [{ kid: signer.kid, jwk: signer.jwk, ...window }];
  await putSource(deps, source({ id: 'signing', uri: signerUri, eventTypes: ['runtime'], keys }), 'root');
  const trusted = { ...acted('d4', 7, { repository: 'acme/shop', workflow: 'nightly' }), source: signerUri };
  desk.clock.set(start + 10 * minute);
  const told = await caller(
    desk,
    ingestRoutes,
    ingestHandlers,
  )('ingestEvidence', {
    token: 'collector@acme',
    contentType: 'application/cloudevents-batch+json',
    body: [
      said('inv', 1, 'inventory.declared', { items }),
      acted('d1', 2, { repository: 'acme/shop', workflow: 'nightly' }),
      acted('d2', 3, {
        repository: 'acme/shop',
        tool: 'files',
        surface: 'mcp',
        risks: ['tool_write'],
        mode: 'shadow',
      }),
      said('r1', 4, 'approval.requested', {
        approval: 'glass',
        requestedBy: 'Ada Lovelace',
        expiresAt: time(60),
        breakGlass: true,
        breakGlassReason: 'the shop is down',
      }),
      said('r2', 5, 'approval.decided', {
        approval: 'glass',
        outcome: 'approved',
        decidedBy: 'Grace Hopper',
        breakGlass: true,
      }),
      acted('d3', 6, { agent: 'rogue', decision: 'allow', ran: true }),
      await signed(trusted, signer),
    ],
  });
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

const postureLink = '/api/tenants/acme/posture';
const layer = async (way: ReturnType<typeof drill>, name: string): Promise<unknown> =>
  at(await way.get(postureLink), 'layers', name);
const first = (list: unknown, name: string): unknown =>
  (at(list, 'items') as unknown[]).find((item) => at(item, 'name') === name);
/** Where posture itself says that a question goes on. */
const linkIn = async (way: ReturnType<typeof drill>, name: string): Promise<unknown> =>
  at(await way.get(postureLink), 'links', name);

describe('posture answers', () => {
  it('which agents are active?', async () => {
    const way = drill();
    const list = await way.get(await linkIn(way, 'activeAgents'));
    expect((at(list, 'items') as unknown[]).map((item) => at(item, 'name')).sort()).toEqual([
      'builder',
      'rogue',
    ]);
    await evidenceAt(way, at(first(list, 'builder'), 'links', 'latest'), 'decision.recorded');
  });

  it('which repositories and workflows are covered?', async () => {
    const coverage = await layer(drill(), 'coverage');
    expect([at(coverage, 'repositories', 'covered'), at(coverage, 'workflows', 'covered')]).toEqual([1, 1]);
    for (const [link, name] of [
      ['coveredRepositories', 'acme/shop'],
      ['coveredWorkflows', 'nightly'],
    ] as const) {
      const way = drill();
      const list = await way.get(await linkIn(way, link));
      await evidenceAt(way, at(first(list, name), 'links', 'latest'), 'decision.recorded');
    }
  });

  it('which MCP tools are trusted or risky?', async () => {
    const way = drill();
    const list = await way.get(await linkIn(way, 'riskyTools'));
    const files = first(list, 'files');
    expect(at(files, 'trust', 'risks')).toEqual(['unregistered', 'unowned']);
    await evidenceAt(way, at(files, 'links', 'latest'), 'decision.recorded');
    expect(at(await drill().get(await linkIn(drill(), 'trustedTools')), 'items')).toEqual([]);
  });

  it('which controls are enforced, shadowed or missing?', async () => {
    const way = drill();
    const posture = await way.get(postureLink);
    const controls = at(posture, 'controls') as { id: string; state: string; link: string }[];
    const states = new Set(controls.map(({ state }) => state));
    expect(['shadowed', 'missing'].every((state) => states.has(state))).toBe(true);
    const shadowed = controls.find(({ id }) => id === 'mcp-writes');
    const detail = await way.get(shadowed?.link);
    await evidenceAt(way, at(detail, 'items', 0, 'links', 'evidence'), 'decision.recorded');
  });

  it('which findings are open?', async () => {
    const way = drill();
    const list = await way.get(await linkIn(way, 'openFindings'));
    const withEvidence = (at(list, 'items') as unknown[]).find((item) => at(item, 'links', 'evidence'));
    const event = await way.get(at(withEvidence, 'links', 'evidence'));
    expect([at(event, 'log', 'position'), way.calls()]).toEqual([expect.any(Number), 3]);
  });

  it('which approvals, exceptions or break-glass events occurred?', async () => {
    const way = drill();
    const posture = await way.get(postureLink);
    expect(at(posture, 'approvals')).toEqual({ approved: 1 });
    expect(at(posture, 'exceptions')).toEqual({});
    const list = await way.get(at(posture, 'links', 'approvals'));
    const glass = first(list, 'glass');
    expect(at(glass, 'requested', 'breakGlass')).toBe(true);
    await evidenceAt(way, at(glass, 'links', 'evidence'), 'approval.decided');
  });

  it('which report packets are ready?', async () => {
    const deps = depsOf();
    const { name, people } = { name: 'rep-1', people: { actor: psn, recipients: [psn] } };
    const digest = 'a'.repeat(64);
    await recordStatement(deps, {
      name: 'report.requested',
      id: `${name}-requested`,
      data: {
        report: name,
        reportType: 'ciso',
        ...people,
        approvalRequired: true,
        period: { from: time(-60), to: time(10), zone: 'UTC' },
      },
    });
    expect(at(await layer(drill(), 'reports'), 'byType', 'ciso')).toMatchObject({
      requested: 1,
      generated: 0,
    });
    await recordStatement(deps, {
      name: 'report.rendered',
      id: `${name}-rendered`,
      data: {
        report: name,
        documentDigest: digest,
        manifestDigest: digest,
        position: 1,
        asOf: time(10),
        artifacts: [{ format: 'pdf', digest, bytes: 1 }],
      },
    });
    const way = drill();
    expect(at(await layer(way, 'reports'), 'byType', 'ciso')).toEqual({
      requested: 1,
      generated: 1,
      delivered: 0,
      audited: 0,
    });
    const events = await way.get('/api/tenants/acme/evidence?type=aispm.report.rendered');
    await evidenceAt(way, at(events, 'items', 0, 'links', 'evidence'), 'report.rendered');
  });

  it('which blockers remain before trial, pilot or production?', async () => {
    const deps = {
      ...depsOf(),
      blobs: desk.blobs.open(acme),
      rehearsal: true,
      telemetry: desk.telemetry,
      renderer: desk.renderer,
    };
    const remaining = await Promise.all(
      (['trial', 'pilot', 'production'] as const).map(
        async (target) => (await previewReadiness(deps, target)).blockers,
      ),
    );
    const [trial = [], pilot = [], production = []] = remaining.map((blockers) =>
      blockers.map(({ id }) => id),
    );
    expect(trial).toContain('rehearsal_environment');
    expect(pilot).toContain('critical_finding_open');
    const ofPilot = pilot.filter((id) => id !== 'pilot_scope_missing');
    expect(production).toEqual(expect.arrayContaining([...ofPilot, 'deployment_not_validated']));
    const critical = remaining[1]?.find(({ id }) => id === 'critical_finding_open');
    await evidenceAt(drill(), `/api/tenants/acme/evidence/${critical?.evidenceIds[0]}`, 'decision.recorded');
  });
});
