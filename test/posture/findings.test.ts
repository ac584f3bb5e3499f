import { describe, expect, it } from 'vitest';

import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { timePassed } from '../../shared/core/posture/finding-life.js';
import { defaultConfig } from '../../shared/core/posture/settle.js';
import { command, newTold, person, start } from './told.js';

const control = 'destructive-commands';
const unchecked = command({ decision: 'allow', ran: true });
const declare = (id: string) => ({ items: [{ kind: 'agent' as const, id, owner: person(9) }] });
const unmet = (told: ReturnType<typeof newTold>) => told.finding('control_unmet', 'agent:builder', control);

describe('one cause, one finding', () => {
  it('a declared item nobody has heard from is one finding, however many controls it fails', async () => {
    const told = newTold();
    await told.tell('inventory.declared', declare('builder'));
    const item = await told.item('agent', 'builder');
    expect(item.failing.length).toBeGreaterThan(3);
    const findings = await told.findings();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'no_evidence',
      subject: 'agent:builder',
      severity: 'critical',
      state: 'open',
      count: 1,
      evidenceIds: [],
    });
    expect(findings[0]?.detail).toContain('Secret files protected');
  });

  it('proofs that ran out are one finding, which grows as more of them do', async () => {
    const told = newTold();
    await told.tell('inventory.declared', declare('builder'));
    await told.tell('decision.recorded', command());
    await told.passTo(start + day);
    const first = await told.finding('evidence_stale', 'agent:builder');
    expect(first).toMatchObject({ state: 'open', severity: 'low', firstSeen: instantOf(start + day) });
    await told.passTo(start + 31 * day);
    const grown = await told.finding('evidence_stale', 'agent:builder');
    expect(grown.firstSeen).toBe(first.firstSeen);
    expect(grown.severity).toBe('high');
    expect(grown.detail.split('; ').length).toBeGreaterThan(first.detail.split('; ').length);
    const stale = (await told.findings()).filter((f) => f.rule === 'evidence_stale');
    expect(stale.map((f) => f.subject).sort()).toEqual(['agent:builder', 'tenant:tenant']);
  });

  it('each control that evidence shows to be unmet is a finding of its own', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked);
    const rules = (await told.findings()).filter((f) => f.rule === 'control_unmet').map((f) => f.control);
    expect(rules.sort()).toEqual(['agent-registered', 'commands-evaluated', control, 'policy-current']);
  });

  it('what another agent does is another finding', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked);
    await told.tell('decision.recorded', { ...unchecked, agent: 'other' });
    const ids = (await told.findings()).filter((f) => f.control === control).map((f) => f.id);
    expect(new Set(ids).size).toBe(2);
  });

  it('a tenant that never sent a report has no finding for it', async () => {
    const told = newTold();
    await told.tell('inventory.declared', declare('builder'));
    expect((await told.findings()).filter((f) => f.subject.startsWith('tenant'))).toEqual([]);
  });
});

