import { describe, expect, it } from 'vitest';

import { blockerIdSchema, type BlockerId, type ReadinessTarget } from '../../schemas/readiness.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import { newJourney } from '../../shared/core/projections/journey.js';
import { blockerTexts } from '../../shared/core/readiness/blockers.js';
import { decideReadiness } from '../../shared/core/readiness/decide.js';
import type { GateFacts } from '../../shared/core/readiness/gate-rules.js';
import { wholeFacts } from './whole-facts.js';
import {
  clock,
  critical,
  everything,
  grantOfTrial,
  noPilot,
  onTheWay,
  pilotOf,
  scoreless,
  without,
  withPosture,
} from './whole-gate.js';

const unvalidated = { ...wholeFacts().delivery, validated: null };
const targets: readonly ReadinessTarget[] = ['trial', 'pilot', 'production'];
const fromPilot: readonly ReadinessTarget[] = ['pilot', 'production'];
const production: readonly ReadinessTarget[] = ['production'];
const trial: readonly ReadinessTarget[] = ['trial'];

type Row = [
  title: string,
  facts: GateFacts,
  blockers: Partial<Record<BlockerId, readonly ReadinessTarget[]>>,
];
const rows: readonly Row[] = [
  ['the log does not verify', { ...everything, logVerified: false }, { log_integrity_broken: targets }],
  ['an event could not be folded', withPosture({}, { unfoldable: 1 }), { log_integrity_broken: targets }],
  ['there is no inventory', scoreless('no_inventory'), { insufficient_evidence: targets }],
  [
    'the inventory is stale',
    scoreless('inventory_stale'),
    { insufficient_evidence: trial, evidence_stale: fromPilot },
  ],
  [
    'a critical finding is open',
    withPosture({ 'findings/open/critical': 1 }),
    { critical_finding_open: fromPilot },
  ],
  ['a high finding is open, in time', withPosture({ 'findings/open/high': 3 }), {}],
  [
    'a high finding is overdue',
    withPosture({ 'findings/overdue/high': 1 }),
    { high_finding_overdue: fromPilot },
  ],
  ['a high finding is accepted', withPosture({ 'findings/accepted/high': 1 }), {}],
  [
    'a critical finding is accepted and its time not over',
    withPosture({ 'findings/accepted/critical': 1 }),
    {},
  ],
  [
    'a critical finding is only claimed to be resolved',
    withPosture({ 'findings/resolved/critical': 1 }),
    { critical_finding_open: fromPilot },
  ],
  ...(['blocked', 'missing', 'stale', 'shadowed'] as const).map((state): Row => [
    `a critical control is ${state} for one item of many`,
    critical({ 'control/secret-files/enforced': 99, [`control/secret-files/${state}`]: 1 }),
    { critical_control_unmet: fromPilot },
  ]),
  ['a critical control was never observed', critical({}), { critical_control_unmet: fromPilot }],
  [
    'an agent was not heard from in time',
    withPosture({ 'control/evidence-fresh/stale': 1 }),
    { evidence_stale: fromPilot },
  ],
  [
    'no agent was ever heard from',
    withPosture({ 'control/evidence-fresh/enforced': 0 }),
    { evidence_stale: fromPilot },
  ],
  [
    'no report was ever delivered',
    withPosture({ 'control/report-delivery/enforced': 0 }),
    { report_delivery_unverified: targets },
  ],
  [
    'no validation report arrived',
    without({ delivery: { ...wholeFacts().delivery, validated: null } }),
    { report_delivery_unverified: production },
  ],
  [
    'the last report bounced',
    withPosture({ 'control/report-delivery/enforced': 0, 'control/report-delivery/blocked': 1 }),
    { report_delivery_unverified: targets },
  ],
  [
    'a delivery is unconfirmed',
    withPosture({ 'deliveries/unconfirmed': 1 }),
    { delivery_unconfirmed: fromPilot },
  ],
  ['isolation was never proven', without({ isolation: null }), { tenant_isolation_not_proven: fromPilot }],
  [
    'no connector was ever validated',
    without({ connectors: [{ id: 'runtime', validated: null }] }),
    { missing_live_connector_evidence: production },
  ],
  [
    'no workflow was ever exercised',
    without({ exercise: null }),
    { runtime_workflow_synthetic_only: production },
  ],
  [
    'the deployment was never validated',
    without({ deployment: null }),
    { deployment_not_validated: production },
  ],
  ['the archive was never closed', without({ archive: null }), { ga_archive_not_closed: production }],
  ['nobody asked for trial access', onTheWay({ grants: {} }), { trial_access_not_approved: trial }],
  [
    'the trial waits for approval',
    onTheWay({ grants: { g1: { ...grantOfTrial, state: 'requested' } } }),
    { trial_access_not_approved: trial },
  ],
  [
    'the trial was revoked',
    onTheWay({ grants: { g1: { ...grantOfTrial, state: 'revoked' } } }),
    { trial_access_not_approved: trial },
  ],
  [
    'the trial is over',
    onTheWay({ grants: { g1: { ...grantOfTrial, until: clock } } }),
    { trial_access_not_approved: trial },
  ],
  ['a lab left no evidence', onTheWay({ seen: {} }), { labs_incomplete: trial }],
  ['no pilot is proposed', noPilot, { pilot_scope_missing: ['pilot'] }],
  [
    'the pilot is over',
    onTheWay({ pilot: { ...pilotOf, until: clock } }),
    { pilot_scope_missing: ['pilot'] },
  ],
  ['it is a rehearsal', { ...everything, rehearsal: true }, { rehearsal_environment: targets }],
];

