import { describe, expect, it } from 'vitest';

import type { Packet } from '../../schemas/packets.js';
import type { Plan } from '../../schemas/plan.js';
import { planSchema } from '../../schemas/plan.js';
import { newJourney } from '../../shared/core/projections/journey.js';
import { decideReadiness } from '../../shared/core/readiness/decide.js';
import type { GateFacts } from '../../shared/core/readiness/gate-rules.js';
import { planOf } from '../../shared/core/readiness/plan.js';
import type { ReadinessTarget } from '../../schemas/readiness.js';
import { wholeFacts } from './whole-facts.js';
import { everything, noPilot, packetsOf, posture } from './whole-gate.js';

/*
 * The plan against the gate: doing everything that it lists makes the decision ready, and leaving any one thing out does
 * not. What doing an item comes to is one change of the facts, by its blocker and its check.
 */

const { delivery } = wholeFacts();
const nothingShown = packetsOf({
  connectors: [{ id: 'runtime', validated: null }],
  isolation: null,
  deployment: null,
  archive: null,
  exercise: null,
  tenant: { sample: false, keyedSources: 0, recipients: 0, approvers: 0, packetDays: 7 },
  delivery: {
    ...delivery,
    validated: null,
    sent: { intents: 0, settled: 0 },
    retried: null,
    escalated: null,
    redaction: null,
  },
});
/** Everything that can be in the way is, each for a reason of its own. */
const bad = posture(
  {
    'findings/open/critical': 1,
    'findings/overdue/high': 1,
    'control/secret-files/missing': 1,
    'control/evidence-fresh/stale': 1,
    'control/report-delivery/enforced': 0,
    'deliveries/unconfirmed': 1,
  },
  {},
);
const blocked: GateFacts = {
  ...everything,
  posture: { ...bad, score: { ...bad.score, tenths: null, notObserved: 'nothing_in_scope' } },
  packets: nothingShown,
  journey: newJourney,
  logVerified: false,
  rehearsal: true,
};

/** A packet in which one check is as it is when everything is there. */
function mended(packets: readonly Packet[], check: string): Packet[] {
  const whole = everything.packets.flatMap(({ checks }) => checks).find(({ name }) => name === check);
  if (whole === undefined) throw new Error(`no validator knows ${check}`);
  return packets.map((packet) => ({
    ...packet,
    checks: packet.checks.map((one) => (one.name === check ? whole : one)),
  }));
}
type Change = (facts: GateFacts) => GateFacts;
const layers =
  (change: (l: GateFacts['posture']['layers']) => GateFacts['posture']['layers']): Change =>
  (f) => ({
    ...f,
    posture: { ...f.posture, layers: change(f.posture.layers) },
  });
const controls =
  (id: string): Change =>
  (f) => ({
    ...f,
    posture: {
      ...f.posture,
      controls: f.posture.controls.map((c) => (c.id === id ? { ...c, state: 'enforced' as const } : c)),
    },
  });
const whole = everything.posture.layers;
const done: Record<string, Change> = {
  log_integrity_broken: (f) => ({ ...f, logVerified: true }),
  insufficient_evidence: (f) => ({ ...f, posture: { ...f.posture, score: everything.posture.score } }),
  critical_finding_open: layers((l) => ({ ...l, findings: { ...l.findings, open: whole.findings.open } })),
  high_finding_overdue: layers((l) => ({
    ...l,
    findings: { ...l.findings, overdue: whole.findings.overdue },
  })),
  critical_control_unmet: controls('secret-files'),
  evidence_stale: layers((l) => ({ ...l, evidence: whole.evidence })),
  report_delivery_unverified: controls('report-delivery'),
  delivery_unconfirmed: layers((l) => ({ ...l, reports: whole.reports })),
  trial_access_not_approved: (f) => ({ ...f, journey: { ...f.journey, grants: everything.journey.grants } }),
  labs_incomplete: (f) => ({ ...f, journey: { ...f.journey, seen: everything.journey.seen } }),
  pilot_scope_missing: (f) => {
    const { pilot } = everything.journey;
    return pilot === undefined ? f : { ...f, journey: { ...f.journey, pilot } };
  },
  rehearsal_environment: (f) => ({ ...f, rehearsal: false }),
};
function apply(items: Plan['items'], facts: GateFacts): GateFacts {
  return items.reduce((before, { blocker, check }) => {
    if (check !== null) return { ...before, packets: mended(before.packets, check) };
    const change = done[blocker];
    if (change === undefined) throw new Error(`nothing is known to do about ${blocker}`);
    return change(before);
  }, facts);
}
const plan = (target: ReadinessTarget, facts: GateFacts): Plan['items'] =>
  planOf(decideReadiness(target, facts), target, facts.packets);
const targets = ['trial', 'pilot', 'production'] as const;

describe('the plan', () => {
  it.each(targets)(
    'for %s, done whole, makes the decision ready; any one item left out, it is not',
    (target) => {
      const items = plan(target, blocked);
      expect(items.length).toBeGreaterThan(target === 'production' ? 30 : 4);
      expect(decideReadiness(target, apply(items, blocked)).ready).toBe(true);
      for (const left of items) {
        const others = items.filter((item) => item !== left);
        const facts = apply(others, blocked);
        expect([left.blocker, left.check, decideReadiness(target, facts).ready]).toEqual([
          left.blocker,
          left.check,
          false,
        ]);
        expect(plan(target, facts)).toMatchObject([{ blocker: left.blocker, check: left.check, order: 1 }]);
      }
    },
  );

  it('comes in order, each item with what was found, what to do, by whom, and what it leaves', () => {
    const items = plan('production', blocked);
    expect(items.map(({ order }) => order)).toEqual(items.map((_, n) => n + 1));
    expect([items[0]?.blocker, items.at(-1)?.blocker]).toEqual([
      'log_integrity_broken',
      'rehearsal_environment',
    ]);
    const at = (blocker: string): number => items.findIndex((item) => item.blocker === blocker);
    // A connector before what arrives through it; the archive after everything that stands in it.
    expect(at('missing_live_connector_evidence')).toBeLessThan(at('runtime_workflow_synthetic_only'));
    expect(at('ga_archive_not_closed')).toBeGreaterThan(at('deployment_not_validated'));
    for (const { found, action, owner } of items)
      for (const text of [found, action, owner]) expect(text.length).toBeGreaterThan(3);
    const { asOf, position } = blocked.posture;
    planSchema.parse({ target: 'production', asOf, position, ready: false, items });
  });

  it('is empty where the decision is ready', () => {
    for (const target of targets) expect(plan(target, everything)).toEqual([]);
    expect(plan('pilot', noPilot)).toHaveLength(1);
  });

  it('lists a check that the tenant added, in the tenant’s words', () => {
    const check = {
      name: 'board_asks',
      title: 'What the board asks',
      resolution: 'Do as the board asks.',
      owner: 'CISO',
      targets: [...targets],
      requires: { kind: 'score' as const, atLeast: 1000 },
    };
    const facts = { ...blocked, added: [check] };
    expect(plan('production', facts).at(-2)).toMatchObject({
      blocker: 'tenant:board_asks',
      action: 'Do as the board asks.',
      owner: 'CISO',
    });
  });
});
