import { beforeEach, describe, expect, it } from 'vitest';

import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as findingHandlers } from '../../functions/findings.js';
import { handlers as postureHandlers } from '../../functions/posture.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { findingRoutes } from '../../functions/routes/findings.js';
import { postureRoutes } from '../../functions/routes/posture.js';
import { findingDetailSchema, findingSchema } from '../../schemas/findings.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { problemSchema } from '../../schemas/problem.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { acme, caller, collect, foldAll, openDesk, start, type Desk, type Told } from './desk.js';
import { registerSource } from '../register-source.js';

let desk: Desk;
let finding: string;
const operator = 'operator@acme';
const approver = 'approver@acme';
const admin = 'admin@acme';
const inDays = (n: number): string => instantOf(desk.clock.now() + n * day);

type Command = 'assign' | 'accept' | 'resolve' | 'dismiss' | 'reopen';
const command = (name: Command, token: string, body: Record<string, unknown>, id = finding): Promise<Told> =>
  caller(
    desk,
    findingRoutes,
    findingHandlers,
  )(`${name}Finding`, {
    token,
    params: { findingId: id },
    body: { reason: 'because', ...body },
  });
const detail = ({ json }: Told) => findingDetailSchema.parse(json);
const problem = ({ json }: Told) => problemSchema.parse(json);
const read = async (id = finding) =>
  detail(
    await caller(
      desk,
      postureRoutes,
      postureHandlers,
    )('readFinding', { token: 'viewer@acme', params: { findingId: id } }),
  );
const list = async (query: Record<string, string>) =>
  pageOf(findingSchema).parse(
    (await caller(desk, postureRoutes, postureHandlers)('listFindings', { token: 'viewer@acme', query }))
      .json,
  );

async function post(...events: Record<string, unknown>[]): Promise<void> {
  const told = await collect(desk, events);
  expect(told.status).toBe(202);
  await foldAll(desk);
}
/** A destructive command, run without anyone asked, or blocked. */
const attempt = (id: string, ran: boolean): Record<string, unknown> =>
  decisionEvent(
    { id, time: instantOf(desk.clock.now()) },
    { decision: ran ? 'allow' : 'block', ran, agent: 'builder' },
  );

/** One person asks for an acceptance, another agrees. @returns the answer to the second. */
async function accept(days: number, who = operator, second = approver): Promise<Told> {
  const asked = detail(await command('accept', who, { owner: 'Grace Hopper', expiresAt: inDays(days) }));
  return command('accept', second, { approves: asked.request?.evidenceId });
}

beforeEach(async () => {
  desk = openDesk();
  const deps = { stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri }), 'root');
  await post(attempt('a-1', true));
  const { items } = await list({ control: 'destructive-commands' });
  finding = items[0]?.id ?? expect.fail('no finding');
});