describe('the life of a finding', () => {
  it('it is opened by evidence, at the instant that came in, and due after its severity’s days', async () => {
    const told = newTold();
    told.at(start + hour);
    const evidence = await told.tell('decision.recorded', unchecked, { time: start });
    expect(await unmet(told)).toMatchObject({
      state: 'open',
      severity: 'critical',
      firstSeen: instantOf(start + hour),
      openedAt: instantOf(start + hour),
      dueOn: instantOf(start + hour + 7 * day),
      overdue: false,
      count: 1,
      evidenceIds: [evidence],
    });
  });

  it('a recurrence is counted and keeps its due date; only the last ten proofs are kept', async () => {
    const told = newTold();
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) {
      told.at(start + i * hour);
      ids.push(await told.tell('decision.recorded', unchecked));
    }
    expect(await unmet(told)).toMatchObject({
      count: 12,
      lastSeen: instantOf(start + 11 * hour),
      dueOn: instantOf(start + 7 * day),
      evidenceIds: ids.slice(-10),
    });
  });

  it('it is closed by evidence, and the same finding when it comes again: first seen stays, due days restart', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked);
    const opened = await unmet(told);
    told.at(start + day);
    await told.tell('decision.recorded', command());
    expect(await unmet(told)).toMatchObject({
      id: opened.id,
      state: 'closed',
      closedAt: instantOf(start + day),
      overdue: false,
    });
    expect((await unmet(told)).dueAt).toBeUndefined();
    told.at(start + 5 * day);
    await told.tell('decision.recorded', unchecked);
    const again = await unmet(told);
    expect(again).toMatchObject({
      id: opened.id,
      state: 'open',
      firstSeen: opened.firstSeen,
      openedAt: instantOf(start + 5 * day),
      dueOn: instantOf(start + 12 * day),
      count: 2,
    });
    expect(again.closedAt).toBeUndefined();
  });

  it('it is overdue at its computed instant, not when a job happened to run', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked);
    const due = start + 7 * day;
    await told.passTo(due - 1);
    expect((await unmet(told)).overdue).toBe(false);
    expect((await told.posture()).layers.findings.overdue.critical).toBe(0);
    await told.passTo(due);
    expect((await unmet(told)).overdue).toBe(true);
    // With it the agent's silence about secret files, which is as old and as severe.
    expect((await told.posture()).layers.findings.overdue.critical).toBe(2);
    const late = newTold();
    await late.tell('decision.recorded', unchecked);
    await late.passTo(due + 3 * day);
    await told.passTo(due + 3 * day);
    expect(await unmet(late)).toEqual(await unmet(told));
  });

  it('an exception that ends is a finding at its end', async () => {
    const told = newTold();
    const expiresAt = instantOf(start + 10 * day + hour);
    await told.tell('exception.granted', {
      exception: 'x1',
      owner: person(1),
      requestedBy: person(2),
      approvedBy: person(3),
      expiresAt,
      scope: 'billing',
    });
    await told.passTo(start + 20 * day);
    expect(await told.finding('evidence_stale', 'exception:x1')).toMatchObject({ firstSeen: expiresAt });
  });

  it('while it is accepted it is not due; when the acceptance ends it is open and its days restart', async () => {
    const told = newTold();
    await told.tell('decision.recorded', unchecked);
    const expiresAt = instantOf(start + 20 * day);
    const acceptance = {
      evidenceId: 'e'.repeat(64),
      owner: person(1),
      requestedBy: person(1),
      approvedBy: person(2),
      approvedAt: instantOf(start),
      expiresAt,
      reason: 'under way',
      severity: 'critical' as const,
    };
    const accepted = { ...(await unmet(told)), state: 'accepted' as const, acceptance };
    const during = timePassed(accepted, defaultConfig, instantOf(start + 19 * day));
    expect(during).toMatchObject({ state: 'accepted', overdue: false, dueAt: expiresAt });
    const after = timePassed(accepted, defaultConfig, expiresAt);
    expect(after).toMatchObject({
      state: 'open',
      firstSeen: accepted.firstSeen,
      openedAt: expiresAt,
      dueOn: instantOf(start + 27 * day),
      overdue: false,
    });
    expect(after.acceptance).toBeUndefined();
  });
});

describe('due days', () => {
  it('come from the tenant’s settings, one number a severity', async () => {
    const told = newTold();
    await told.tell('tenant.configured', {
      revision: 1,
      change: 'settings',
      subject: 'findingDays',
      actor: person(1),
      digest: '0'.repeat(64),
      settings: {
        inventoryFreshDays: 30,
        scoreTarget: 850,
        findingDays: { critical: 1, high: 2, medium: 3, low: 4 },
      },
    });
    await told.tell('decision.recorded', { ...unchecked, repository: 'billing' }, { signed: false });
    const dueDays = new Map(
      (await told.findings()).map((f) => [f.severity, (Date.parse(f.dueOn) - start) / day] as const),
    );
    expect(dueDays).toEqual(
      new Map([
        ['critical', 1],
        ['high', 2],
        ['medium', 3],
      ]),
    );
    await told.passTo(start + day);
    expect(await told.finding('evidence_stale', 'agent:builder')).toMatchObject({
      severity: 'low',
      dueOn: instantOf(start + 5 * day),
    });
  });
});

