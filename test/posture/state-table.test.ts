import { describe, expect, it } from 'vitest';

import type { EventData } from '../../schemas/events/types.js';
import { instantOf, hour, minute } from '../../shared/core/kernel/time.js';
import { judgeApproval } from '../../shared/core/posture/approval-states.js';
import { decisionState, isHighRisk } from '../../shared/core/posture/decision-state.js';
import { defaultConfig } from '../../shared/core/posture/settle.js';
import type { Config } from '../../shared/core/projections/config.js';
import type { Approval } from '../../shared/core/projections/documents.js';
import { factOf } from '../../shared/core/projections/actions.js';
import { command, newTold, person, start } from './told.js';

/*
 * The design's table decision × mode × risk, row by row: once by the pure function, once through the fold of the events
 * themselves. `ranAt` is the instant of the action; approvals are told in minutes around it.
 */

const ranAt = start + 6 * hour;
const control = 'destructive-commands';

type Answer = {
  requestedBy: number;
  by: number;
  /** Minutes after the action at which it was decided, and at which the request ran out. */
  decided: number;
  expires?: number;
  outcome?: 'approved' | 'denied';
  breakGlass?: boolean;
  reviewedBy?: number;
};
type Published = { mode: 'enforce' | 'shadow'; rule?: string; controls?: string[]; version?: string };
type Row = {
  title: string;
  data: Partial<EventData<'decision.recorded'>>;
  answer?: Answer;
  published?: Published;
  state: string;
};

const byAnother: Answer = { requestedBy: 1, by: 2, decided: -10 };
const asked = { decision: 'require_approval', ran: true, approval: 'a1' } as const;
const attested = { decision: 'allow_with_attestation', ran: true, attestation: 'approval://a1' } as const;
const allowed = { decision: 'allow', ran: true } as const;
const enforcing: Published = { mode: 'enforce' };

const highRisk: readonly Row[] = [
  { title: 'block', data: { decision: 'block' }, state: 'enforced' },
  { title: 'block that did not hold', data: { decision: 'block', ran: true }, state: 'missing' },
  { title: 'approval asked, not run', data: { ...asked, ran: false }, state: 'enforced' },
  {
    title: 'approval asked and denied, not run',
    data: { ...asked, ran: false },
    answer: { ...byAnother, outcome: 'denied' },
    state: 'enforced',
  },
  { title: 'run after approval by another', data: asked, answer: byAnother, state: 'enforced' },
  { title: 'run without approval', data: asked, state: 'missing' },
  {
    title: 'run without naming its approval',
    data: { decision: 'require_approval', ran: true },
    answer: byAnother,
    state: 'missing',
  },
  {
    title: 'run after approval by the requester',
    data: asked,
    answer: { ...byAnother, by: 1 },
    state: 'missing',
  },
  {
    title: 'run after a denial',
    data: asked,
    answer: { ...byAnother, outcome: 'denied' },
    state: 'missing',
  },
  { title: 'approved after the run', data: asked, answer: { ...byAnother, decided: 5 }, state: 'missing' },
  {
    title: 'approved after the request ran out',
    data: asked,
    answer: { ...byAnother, expires: -20 },
    state: 'missing',
  },
  {
    title: 'run after the approval ran out',
    data: asked,
    answer: { ...byAnother, expires: -5 },
    state: 'missing',
  },
  {
    title: 'break-glass not reviewed',
    data: asked,
    answer: { ...byAnother, breakGlass: true },
    state: 'missing',
  },
  {
    title: 'break-glass reviewed by a third person',
    data: asked,
    answer: { ...byAnother, breakGlass: true, reviewedBy: 3 },
    state: 'enforced',
  },
  { title: 'allow under a published rule', data: allowed, published: enforcing, state: 'enforced' },
  { title: 'allow outside any policy', data: allowed, state: 'missing' },
  { title: 'allow under a shadow policy', data: allowed, published: { mode: 'shadow' }, state: 'missing' },
  {
    title: 'allow under another version',
    data: allowed,
    published: { mode: 'enforce', version: '2' },
    state: 'missing',
  },
  {
    title: 'allow under another rule',
    data: allowed,
    published: { mode: 'enforce', rule: 'files' },
    state: 'missing',
  },
  {
    title: 'allow under a rule for another control',
    data: allowed,
    published: { mode: 'enforce', controls: ['secret-files'] },
    state: 'missing',
  },
  { title: 'attestation that resolves', data: attested, answer: byAnother, state: 'enforced' },
  { title: 'attestation that leads nowhere', data: attested, state: 'missing' },
  {
    title: 'attestation that leads to a denial',
    data: attested,
    answer: { ...byAnother, outcome: 'denied' },
    state: 'missing',
  },
  {
    title: 'attestation outside the log',
    data: { ...attested, attestation: 'https://example.com/a1' },
    answer: byAnother,
    state: 'missing',
  },
  {
    title: 'allowed with attestation, none given',
    data: { decision: 'allow_with_attestation', ran: true },
    state: 'missing',
  },
  { title: 'warn', data: { decision: 'warn', ran: true }, state: 'shadowed' },
  { title: 'audit only', data: { decision: 'audit_only', ran: true }, state: 'shadowed' },
];

