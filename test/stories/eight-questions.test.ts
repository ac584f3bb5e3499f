import { beforeAll, describe, expect, it } from 'vitest';

import { depsFor } from '../../functions/produce-report.js';
import { servicesOf } from '../../functions/http/tenant-services.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { minute } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import {
  decisionEvent,
  newSigner,
  registrarUri,
  runtimeUri,
  signed,
  signerUri,
  source,
} from '../ingest/intake.js';
import { acme, at, collect, foldAll, openDesk, start, type Desk } from '../http/desk.js';
import { drillInto, type Drill } from './drill.js';
import { registerSource } from '../register-source.js';

/* The questions that posture answers, each drilled from its number to the evidence behind it in at most three calls. */

let desk: Desk;
const drill = (): Drill => drillInto(desk);
/** Ends at an event that is in the log, within three calls after the number was read. */
async function evidenceAt(way: Drill, link: unknown, type: string): Promise<void> {
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

beforeAll(async () => {
  desk = openDesk();
  const deps = depsOf();
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
  const grants = ['exception.granted'];
  await registerSource(deps, source({ id: 'registrar', uri: registrarUri, eventTypes: grants }), 'root');
  const signer = newSigner('key-1');
  const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
  const keys = [{ kid: signer.kid, jwk: signer.jwk, ...window }];
  await registerSource(
    deps,
    source({ id: 'signing', uri: signerUri, eventTypes: ['runtime'], keys }),
    'root',
  );
  const trusted = { ...acted('d4', 7, { repository: 'acme/shop', workflow: 'nightly' }), source: signerUri };
  desk.clock.set(start + 10 * minute);
  const told = await collect(desk, [
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
    {
      ...said('x1', 8, 'exception.granted', {
        exception: 'x1',
        owner: 'Ada Lovelace',
        requestedBy: 'Ada Lovelace',
        approvedBy: 'Grace Hopper',
        expiresAt: time(600),
        scope: 'the shop',
      }),
      source: registrarUri,
    },
  ]);
  expect([told.status, at(told.json, 'rejected')]).toEqual([202, []]);
  await foldAll(desk);
});

const postureLink = '/api/tenants/acme/posture';
const layer = async (way: Drill, name: string): Promise<unknown> =>
  at(await way.get(postureLink), 'layers', name);
const first = (list: unknown, name: string): unknown =>
  (at(list, 'items') as unknown[]).find((item) => at(item, 'name') === name);
/** Where posture itself says that a question goes on. */
const linkIn = async (way: Drill, name: string): Promise<unknown> =>
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

  it.each(['enforced', 'shadowed', 'missing'])('which controls are %s?', async (state) => {
    const controls = at(await drill().get(postureLink), 'controls') as { counts: object; link: string }[];
    const counted = controls.filter(({ counts }) => Number(at(counts, state) ?? 0) > 0);
    expect(counted.length).toBeGreaterThan(0);
    for (const { link } of counted) {
      const way = drill();
      await way.get(postureLink);
      const items = at(await way.get(link), 'items') as unknown[];
      const shown = items.find((item) => at(item, 'state') === state && at(item, 'links', 'evidence'));
      if (shown === undefined) continue;
      const event = await way.get(at(shown, 'links', 'evidence'));
      expect([at(event, 'log', 'position'), way.calls()]).toEqual([expect.any(Number), 3]);
      return;
    }
    throw new Error(`no ${state} control leads to evidence`);
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
    expect(at(posture, 'exceptions')).toEqual({ active: 1 });
    const list = await way.get(at(posture, 'links', 'approvals'));
    const glass = first(list, 'glass');
    expect(at(glass, 'requested', 'breakGlass')).toBe(true);
    await evidenceAt(way, at(glass, 'links', 'evidence'), 'approval.decided');
    const another = drill();
    const exceptions = await another.get(await linkIn(another, 'exceptions'));
    await evidenceAt(another, at(first(exceptions, 'x1'), 'links', 'evidence'), 'exception.granted');
  });

  it('which report packets are ready?', async () => {
    const deps = depsFor(servicesOf(desk, acme));
    const { tenant } = (await deps.stores.tenant.get()) ?? {};
    if (tenant === undefined) throw new Error('there is no tenant');
    const { id } = await requestReport(deps, tenant, { subject: 'ada' }, { type: 'ciso' }, 'november');
    await freezeReport(deps, id);
    const steps = { requested: 1, generated: 0, delivered: 0, audited: 0 };
    expect(at(await layer(drill(), 'reports'), 'byType', 'ciso')).toEqual(steps);
    await renderReport(deps, id);
    const way = drill();
    const reports = await layer(way, 'reports');
    expect(at(reports, 'byType', 'ciso')).toEqual({ ...steps, generated: 1 });
    const list = await way.get(at(reports, 'link'));
    await evidenceAt(way, at(list, 'items', 0, 'links', 'evidence'), 'report.rendered');
    const shelf = await drill().get(await linkIn(drill(), 'reportCatalogue'));
    const ready = (at(shelf, 'items') as unknown[]).filter((item) => at(item, 'status') === 'ready');
    expect(ready.map((item) => at(item, 'type'))).toContain('ciso');
  }, 60_000);

  it.each([
    ['trial', 'rehearsal_environment'],
    ['pilot', 'critical_finding_open'],
    ['production', 'critical_finding_open'],
  ])('which blockers remain before %s?', async (target, id) => {
    const link = await linkIn(drill(), `${target}Readiness`);
    const blockers = at(await drill().get(link), 'blockers') as unknown[];
    expect(blockers.map((blocker) => at(blocker, 'id'))).toContain(id);
    for (const blocker of blockers) {
      const way = drill();
      await way.get(await linkIn(way, `${target}Readiness`));
      const evidence = at(blocker, 'links', 'evidence');
      const event = evidence === undefined ? null : await way.get(evidence);
      expect([event === null || at(event, 'log', 'position') !== null, way.calls() <= 3]).toEqual([
        true,
        true,
      ]);
      // Also what no event shows yet leads to where it will.
      await drill().get(at(blocker, 'links', 'list'));
    }
    const shown = blockers.find((blocker) => at(blocker, 'id') === 'critical_finding_open');
    if (target === 'trial') return;
    const way = drill();
    await way.get(await linkIn(way, `${target}Readiness`));
    await evidenceAt(way, at(shown, 'links', 'evidence'), 'decision.recorded');
  });
});