describe('accepting a risk', () => {
  it('takes two persons: one asks with owner, reason and expiry, another agrees to exactly that', async () => {
    const expiresAt = inDays(90);
    const body = { owner: 'Grace Hopper', expiresAt, reason: 'replaced in July' };
    const asked = detail(await command('accept', operator, body));
    expect(asked).toMatchObject({ state: 'open', request: { change: 'acceptance', expiresAt } });
    const agreed = await command('accept', approver, {
      approves: asked.request?.evidenceId,
      reason: 'seen the plan',
    });
    expect(agreed.status).toBe(200);
    const after = detail(agreed);
    expect(after).toMatchObject({ state: 'accepted', overdue: false, acceptance: { expiresAt } });
    expect(after.request).toBeUndefined();
    const name = (pseudonym = ''): string | undefined => after.people?.[pseudonym];
    expect(
      [after.acceptance?.owner, after.acceptance?.requestedBy, after.acceptance?.approvedBy].map(name),
    ).toEqual(['Grace Hopper', 'operator-1', 'approver-1']);
    expect(
      after.history.map(({ act, from, to, actor, reason }) => [act, from, to, name(actor), reason]),
    ).toEqual([
      ['opened', null, 'open', undefined, undefined],
      ['requested', 'open', 'open', 'operator-1', 'replaced in July'],
      ['accepted', 'open', 'accepted', 'approver-1', 'seen the plan'],
    ]);
    // Each transition leads to its evidence.
    const evidence = caller(desk, evidenceRoutes, evidenceHandlers);
    for (const { evidenceId } of after.history)
      expect(
        (await evidence('readEvidence', { token: 'viewer@acme', params: { evidenceId: evidenceId ?? '' } }))
          .status,
      ).toBe(200);
  });

  it('is never approved by who asked for it, even by a sole admin, and stays asked for', async () => {
    const told = await accept(30, admin, admin);
    expect([told.status, problem(told).code]).toEqual([403, 'separation_of_duties']);
    expect(await read()).toMatchObject({ state: 'open', request: { change: 'acceptance' } });
    const { history } = await read();
    // It was known to be illegal before anything was written.
    expect(history.at(-1)?.act).toBe('requested');
  });

  it('needs the role: an approver cannot ask, an operator cannot agree', async () => {
    const ask = { owner: 'Grace', expiresAt: inDays(30) };
    expect((await command('accept', approver, ask)).status).toBe(403);
    const asked = detail(await command('accept', admin, ask));
    const told = await command('accept', operator, { approves: asked.request?.evidenceId });
    expect([told.status, problem(told).code]).toEqual([403, 'forbidden']);
  });

  it('has an owner, a reason and an expiry of at most 180 days, and the answer points at what is wrong', async () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ owner: 'Grace' }, '/expiresAt'],
      [{ expiresAt: inDays(30) }, '/owner'],
      [{ owner: 'Grace', expiresAt: inDays(30), reason: '  ' }, '/reason'],
      [{ owner: 'Grace', expiresAt: inDays(181) }, '/expiresAt'],
      [{ owner: 'Grace', expiresAt: inDays(0) }, '/expiresAt'],
      [{ owner: 'Grace', expiresAt: inDays(30), approves: 'a'.repeat(64) }, '/owner'],
    ];
    for (const [body, pointer] of wrong) {
      const told = await command('accept', operator, body);
      expect([told.status, problem(told).errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
    expect((await command('accept', operator, { owner: 'Grace', expiresAt: inDays(180) })).status).toBe(200);
  });

  it('by two persons at once is done once: the other is a conflict, and stands in the log as refused', async () => {
    const asked = detail(await command('accept', operator, { owner: 'Grace', expiresAt: inDays(30) }));
    const approves = asked.request?.evidenceId;
    const both = await Promise.all([approver, admin].map((who) => command('accept', who, { approves })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409) ?? expect.fail('both won');
    expect(problem(lost)).toMatchObject({
      code: 'conflict',
      legal: ['assign', 'accept', 'resolve', 'dismiss', 'reopen'],
    });
    const { history, state } = await read();
    expect(state).toBe('accepted');
    const acts = history.filter(({ act }) => act === 'accepted');
    expect(acts.map(({ refused }) => refused)).toEqual([undefined, 'conflict']);
    expect(new Set(acts.map(({ evidenceId }) => evidenceId)).size).toBe(2);
  });

  it('is done once however often it is repeated under its key, and another content under it is a conflict', async () => {
    const ask = { owner: 'Grace', expiresAt: inDays(30), idempotencyKey: 'k1' };
    const first = detail(await command('accept', operator, ask));
    const approve = { approves: first.request?.evidenceId, idempotencyKey: 'k2' };
    expect((await command('accept', approver, approve)).status).toBe(200);
    desk.clock.set(start + hour);
    const again = await Promise.all([command('accept', approver, approve), command('accept', operator, ask)]);
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    expect((await read()).transitions).toBe(3);
    const other = await command('accept', operator, { ...ask, reason: 'something else' });
    expect([other.status, problem(other).code]).toEqual([409, 'conflict']);
    expect(problem(other).detail).toContain('other content');
    expect(problem(other).detail).not.toContain('finding-accept');
  });

  it('ends at its expiry to the instant, and the renewal is approved again', async () => {
    expect((await accept(10)).status).toBe(200);
    desk.clock.set(start + 8 * day);
    const renewal = detail(await command('accept', operator, { owner: 'Grace', expiresAt: inDays(10) }));
    expect(renewal.acceptance?.expiresAt).toBe(instantOf(start + 10 * day));
    const told = await command('accept', admin, { approves: renewal.request?.evidenceId });
    expect(detail(told).acceptance?.expiresAt).toBe(instantOf(start + 18 * day));
    desk.clock.set(start + 19 * day);
    // Any command brings the log to now first, and is decided on what is then.
    const late = detail(await command('assign', operator, { owner: 'Ada' }));
    expect(late).toMatchObject({
      state: 'open',
      openedAt: instantOf(start + 18 * day),
      dueOn: instantOf(start + 25 * day),
      firstSeen: instantOf(start),
      overdue: false,
    });
  });
});

