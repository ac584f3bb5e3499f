import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as findingHandlers } from '../../functions/findings.js';
import { handlers as governanceHandlers } from '../../functions/governance.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { findingRoutes } from '../../functions/routes/findings.js';
import { governanceRoutes } from '../../functions/routes/governance.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import {
  approvalAnswerSchema,
  approvalListSchema,
  exceptionListSchema,
} from '../../schemas/answers/governance.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { findingDetailSchema, findingSchema } from '../../schemas/findings.js';
import { problemSchema } from '../../schemas/problem.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decisionEvent, registrarUri, runtimeUri, source } from '../ingest/intake.js';
import { letTimePass } from '../reviews/run.js';
import { acme, caller, foldAll, openDesk, start, type Desk, type Told } from './desk.js';
import { registerSource } from '../register-source.js';

let desk: Desk;
const at = (ms: number): string => instantOf(ms);
let serial = 0;

async function post(
  type: string,
  time: number,
  data: Record<string, unknown>,
  uri = runtimeUri,
): Promise<void> {
  desk.clock.set(Math.max(desk.clock.now(), time));
  const body = {
    ...decisionEvent({ id: `g-${serial++}`, type: `aispm.${type}`, time: at(time), source: uri }),
    data,
  };
  const send = caller(desk, ingestRoutes, ingestHandlers);
  const told = await send('ingestEvidence', {
    token: 'collector@acme',
    contentType: 'application/cloudevents+json',
    body,
  });
  expect(told.status).toBe(202);
  await foldAll(desk);
}
const governance = (
  name: keyof typeof governanceRoutes,
  asked: Parameters<ReturnType<typeof caller>>[1],
): Promise<Told> => caller(desk, governanceRoutes, governanceHandlers)(name, asked);
const approvals = async (query: Record<string, string> = {}) =>
  approvalListSchema.parse((await governance('listApprovals', { token: 'viewer@acme', query })).json);
const exceptions = async (query: Record<string, string> = {}) =>
  exceptionListSchema.parse((await governance('listExceptions', { token: 'viewer@acme', query })).json);
const passTo = async (now: number): Promise<void> => {
  desk.clock.set(now);
  await foldUntil({ ledger: desk.stores.open(acme).ledger, now: () => now }, now);
};

const ask = (approval: string, time: number, more: Record<string, unknown> = {}) =>
  post('approval.requested', time, {
    approval,
    requestedBy: 'builder',
    expiresAt: at(time + 4 * hour),
    ...more,
  });
const answer = (approval: string, time: number, more: Record<string, unknown> = {}) =>
  post('approval.decided', time, { approval, outcome: 'approved', decidedBy: 'grace', ...more });
const run = (approval: string, time: number) =>
  post(
    'decision.recorded',
    time,
    decisionEvent({}, { decision: 'require_approval', approval, ran: true })['data'] as Record<
      string,
      unknown
    >,
  );

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  const eventTypes = ['exception.granted', 'exception.renewed', 'exception.revoked'];
  await registerSource(deps, source({ id: 'registrar', uri: registrarUri, eventTypes }), 'root');
});