const decisions = [
  'allow',
  'warn',
  'block',
  'require_approval',
  'allow_with_attestation',
  'audit_only',
] as const;
const shadow: readonly Row[] = decisions.map((decision) => ({
  title: `${decision} in shadow mode`,
  data: { decision, mode: 'shadow', approval: 'a1', attestation: 'approval://a1' },
  answer: byAnother,
  published: enforcing,
  state: 'shadowed',
}));

async function throughFold({ data, answer, published }: Row): Promise<ReturnType<typeof newTold>> {
  const told = newTold();
  told.at(ranAt);
  await told.tell('decision.recorded', command(data));
  told.at(ranAt + hour);
  if (answer) {
    const { breakGlass = false, expires = 60 } = answer;
    const time = ranAt + answer.decided * minute;
    await told.tell(
      'approval.requested',
      {
        approval: 'a1',
        requestedBy: person(answer.requestedBy),
        expiresAt: instantOf(ranAt + expires * minute),
        breakGlass,
      },
      { time: ranAt - 30 * minute },
    );
    await told.tell(
      'approval.decided',
      { approval: 'a1', outcome: answer.outcome ?? 'approved', decidedBy: person(answer.by) },
      { time },
    );
    if (answer.reviewedBy !== undefined)
      await told.tell(
        'breakglass.reviewed',
        { approval: 'a1', reviewedBy: person(answer.reviewedBy), outcome: 'justified' },
        { time: ranAt + 30 * minute },
      );
  }
  if (published) await told.tell('policy.published', policyOf(published));
  await told.passTo(ranAt + 2 * hour);
  return told;
}

const policyOf = ({ mode, rule = 'commands', controls = [control], version = '1' }: Published) => ({
  policy: 'baseline',
  version,
  mode,
  rules: [{ rule, controls }],
});

function byFunction({ data, answer, published }: Row, highRiskControl: boolean): string {
  const stamp = (minutes: number, id: string) => ({ time: instantOf(ranAt + minutes * minute), id });
  const fact = factOf(command(data), stamp(0, 'e1'), true);
  return decisionState(
    fact,
    { id: control, highRisk: highRiskControl },
    published ? configWith(published) : defaultConfig,
    (name) => (name === 'a1' && answer ? approvalWith(answer, stamp) : null),
  );
}

function configWith(published: Published): Config {
  const { version, mode, rules } = policyOf(published);
  const at = { time: instantOf(ranAt), id: 'p1' };
  return {
    ...defaultConfig,
    policies: {
      [`baseline@${version}`]: {
        at,
        mode,
        rules: Object.fromEntries(rules.map((r) => [r.rule, r.controls])),
      },
    },
  };
}