/** What only a trial or a pilot is asked. */
const own: readonly string[] = ['trial_access_not_approved', 'labs_incomplete', 'pilot_scope_missing'];
const ofProduction = blockerIdSchema.options.filter((id) => !own.includes(id));

describe('the gate', () => {
  it('says ready where every fact is present and the environment is production', () => {
    for (const target of targets) {
      const { ready, blockers, checks } = decideReadiness(target, everything);
      expect(blockers).toEqual([]);
      expect(ready).toBe(true);
      expect(checks.map((c) => c.status)).toEqual(checks.map(() => 'pass'));
    }
  });

  for (const [title, facts, expected] of rows)
    for (const target of targets) {
      const ids = Object.entries(expected)
        .filter(([, at]) => at.includes(target))
        .map(([id]) => id);
      it(`when ${title}: ${target} is ${ids.length === 0 ? 'not blocked' : `blocked by ${ids.join(' and ')}`}`, () => {
        const { ready, blockers, checks } = decideReadiness(target, facts);
        expect(blockers.map((b) => b.id)).toEqual(ids);
        expect(ready).toBe(ids.length === 0);
        expect(checks.filter((c) => c.status === 'blocker').map((c) => c.name)).toEqual(ids);
      });
    }

  it('is never ready without a score, and names why once', () => {
    for (const notObserved of ['no_inventory', 'inventory_stale', 'nothing_in_scope'] as const)
      for (const target of targets)
        for (const fresh of [0, 2]) {
          const { posture } = scoreless(notObserved);
          const evidence = { ...posture.layers.evidence, fresh, freshOf: fresh };
          const layers = { ...posture.layers, evidence };
          const { ready, blockers } = decideReadiness(target, {
            ...everything,
            posture: { ...posture, layers },
          });
          expect([notObserved, target, ready, blockers.length]).toEqual([notObserved, target, false, 1]);
        }
  });

  it('knows no blocker that no missing fact brings about', () => {
    const proven = new Set(rows.flatMap(([, , expected]) => Object.keys(expected)));
    expect(proven).toEqual(new Set(blockerIdSchema.options));
  });

  it('with nothing known, every blocker that only absence brings about stands', () => {
    const nothing: GateFacts = {
      posture: postureOf('harbour', { id: 'summary', kind: 'summary', counts: {}, totals: {} }),
      packets: [],
      journey: newJourney,
      logVerified: false,
      rehearsal: true,
      added: [],
      evidenceIds: {},
    };
    const { ready, blockers } = decideReadiness('production', nothing);
    expect(ready).toBe(false);
    const bySomething = [
      'critical_finding_open',
      'high_finding_overdue',
      'delivery_unconfirmed',
      'evidence_stale',
    ];
    const expected = ofProduction.filter((id) => !bySomething.includes(id));
    expect(new Set(blockers.map((b) => b.id))).toEqual(new Set(expected));
  });

  it('asks of a pilot all it asks of a trial, and of production all it asks of a pilot, but for their own steps', () => {
    const names = (target: ReadinessTarget) => decideReadiness(target, everything).checks.map((c) => c.name);
    for (const name of names('trial')) if (!own.includes(name)) expect(names('pilot')).toContain(name);
    for (const name of names('pilot')) if (!own.includes(name)) expect(names('production')).toContain(name);
    expect(new Set(names('production'))).toEqual(new Set(ofProduction));
  });

  it('says of each blocker why it blocks, what removes it, who can, and what shows it', () => {
    for (const id of blockerIdSchema.options)
      for (const text of Object.values(blockerTexts[id])) expect(text.length).toBeGreaterThan(3);
    const evidenceId = 'a'.repeat(64);
    const facts = {
      ...withPosture({ 'findings/open/critical': 1 }),
      evidenceIds: { critical_finding_open: [evidenceId] },
    };
    expect(decideReadiness('pilot', facts).blockers).toMatchObject([
      { id: 'critical_finding_open', ...blockerTexts.critical_finding_open, evidenceIds: [evidenceId] },
    ]);
  });
});

describe('what a blocker means', () => {
  it('covers a delivery that arrived and was never validated: production asks for more than the last mail', () => {
    const { blockers } = decideReadiness('production', without({ delivery: unvalidated }));
    expect(blockers.map(({ id }) => id)).toEqual(['report_delivery_unverified']);
    expect(blockers[0]?.meaning).toContain('while no delivery validation shows');
  });

  it('covers a tenant that is not configured, and says where to read what removes that', () => {
    const { tenant } = wholeFacts();
    const { blockers } = decideReadiness('production', without({ tenant: { ...tenant, approvers: 1 } }));
    expect(blockers.map(({ id }) => id)).toEqual(['deployment_not_validated']);
    expect(blockers[0]?.meaning).toContain('the tenant is not configured');
    expect(blockers[0]?.resolution).toContain('What the tenant lacks, the plan names');
  });
});
