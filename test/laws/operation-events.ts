import fc from 'fast-check';

import type { EventName } from '../../schemas/events/types.js';
import { archiveSignOffs, signOffNameSchema } from '../../schemas/sign-offs.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { catalogueVersions } from '../../shared/core/posture/control.js';

/* Evidence about the operation, and what changes the rules that everything is judged by. */

const start = Date.parse('2026-11-02T08:00:00Z');
const psn = (n: number): string => `psn:${String(n).padStart(32, '0')}`;
const digest = 'd'.repeat(64);
const outcome = fc.constantFrom('passed', 'failed' as const);
const someDays = (max: number) => fc.integer({ min: 1, max }).map((d) => instantOf(start + d * day));
const check = fc.record({
  name: fc.constant('log'),
  status: fc.constantFrom('pass', 'blocker'),
  message: fc.constant('as found'),
  evidenceIds: fc.constantFrom([], [digest]),
});

export const operations: readonly [EventName, fc.Arbitrary<unknown>][] = [
  [
    'connector.validated',
    fc.record({
      connector: fc.constantFrom('codex', 'cursor'),
      outcome,
      nonceDigest: fc.constant(digest),
      issuedAt: fc.constant(instantOf(start)),
    }),
  ],
  [
    'tenant.configured',
    fc
      .record({
        revision: fc.integer({ min: 1, max: 9 }),
        change: fc.constantFrom(
          'source',
          'source_requested',
          'source_declined',
          'source_retired',
          'settings',
        ),
        subject: fc.constantFrom('codex', 'cursor'),
        actor: fc.constant(psn(1)),
        approvedBy: fc.constant(psn(2)),
        digest: fc.constant(digest),
      })
      // There is one event of a revision at most, so its settings are a matter of the revision.
      .map((change) => ({
        ...change,
        settings: {
          inventoryFreshDays: change.revision % 2 === 0 ? 1 : 30,
          scoreTarget: 850,
          findingDays: { critical: 7, high: 30, medium: 90, low: 180 },
        },
      })),
  ],
  [
    'isolation.tested',
    fc.record({
      deployment: fc.constant('d1'),
      outcome,
      attempts: fc.constant([{ proof: 'read', request: 'GET', status: 404, passed: true }]),
    }),
  ],
  [
    'deployment.validated',
    fc.record({
      deployment: fc.constant('d1'),
      release: fc.constant('1.0.0'),
      digest: fc.constant(digest),
      outcome,
      checks: fc.array(check, { maxLength: 2 }),
    }),
  ],
  [
    'workflow.exercised',
    fc.record({
      exercise: fc.constant('x1'),
      session: fc.constant('s1'),
      elements: fc.constantFrom(
        [{ element: 'approval', evidenceIds: [digest] }],
        [{ element: 'approval', evidenceIds: [] }],
      ),
    }),
  ],
  [
    'archive.closed',
    fc.record({
      archive: fc.constant('q4'),
      periodEnd: fc.constant(instantOf(start)),
      digest: fc.constant(digest),
      signOffs: fc.constantFrom(
        [],
        archiveSignOffs.map((name) => ({ name, reference: 'approval://a1' })),
      ),
    }),
  ],
  [
    'archive.verified',
    fc.record({
      archive: fc.constant('q4'),
      digest: fc.constant(digest),
      outcome,
      verifiedAt: fc.constant(instantOf(start)),
    }),
  ],
  [
    'signoff.recorded',
    fc.record({
      signOff: fc.constantFrom(...signOffNameSchema.options),
      period: fc.constantFrom('2026-Q3', '2026-Q4', '2027-Q1', '2027-Q2'),
      role: fc.constant('operator'),
      actor: fc.constant(psn(1)),
      notes: fc.constant('checked'),
      evidenceIds: fc.constant([]),
    }),
  ],
  [
    'drill.recorded',
    fc.record({
      drill: fc.constant('restore'),
      startedAt: fc.constant(instantOf(start)),
      endedAt: fc.constant(instantOf(start)),
      outcome,
    }),
  ],
  [
    'packet.submitted',
    fc.record({
      packet: fc.constant('p1'),
      validator: fc.constant('customer'),
      target: fc.constant('production'),
      digest: fc.constant(digest),
      checks: fc.array(check, { maxLength: 2 }),
    }),
  ],
  [
    'incident.opened',
    fc.record({
      incident: fc.constantFrom('i1', 'i2'),
      title: fc.constant('Planted key'),
      severity: fc.constantFrom('low', 'high', 'critical'),
    }),
  ],
  [
    'incident.updated',
    fc.record({
      incident: fc.constantFrom('i1', 'i2'),
      contained: fc.record({ at: someDays(20), how: fc.constant('Key withdrawn') }),
      owner: fc.constant(psn(1)),
    }),
  ],
  [
    'incident.closed',
    fc.record({
      incident: fc.constantFrom('i1', 'i2'),
      outcome: fc.constantFrom('closed', 'false_positive'),
      approvedBy: fc.constant(psn(2)),
    }),
  ],
  [
    'review.completed',
    fc.record({
      review: fc.constantFrom('r1', 'r2'),
      cadence: fc.constant('daily'),
      period: fc.constant('2026-11-01'),
      digest: fc.constant(digest),
      dueAt: someDays(20),
    }),
  ],
  [
    'review.acknowledged',
    fc.record({
      review: fc.constantFrom('r1', 'r2'),
      actor: fc.constant(psn(1)),
      notes: fc.constant('read'),
    }),
  ],
  [
    'readiness.decided',
    fc.record({
      decision: fc.constant('d1'),
      target: fc.constantFrom('trial', 'pilot', 'production'),
      ready: fc.boolean(),
      blockers: fc.constant([]),
      digest: fc.constant(digest),
      position: fc.constant(1),
      actor: fc.constant(psn(1)),
    }),
  ],
  [
    'pilot.proposed',
    fc.record({
      scope: fc.constant({ agents: ['agent-1'], repositories: [], workflows: [], tools: [] }),
      from: fc.constant(instantOf(start)),
      until: someDays(60),
      sponsor: fc.constant(psn(3)),
      goal: fc.constantFrom('less review', 'more speed'),
      measures: fc.constant([]),
      actor: fc.constant(psn(1)),
    }),
  ],
  [
    'response.recorded',
    fc.record({
      control: fc.constantFrom('approvals-separated', 'evidence-signed'),
      from: fc.constant(instantOf(start - day)),
      until: fc.constant(instantOf(start)),
      stance: fc.constantFrom('agrees', 'disagrees'),
      owner: fc.constant(psn(3)),
      done: fc.constant({ at: instantOf(start), evidenceIds: [digest] }),
      cause: fc.constant('one approver'),
      action: fc.constant('two approvers'),
      actor: fc.constant(psn(1)),
      role: fc.constant('operator'),
    }),
  ],
  [
    'catalogue.adopted',
    fc.record({ version: fc.constantFrom(...catalogueVersions), actor: fc.constant(psn(1)) }),
  ],
  [
    'appetite.approved',
    fc.record({
      limits: fc.constantFrom({ K04: { target: 98, limit: 90 } }, { K09: { target: 0, limit: 2 } }),
      setBy: fc.constantFrom('board', 'risk committee'),
      setOn: fc.constant('2026-10-30'),
      expiresAt: someDays(60),
      reason: fc.constant('minutes'),
      actor: fc.constant(psn(1)),
      approvedBy: fc.constant(psn(2)),
    }),
  ],
  [
    'control.overridden',
    fc
      .record({
        control: fc.constantFrom(...catalogue.map((c) => c.id)),
        actor: fc.constant(psn(1)),
        approvedBy: fc.constant(psn(2)),
        reason: fc.constant('not here'),
        expiresAt: someDays(60),
      })
      .chain((override) =>
        fc.constantFrom(
          { ...override, applicable: false },
          {
            ...override,
            applicable: false,
            items: ['agent:agent-1', 'tenant:tenant', 'approval:approval-1'],
          },
          { ...override, weight: 5 },
          { ...override, freshnessHours: 8784 },
        ),
      ),
  ],
];