describe('approvals', () => {
  it('are followed from the request to the answer to the action, and to use after the end', async () => {
    await ask('a1', start);
    await answer('a1', start + 3 * minute);
    await run('a1', start + 5 * minute);
    const { items } = await approvals();
    expect(items[0]).toMatchObject({
      name: 'a1',
      status: 'approved',
      latencySeconds: 180,
      usedExpired: false,
    });
    expect(items[0]?.used?.first.time).toBe(at(start + 5 * minute));
    await run('a1', start + 5 * hour);
    const { items: later, summary } = await approvals();
    expect(later[0]).toMatchObject({ usedExpired: true });
    expect(summary).toMatchObject({ covered: 1, usedExpired: 1 });
    expect(later[0]?.links).toHaveProperty('action');
  });

  it('sum up denials, self-approvals and how long the oldest has waited', async () => {
    await ask('a1', start);
    await ask('a2', start + minute);
    await ask('a3', start + 2 * minute);
    await answer('a1', start + 4 * minute, { outcome: 'denied' });
    await answer('a3', start + 10 * minute, { decidedBy: 'builder' });
    const { summary } = await approvals();
    expect(summary.byStatus).toMatchObject({ pending: 1, denied: 1, self_approved: 1, approved: 0 });
    expect(summary.pending).toEqual({ count: 1, oldestRequestedAt: at(start + minute), oldestSeconds: 540 });
    const { items } = await approvals({ status: 'pending' });
    const name = items[0]?.name ?? '';
    expect((await approvals({ name })).items).toEqual(items.slice(0, 1));
    expect(items.map(({ name, pendingSeconds }) => [name, pendingSeconds])).toEqual([['a2', 540]]);
    expect(summary.latency).toMatchObject({ answered: 2 });
  });

  it('give latencies within their stated error, from counters alone', async () => {
    const minutes = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];
    for (const [i, n] of minutes.entries()) {
      await ask(`a${i}`, start);
      await answer(`a${i}`, start + n * minute);
    }
    const { latency } = (await approvals()).summary;
    const near = (value: number | null, exact: number) =>
      expect(Math.abs((value ?? 0) - exact) / exact).toBeLessThanOrEqual(latency.error);
    near(latency.medianSeconds, 8 * 60);
    near(latency.p95Seconds, 89 * 60);
  });

  it('none at all give no latency, which is not nought', async () => {
    const { items, summary } = await approvals();
    expect(items).toEqual([]);
    expect(summary.latency).toMatchObject({ answered: 0, medianSeconds: null, p95Seconds: null });
    expect(summary.pending).toEqual({ count: 0, oldestRequestedAt: null, oldestSeconds: null });
  });
});

describe('break-glass', () => {
  const review = (token: string, body: Record<string, unknown> = {}, approval = 'bg'): Promise<Told> =>
    governance('reviewBreakGlass', {
      token,
      params: { approval },
      body: { outcome: 'justified', reason: 'the outage was real', ...body },
    });
  const use = async (decidedBy = 'grace'): Promise<void> => {
    await ask('bg', start, { breakGlass: true, breakGlassReason: 'payments are down' });
    await answer('bg', start + minute, { decidedBy, breakGlass: true });
  };

  it('is shown with reason, duration and review, and is overdue for review after 24 hours', async () => {
    await use();
    const { items } = await approvals({ breakGlass: 'unreviewed' });
    expect(items[0]?.breakGlass).toEqual({
      review: 'unreviewed',
      reason: 'payments are down',
      from: at(start + minute),
      until: at(start + 4 * hour),
      seconds: 4 * 3600 - 60,
    });
    await passTo(start + minute + day);
    const { items: overdue, summary } = await approvals({ breakGlass: 'overdue' });
    expect(overdue).toHaveLength(1);
    expect(summary.breakGlass).toEqual({ used: 1, unreviewed: 1, overdue: 1 });
    const findings = await caller(
      desk,
      postureRoutes,
      postureHandlers,
    )('listFindings', {
      token: 'viewer@acme',
      query: { control: 'break-glass-reviewed' },
    });
    expect(pageOf(findingSchema).parse(findings.json).items[0]).toMatchObject({ state: 'open' });
  });

  it('is reviewed by a second person, which closes the finding; the review is evidence', async () => {
    await use();
    await passTo(start + 2 * day);
    const told = await review('auditor@acme');
    expect(approvalAnswerSchema.parse(told.json).breakGlass?.review).toBe('justified');
    const findings = await caller(
      desk,
      postureRoutes,
      postureHandlers,
    )('listFindings', {
      token: 'viewer@acme',
      query: { control: 'break-glass-reviewed' },
    });
    expect(pageOf(findingSchema).parse(findings.json).items[0]).toMatchObject({ state: 'closed' });
    expect((await review('admin@acme')).status).toBe(409);
    const { items } = await desk.stores
      .open(acme)
      .evidence.search({ limit: 5, type: 'aispm.breakglass.reviewed' });
    expect(items).toHaveLength(1);
  });

  it('is never reviewed by who let it pass, nor twice under other words; a repeat is the same review', async () => {
    await use('approver-1');
    const own = await review('approver@acme');
    expect([own.status, problemSchema.parse(own.json).code]).toEqual([403, 'separation_of_duties']);
    const keyed = { idempotencyKey: 'r1' };
    expect((await review('auditor@acme', keyed)).status).toBe(200);
    expect((await review('auditor@acme', keyed)).status).toBe(200);
    expect((await review('auditor@acme', { ...keyed, outcome: 'not_justified' })).status).toBe(409);
  });

  it('that was not used cannot be reviewed', async () => {
    await ask('plain', start);
    await answer('plain', start + minute);
    expect((await review('auditor@acme', {}, 'plain')).status).toBe(409);
    expect((await review('auditor@acme', {}, 'nothing')).status).toBe(404);
  });
});

