import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Posture } from '../../schemas/posture.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { findingId, itemId, sessionId } from '../../shared/core/projections/keys.js';
import { command, newTold, person, start } from './told.js';

const owner = person(9);
const declare = (kind: 'agent' | 'repository' | 'tool' | 'workflow', id: string) => ({
  items: [{ kind, id, owner }],
});
const failing = (layer: Posture['layers'][keyof Posture['layers']]): Record<string, number> =>
  Object.fromEntries(layer.failing.map(({ name, count }) => [name, count]));

describe('each of the five layers', () => {
  it('says by a predicate whether it is healthy, and lists what fails it with the way there', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }), { signed: false });
    const { layers } = await told.posture();
    for (const layer of Object.values(layers)) {
      const words = { true: 'healthy', false: 'unhealthy', unknown: 'unknown' } as const;
      expect(layer.status).toBe(words[layer.signal.holds]);
      expect(layer.signal.holds === 'false').toBe(layer.failing.length > 0);
      for (const { count, link } of layer.failing) {
        expect(count).toBeGreaterThan(0);
        expect(link).toMatch(/^\/api\/tenants\/harbour\//);
      }
    }
    expect(failing(layers.coverage)).toEqual({ no_inventory: 1, shadow_agents: 1 });
    expect(failing(layers.controls)['destructive-commands:missing']).toBe(1);
    expect(failing(layers.findings)).toHaveProperty('critical_unowned');
    expect(failing(layers.evidence)).toEqual({ not_signed: 1 });
  });

  it('is unknown where nothing can be judged, never healthy', async () => {
    const { layers } = await newTold().posture();
    for (const layer of Object.values(layers))
      expect([layer.signal.holds, layer.failing]).toEqual(['unknown', []]);
  });
});

describe('control state', () => {
  it('fails by any high-risk action that was not held, also on a surface that no control speaks of', async () => {
    const told = newTold();
    const open = async () => failing((await told.posture()).layers.controls)['actions_unenforced'] ?? 0;
    const action = (data: object) => command({ surface: 'model', risks: [], severity: 'high', ...data });
    await told.tell('decision.recorded', action({ severity: 'medium', decision: 'warn', ran: true }));
    expect(await open()).toBe(0);
    told.at(start + hour);
    const shadow = await told.tell('decision.recorded', action({ mode: 'shadow', ran: true }));
    expect([await open(), (await told.item('agent', 'builder')).unenforced]).toEqual([1, shadow]);
    told.at(start + 2 * hour);
    await told.tell('decision.recorded', command({ surface: 'file', decision: 'block', ran: false }));
    expect(await open()).toBe(1);
    // Time alone makes nothing better; the next action on that surface decides.
    await told.passTo(start + 400 * day);
    expect(await open()).toBe(1);
    const routed = action({ decision: 'require_approval', approval: 'a1', ran: true });
    await told.tell('decision.recorded', routed, { time: start + 400 * day });
    expect(await open()).toBe(1);
    const asked = { approval: 'a1', requestedBy: person(1), expiresAt: instantOf(start + 401 * day) };
    await told.tell('approval.requested', asked, { time: start + 399 * day });
    await told.tell(
      'approval.decided',
      { approval: 'a1', outcome: 'approved', decidedBy: person(2) },
      { time: start + 399 * day },
    );
    expect([await open(), (await told.item('agent', 'builder')).unenforced]).toEqual([0, undefined]);
  });
});

describe('findings', () => {
  it('fail by a critical one that nobody owns, also once it is claimed resolved', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
    const critical = (await told.findings()).filter(({ severity }) => severity === 'critical');
    expect(critical.length).toBeGreaterThan(0);
    for (const { id } of critical)
      await told.tell(
        'finding.resolved',
        { finding: id.slice(findingId('').length), actor: person(1), reason: 'gone' },
        { sourceId: 'aispm', signed: false },
      );
    const unowned = failing((await told.posture()).layers.findings);
    expect([unowned['critical_unowned'], unowned['critical_claimed_unowned']]).toEqual([
      undefined,
      critical.length,
    ]);
  });
});