describe('the other commands', () => {
  it('resolving is a claim; another person verifies it, and only that closes', async () => {
    const claimed = detail(await command('resolve', operator, { reason: 'routed to the gateway' }));
    expect(claimed).toMatchObject({ state: 'resolved', legal: ['assign', 'resolve', 'reopen'] });
    const verifies = claimed.claim?.evidenceId;
    expect((await command('resolve', operator, { verifies })).status).toBe(403);
    expect(detail(await command('resolve', approver, { verifies }))).toMatchObject({ state: 'closed' });
    const told = await command('accept', operator, { owner: 'Grace', expiresAt: inDays(3) });
    expect([told.status, problem(told).legal]).toEqual([409, ['reopen']]);
  });

  it('evidence closes without anyone’s word, and a recurrence is the same finding again', async () => {
    desk.clock.set(start + day);
    await post(attempt('a-2', false));
    expect((await read()).state).toBe('closed');
    desk.clock.set(start + 2 * day);
    await post(attempt('a-3', true));
    expect(await read()).toMatchObject({ state: 'open', firstSeen: instantOf(start), count: 2 });
  });

  it('dismissing takes two persons and ends by itself', async () => {
    const asked = detail(await command('dismiss', operator, { expiresAt: inDays(10) }));
    expect((await command('dismiss', admin, { approves: 'b'.repeat(64) })).status).toBe(409);
    const told = await command('dismiss', admin, { approves: asked.request?.evidenceId });
    expect(detail(told)).toMatchObject({ state: 'dismissed', dismissal: { expiresAt: inDays(10) } });
    desk.clock.set(start + 11 * day);
    await command('assign', operator, { owner: 'Ada' });
    expect((await read()).openedAt).toBe(instantOf(start + 10 * day));
  });

  it('reopening declines what was asked for, and is no way to move an open finding', async () => {
    const idle = await command('reopen', approver, {});
    expect([idle.status, problem(idle).legal]).toEqual([409, ['assign', 'accept', 'resolve', 'dismiss']]);
    await command('accept', operator, { owner: 'Grace', expiresAt: inDays(30) });
    const declined = detail(await command('reopen', approver, { reason: 'fix it' }));
    expect(declined.request).toBeUndefined();
    expect(declined.history.at(-1)).toMatchObject({ act: 'reopened', reason: 'fix it' });
  });

  it('a due date is drawn nearer, never further', async () => {
    const assign = (n: number) => command('assign', operator, { owner: 'Ada', dueAt: inDays(n) });
    expect((await assign(8)).status).toBe(409);
    expect(detail(await assign(3))).toMatchObject({ dueOn: inDays(3) });
    expect((await assign(5)).status).toBe(409);
  });

  it('on a finding that does not exist is not found, and leaves no evidence', async () => {
    expect((await command('reopen', admin, {}, 'c'.repeat(64))).status).toBe(404);
    const { items } = await desk.stores
      .open(acme)
      .evidence.search({ limit: 10, type: 'aispm.finding.reopened' });
    expect(items).toEqual([]);
  });

  it('keeps neither secrets nor addresses of a reason, and knows people by pseudonym', async () => {
    const reason = 'ask grace@acme.example, password=hunter22';
    await command('assign', operator, { owner: 'Grace Hopper', reason });
    const { items } = await desk.stores
      .open(acme)
      .evidence.search({ limit: 10, type: 'aispm.finding.assigned' });
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toMatch(/grace|hopper|hunter22|operator-1/i);
  });
});

describe('the list of findings', () => {
  it('sorts by severity or by due date, and filters by state, owner, agent and what is overdue', async () => {
    await command('assign', operator, { owner: 'Grace Hopper' });
    await accept(30);
    const mine = await list({ owner: ' grace hopper' });
    expect(mine.items.map(({ id, state }) => [id, state])).toEqual([[finding, 'accepted']]);
    expect(mine.people).toEqual(expect.objectContaining({ [mine.items[0]?.owner ?? '']: 'Grace Hopper' }));
    expect((await list({ owner: 'Ada' })).items).toEqual([]);
    expect((await list({ agent: 'builder', state: 'accepted' })).items.map(({ id }) => id)).toEqual([
      finding,
    ]);
    const severities = (await list({ state: 'open' })).items.map(({ severity }) => severity);
    const order = ['critical', 'high', 'medium', 'low'];
    expect(severities).toEqual([...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    const due = (await list({ state: 'open', sort: 'due' })).items.map(({ dueOn }) => dueOn);
    expect(due).toEqual([...due].sort());
    desk.clock.set(start + 10 * day);
    await command('assign', operator, { owner: 'Ada' });
    expect((await list({ overdue: 'true' })).items.every(({ overdue }) => overdue)).toBe(true);
    expect((await list({ overdue: 'true' })).items.length).toBeGreaterThan(0);
    expect((await list({ overdue: 'false', agent: 'builder' })).items.some(({ overdue }) => overdue)).toBe(
      false,
    );
  });

  it('is searched by what a finding is about, and by the beginning of its id', async () => {
    const all = (await list({ limit: '200' })).items;
    const about = (await list({ subject: 'agent:builder' })).items;
    expect(about.map(({ id }) => id).sort()).toEqual(
      all.flatMap(({ id, subject }) => (subject === 'agent:builder' ? [id] : [])).sort(),
    );
    for (const length of [64, 8, 1]) {
      const prefix = finding.slice(0, length);
      const found = (await list({ id: prefix })).items.map(({ id }) => id);
      expect(found).toEqual(all.flatMap(({ id }) => (id.startsWith(prefix) ? [id] : [])).sort());
    }
    expect((await list({ id: finding.slice(0, 8), state: 'closed' })).items).toEqual([]);
    expect((await list({ subject: 'agent:nobody' })).items).toEqual([]);
  });

  it('pages to the end in either order without a gap or a repeat', async () => {
    for (const sort of ['severity', 'due']) {
      const whole = (await list({ sort, limit: '200' })).items.map(({ id }) => id);
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ sort, limit: '2', ...(cursor === undefined ? {} : { cursor }) });
        paged.push(...page.items.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
      expect(whole.length).toBeGreaterThan(2);
    }
  });
});