describe('a report that does not arrive', () => {
  const delivery = (n: number, recipient: number) => ({
    report: 'r1',
    operation: `00000000-0000-4000-8000-00000000000${n}`,
    recipient: person(recipient),
    provider: 'acs' as const,
  });
  const own = { sourceId: 'aispm', signed: false };
  async function requested(): Promise<ReturnType<typeof newTold>> {
    const told = newTold();
    await told.tell(
      'report.requested',
      {
        report: 'r1',
        reportType: 'ciso',
        actor: person(1),
        recipients: [person(5), person(6)],
        approvalRequired: false,
        period: { from: instantOf(start), to: instantOf(start), zone: 'Europe/London' },
      },
      own,
    );
    return told;
  }
  const bounced = (n: number, recipient: number) => ({
    ...delivery(n, recipient),
    providerEvent: `event-${n}`,
    status: 'bounced' as const,
  });
  const delivered = (n: number, recipient: number) => ({
    ...delivery(n, recipient),
    providerEvent: `event-${n}`,
    deliveredAt: instantOf(start),
  });
  const about = (told: ReturnType<typeof newTold>, recipient: number) =>
    told.finding('report_undelivered', `recipient:${person(recipient)}`, 'report-delivery');

  it('a bounce is a finding about the recipient; another’s delivery does not close it, their own does', async () => {
    const told = await requested();
    const evidence = await told.tell('report.bounced', bounced(1, 5), own);
    expect(await about(told, 5)).toMatchObject({ state: 'open', evidenceIds: [evidence] });
    told.at(start + hour);
    await told.tell('report.delivered', delivered(2, 6), own);
    expect((await about(told, 5)).state).toBe('open');
    told.at(start + 2 * hour);
    await told.tell('report.delivered', delivered(3, 5), own);
    expect(await about(told, 5)).toMatchObject({ state: 'closed', closedAt: instantOf(start + 2 * hour) });
    await told.tell('report.bounced', bounced(4, 5), own);
    expect(await about(told, 5)).toMatchObject({ state: 'open', firstSeen: instantOf(start), count: 2 });
  });

  it('a mail nobody knows the fate of is a finding of its own kind, closed when the provider speaks', async () => {
    const told = await requested();
    const { report, operation, recipient } = delivery(1, 5);
    await told.tell(
      'report.failed',
      { report, operation, recipient, outcome: 'unconfirmed', detail: 'lost' },
      own,
    );
    const unconfirmed = () =>
      told.finding('delivery_unconfirmed', `recipient:${recipient}`, 'report-delivery');
    expect((await unconfirmed()).state).toBe('open');
    expect((await told.posture()).layers.reports.unconfirmed).toBe(1);
    told.at(start + hour);
    await told.tell('report.delivered', delivered(1, 5), own);
    expect((await unconfirmed()).state).toBe('closed');
    expect((await told.posture()).layers.reports).toMatchObject({ unconfirmed: 0, delivered: 1 });
  });
});

describe('an event that can never be folded', () => {
  it('stands in the log, is a finding, changes no state, and does not stop what comes after it', async () => {
    const told = newTold();
    const poison = await told.tell('decision.recorded', unchecked, { unfoldable: 'TypeError' });
    expect((await told.ledger.entries(0, 10))[0]).toMatchObject({ id: poison, unfoldable: 'TypeError' });
    const finding = () => told.finding('evidence_unfoldable', 'tenant:log');
    expect(await finding()).toMatchObject({
      state: 'open',
      severity: 'high',
      evidenceIds: [poison],
      count: 1,
    });
    await expect(told.item('agent', 'builder')).rejects.toThrow('not in the ledger');
    told.at(start + hour);
    await told.tell('decision.recorded', command());
    expect(await told.stateOf('agent', 'builder', control)).toBe('enforced');
    const another = await told.tell('decision.recorded', unchecked, { unfoldable: 'TypeError' });
    expect(await finding()).toMatchObject({ evidenceIds: [poison, another], count: 2 });
    expect((await told.posture()).layers.evidence).toMatchObject({ events: 3, unfoldable: 2 });
  });
});