describe('coverage', () => {
  it('counts an item as covered only while a decision of a trusted source is fresh', async () => {
    const told = newTold();
    await told.tell('inventory.declared', declare('agent', 'builder'));
    const agents = async () => (await told.posture()).layers.coverage.agents;
    expect(await agents()).toMatchObject({ inScope: 1, declared: 1, observed: 0, covered: 0, silent: 1 });
    await told.tell('decision.recorded', command(), { signed: false });
    expect(await agents()).toMatchObject({ observed: 1, covered: 0, silent: 0 });
    // Heard from is not covered, and the layer is not healthy by it.
    const fails = async () => failing((await told.posture()).layers.coverage);
    expect(await fails()).toEqual({ uncovered_agents: 1 });
    await told.tell('decision.recorded', command());
    expect(await agents()).toMatchObject({ covered: 1 });
    expect(await fails()).toEqual({});
    await told.passTo(start + 23 * hour);
    // A later unsigned action neither covers nor uncovers.
    await told.tell('decision.recorded', command(), { signed: false });
    await told.passTo(start + 24 * hour);
    expect(await agents()).toMatchObject({ covered: 0, silent: 0 });
    await told.passTo(start + 47 * hour);
    expect(await agents()).toMatchObject({ covered: 0, silent: 1 });
  });

  it('knows a workflow by the name that decisions and runs give it', async () => {
    const told = newTold();
    await told.tell('session.recorded', {
      session: 'run-1',
      agent: 'builder',
      state: 'started',
      repository: 'acme/shop',
      workflow: 'acme/shop/.github/workflows/release.yml',
    });
    await told.tell('decision.recorded', command({ workflow: 'nightly' }));
    const { workflows, repositories } = (await told.posture()).layers.coverage;
    expect([workflows.observed, workflows.shadow, repositories.shadow]).toEqual([2, 2, 1]);
  });
});

describe('evidence', () => {
  const shares = async (told: ReturnType<typeof newTold>) => (await told.posture()).layers.evidence.shares;

  it('gives four shares with their denominators, and none over nothing', async () => {
    const told = newTold();
    expect((await shares(told)).fresh).toEqual({ count: 0, of: 0, tenths: null });
    await told.tell('decision.recorded', command({ session: 'run-1' }));
    await told.tell('decision.recorded', command({ agent: 'other' }), { signed: false });
    await told.tell('session.recorded', { session: 'run-2', agent: 'builder', state: 'started' });
    await told.tell('decision.recorded', command(), { unfoldable: 'TypeError' });
    expect(await shares(told)).toEqual({
      fresh: { count: 2, of: 2, tenths: 1000 },
      signed: { count: 2, of: 3, tenths: 667 },
      searchable: { count: 3, of: 4, tenths: 750 },
      tied: { count: 1, of: 2, tenths: 500 },
    });
  });

  it('counts references, and those that still lead nowhere after a day as unresolved', async () => {
    const told = newTold();
    const references = async () => (await told.posture()).layers.evidence.references;
    const first = await told.tell('decision.recorded', command());
    await told.tell(
      'decision.recorded',
      command({
        evidence: [
          `evidence://${first}`,
          `evidence://${'a'.repeat(64)}`,
          'approval://later',
          'git://somewhere',
        ],
      }),
    );
    expect(await references()).toEqual({ total: 4, resolved: 1, waiting: 2, unresolved: 0, external: 1 });
    await told.tell('approval.requested', {
      approval: 'later',
      requestedBy: person(1),
      expiresAt: instantOf(start + day),
    });
    await told.passTo(start + day);
    expect(await references()).toEqual({ total: 4, resolved: 2, waiting: 0, unresolved: 1, external: 1 });
    expect(failing((await told.posture()).layers.evidence)).toMatchObject({ unresolved: 1 });
  });
});

describe('reports', () => {
  it('are counted by type: generated, delivered on the provider’s word, audited once nothing of them is open', async () => {
    const told = newTold();
    const own = { sourceId: 'aispm' };
    const { report, ...mail } = {
      report: 'r1',
      operation: 'operation-1',
      recipient: person(5),
      provider: 'acs' as const,
    };
    const byType = async () => (await told.posture()).layers.reports.byType;
    const steps = { requested: 1, generated: 0, delivered: 0, audited: 0 };
    const period = { from: instantOf(start), to: instantOf(start + day), zone: 'UTC' };
    const asked = { report, actor: person(1), recipients: [person(5)], approvalRequired: false, period };
    await told.tell('report.requested', { ...asked, reportType: 'board-kpi' }, own);
    expect(await byType()).toEqual({ 'board-kpi': steps });
    const digest = 'a'.repeat(64);
    const made = { documentDigest: digest, manifestDigest: digest, position: 1, asOf: instantOf(start) };
    await told.tell(
      'report.rendered',
      { report, ...made, artifacts: [{ format: 'pdf', digest, bytes: 1 }] },
      own,
    );
    await told.tell('report.sending', { report, ...mail, intendedAt: instantOf(start) }, own);
    expect(await byType()).toEqual({ 'board-kpi': { ...steps, generated: 1 } });
    const { provider: _provider, ...failed } = mail;
    await told.tell('report.failed', { report, ...failed, outcome: 'unconfirmed', detail: 'lost' }, own);
    expect(await byType()).toEqual({ 'board-kpi': { ...steps, generated: 1 } });
    expect(failing((await told.posture()).layers.reports)).toEqual({ unconfirmed: 1, undelivered: 1 });
    await told.tell(
      'report.delivered',
      { report, ...mail, providerEvent: 'e1', deliveredAt: instantOf(start) },
      own,
    );
    expect(await byType()).toEqual({ 'board-kpi': { requested: 1, generated: 1, delivered: 1, audited: 1 } });
    expect((await told.posture()).layers.reports.status).toBe('healthy');
  });
});