describe('exceptions', () => {
  const grant = (exception: string, owner: string, days: number) =>
    post(
      'exception.granted',
      start,
      {
        exception,
        owner,
        requestedBy: 'ada',
        approvedBy: 'grace',
        expiresAt: at(start + days * day),
        scope: 'x',
      },
      registrarUri,
    );

  it('are counted by status, by owner and by what ends in 14 days, which begins at its instant', async () => {
    await grant('x1', 'ada', 10);
    await grant('x2', 'ada', 30);
    await grant('x3', 'linus', 60);
    const { summary, items, people } = await exceptions();
    expect(summary.byStatus).toEqual({ active: 3, expired: 0, revoked: 0, unowned: 0 });
    expect(summary.expiringIn14Days).toBe(1);
    expect(items.map(({ name, expiring }) => [name, expiring])).toEqual([
      ['x1', true],
      ['x2', false],
      ['x3', false],
    ]);
    expect(summary.byOwner.map(({ owner, count }) => [people?.[owner ?? ''], count])).toEqual([
      ['ada', 2],
      ['linus', 1],
    ]);
    expect((await exceptions({ name: 'x3' })).items).toHaveLength(1);
    expect((await exceptions({ owner: 'Linus' })).items.map(({ name }) => name)).toEqual(['x3']);
    await passTo(start + 16 * day - 1);
    expect((await exceptions()).summary).toMatchObject({ expiringIn14Days: 0, byStatus: { expired: 1 } });
    await passTo(start + 16 * day);
    const later = await exceptions({ status: 'active' });
    expect(later.summary.expiringIn14Days).toBe(1);
    expect(later.items[0]).toMatchObject({ name: 'x2', expiring: true, ageSeconds: 16 * 24 * 3600 });
  });
});

describe('the tick', () => {
  it('says once that an acceptance ended, by the next run, whoever brought the log there before', async () => {
    await post(
      'decision.recorded',
      start,
      decisionEvent({}, { decision: 'allow', ran: true, agent: 'builder' })['data'] as Record<
        string,
        unknown
      >,
    );
    const found = await caller(
      desk,
      postureRoutes,
      postureHandlers,
    )('listFindings', {
      token: 'viewer@acme',
      query: { control: 'destructive-commands' },
    });
    const findingId = pageOf(findingSchema).parse(found.json).items[0]?.id ?? '';
    const accept = async (token: string, body: Record<string, unknown>) =>
      findingDetailSchema.parse(
        (
          await caller(
            desk,
            findingRoutes,
            findingHandlers,
          )('acceptFinding', {
            token,
            params: { findingId },
            body: { reason: 'because', ...body },
          })
        ).json,
      );
    const asked = await accept('operator@acme', { owner: 'grace', expiresAt: at(start + 5 * day) });
    await accept('approver@acme', { approves: asked.request?.evidenceId });
    const told = async () =>
      (await desk.stores.open(acme).evidence.search({ limit: 5, type: 'aispm.finding.expired' })).items;
    desk.clock.set(start + 4 * day);
    await letTimePass(desk);
    expect(await told()).toEqual([]);
    await passTo(start + 5 * day + minute);
    await letTimePass(desk);
    await letTimePass(desk);
    expect((await told()).map(({ event }) => event.data)).toEqual([
      { finding: findingId, change: 'acceptance', expiredAt: at(start + 5 * day) },
    ]);
    expect(desk.telemetry.lines.filter(({ event }) => event === 'finding_expired')).toHaveLength(1);
  });
});