function approvalWith(
  { requestedBy, by, decided, expires = 60, outcome = 'approved', breakGlass = false, reviewedBy }: Answer,
  stamp: (minutes: number, id: string) => { time: string; id: string },
): Approval {
  const approval: Approval = {
    id: 'approval:a1',
    kind: 'approval',
    name: 'a1',
    dependents: [],
    status: 'unrequested',
    states: {},
    failing: [],
    findings: {},
    words: [],
    rank: '',
    requested: {
      ...stamp(-30, 'r1'),
      by: person(requestedBy),
      expiresAt: instantOf(ranAt + expires * minute),
      breakGlass,
    },
    decided: { ...stamp(decided, 'd1'), outcome, by: person(by), breakGlass: false },
    ...(reviewedBy === undefined
      ? {}
      : { reviewed: { ...stamp(30, 'v1'), by: person(reviewedBy), outcome: 'justified' as const } }),
  };
  return { ...approval, ...judgeApproval(approval, defaultConfig, instantOf(ranAt + 2 * hour)) };
}

describe('evidence for a high-risk action', () => {
  for (const row of [...highRisk, ...shadow]) {
    it(`${row.title}: ${row.state}`, async () => {
      expect(byFunction(row, true)).toBe(row.state);
      const told = await throughFold(row);
      expect(await told.stateOf('agent', 'builder', control)).toBe(row.state);
      // What is missing is a finding too, and what is enforced is none.
      const found = (await told.findings()).find((finding) => finding.control === control);
      expect(found?.state).toBe(row.state === 'enforced' ? found && 'closed' : 'open');
    });
  }

  it('every decision stands in the table, in both modes', () => {
    for (const mode of ['enforce', 'shadow'])
      expect(
        new Set(
          [...highRisk, ...shadow]
            .filter((r) => (r.data.mode ?? 'enforce') === mode)
            .map((r) => r.data.decision),
        ),
      ).toEqual(new Set(decisions));
  });

  it('an action is high-risk by its severity, by a risk of its own, or because the control says so', () => {
    const fact = (change: Partial<EventData<'decision.recorded'>>) =>
      factOf(command({ severity: 'low', risks: [], ...change }), { time: instantOf(ranAt), id: 'e1' }, true);
    expect(isHighRisk(fact({}), false)).toBe(false);
    expect(isHighRisk(fact({ severity: 'medium' }), false)).toBe(false);
    expect(isHighRisk(fact({ severity: 'high' }), false)).toBe(true);
    expect(isHighRisk(fact({ severity: 'critical' }), false)).toBe(true);
    expect(isHighRisk(fact({ risks: ['egress'] }), false)).toBe(true);
    expect(isHighRisk(fact({}), true)).toBe(true);
  });
});

describe('evidence for any other action', () => {
  const low = { severity: 'low', risks: [] } satisfies Row['data'];
  const rows: readonly Row[] = [
    ...(['allow', 'warn', 'block', 'require_approval', 'allow_with_attestation'] as const).map(
      (decision) => ({
        title: decision,
        data: { ...low, decision },
        state: 'enforced',
      }),
    ),
    { title: 'audit_only', data: { ...low, decision: 'audit_only' }, state: 'shadowed' },
    ...decisions.map((decision) => ({
      title: `${decision} in shadow mode`,
      data: { ...low, decision, mode: 'shadow' as const },
      state: 'shadowed',
    })),
  ];
  for (const row of rows) {
    it(`${row.title}: ${row.state}, where the control demands no more`, async () => {
      expect(byFunction(row, false)).toBe(row.state);
      const told = newTold();
      await told.tell('decision.recorded', command(row.data));
      expect(await told.stateOf('agent', 'builder', 'commands-evaluated')).toBe(row.state);
    });
  }

  it('a warning is not enough for a control that calls the action high-risk', () => {
    expect(byFunction({ title: '', data: { ...low, decision: 'warn' }, state: '' }, true)).toBe('shadowed');
  });
});