describe('a tool', () => {
  const risks = async (told: ReturnType<typeof newTold>) =>
    (await told.item('tool', 'files')).labels.filter((label) => /^(trusted|risky|risk:)/.test(label));
  const use = (capability: string, ran = true) =>
    command({ surface: 'mcp', risks: [], tool: 'files', capability, decision: 'allow', ran });
  const registered = {
    tool: 'files',
    registered: true,
    tier: 'trusted' as const,
    owner,
    approvedUntil: instantOf(start + 10 * day),
    approvedCapabilities: ['read'],
    verdict: 'trusted' as const,
  };

  it('is risky for each reason that holds, and for no other', async () => {
    const told = newTold();
    await told.tell('decision.recorded', use('read'));
    expect(await risks(told)).toEqual(['risky', 'risk:unregistered', 'risk:unowned']);
    await told.tell('registry.checked', { ...registered, tier: 'reviewed' });
    expect(await risks(told)).toEqual(['risky', 'risk:below_trusted_tier']);
    told.at(start + hour);
    await told.tell('registry.checked', registered);
    expect(await risks(told)).toEqual(['trusted']);
    await told.tell('decision.recorded', use('write', false));
    expect(await risks(told)).toEqual(['trusted']);
    await told.tell('decision.recorded', use('write'));
    expect(await risks(told)).toEqual(['risky', 'risk:beyond_capability']);
    const { tools } = (await told.posture()).layers.coverage;
    expect(tools.shadow).toBe(1);
  });

  it('is risky for any use where the registry knows it and names nothing of it as approved', async () => {
    const told = newTold();
    const { approvedCapabilities: _none, ...unnamed } = registered;
    await told.tell('registry.checked', unnamed);
    expect(await risks(told)).toEqual(['trusted']);
    await told.tell('decision.recorded', use('read'));
    expect(await risks(told)).toEqual(['risky', 'risk:beyond_capability']);
  });

  it('becomes risky at the instant its approval ends, and misuse is forgotten after thirty days', async () => {
    const told = newTold();
    await told.tell('registry.checked', registered);
    await told.tell('decision.recorded', use('write'));
    await told.passTo(start + 10 * day - 1);
    expect(await risks(told)).toEqual(['risky', 'risk:beyond_capability']);
    await told.passTo(start + 10 * day);
    expect(await risks(told)).toEqual(['risky', 'risk:approval_expired', 'risk:beyond_capability']);
    await told.passTo(start + 30 * day);
    expect(await risks(told)).toEqual(['risky', 'risk:approval_expired']);
  });
});

describe('an agent', () => {
  it('is idle from 24 hours after it was last heard, and active again with the next evidence', async () => {
    const told = newTold();
    const activity = async () =>
      (await told.item('agent', 'builder')).labels.filter((l) => ['active', 'idle', 'retired'].includes(l));
    await told.tell('decision.recorded', command());
    await told.passTo(start + 24 * hour - 1);
    expect(await activity()).toEqual(['active']);
    await told.passTo(start + 24 * hour);
    expect(await activity()).toEqual(['idle']);
    await told.tell('session.recorded', { session: 's', agent: 'builder', state: 'started' });
    expect(await activity()).toEqual(['active']);
    await told.tell(
      'inventory.declared',
      {
        items: [{ kind: 'agent', id: 'builder', lifecycle: 'retired' }],
      },
      { time: start + 25 * hour },
    );
    expect(await activity()).toEqual(['retired']);
  });
});

describe('runs of agents', () => {
  it('are counted once for each item they touched, in whatever order and however often it is told', async () => {
    const touch = fc.record({
      session: fc.constantFrom('a', 'b', 'c'),
      agent: fc.constantFrom('x', 'y'),
      repository: fc.constantFrom('r', 's'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { minLength: 1, maxLength: 15 }), async (touches) => {
        const told = newTold();
        for (const { session, agent, repository } of touches)
          await told.tell('decision.recorded', command({ session, agent, repository }));
        for (const kind of ['agent', 'repository'] as const)
          for (const name of new Set(touches.map((t) => t[kind]))) {
            const sessions = new Set(touches.filter((t) => t[kind] === name).map((t) => t.session));
            expect((await told.item(kind, name)).observed?.sessions).toBe(sessions.size);
          }
        const run = (await told.ledger.read([sessionId('a')])).get(sessionId('a'));
        const mine = touches.filter((t) => t.session === 'a');
        const items = new Set(
          mine.flatMap((t) => [itemId('agent', t.agent), itemId('repository', t.repository)]),
        );
        if (run?.kind === 'session') expect(new Set(run.items)).toEqual(items);
        else expect(mine).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
