import { describe, expect, it } from 'vitest';

import type { TenantCheck } from '../../schemas/readiness-settings.js';
import type { ReadinessTarget } from '../../schemas/readiness.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { withGateDecision, type Journey } from '../../shared/core/projections/journey.js';
import { decideReadiness, policyOf } from '../../shared/core/readiness/decide.js';
import type { GateFacts } from '../../shared/core/readiness/gate-rules.js';
import { start } from '../posture/told.js';
import { everything, scoreless, underWay, without, withPosture } from './whole-gate.js';

const targets: readonly ReadinessTarget[] = ['trial', 'pilot', 'production'];
/** Facts that block each in its own way. */
const blocked: readonly GateFacts[] = [
  withPosture({ 'findings/open/critical': 1 }),
  scoreless('no_inventory'),
  without({ isolation: null }),
  { ...everything, rehearsal: true },
];

describe('a blocker', () => {
  it('says since when every recorded decision on the target has named a blocker', () => {
    const decided = (days: number, blockers: string[]) => (journey: Journey) =>
      withGateDecision(
        journey,
        {
          decision: 'd',
          target: 'pilot',
          ready: false,
          blockers,
          digest: 'd'.repeat(64),
          position: 1,
          actor: 'p',
        },
        { time: instantOf(start + days * day), id: String(days).padStart(64, '0') },
      );
    const since = (...decisions: ReturnType<typeof decided>[]) => {
      const journey = decisions.reduce((before, next) => next(before), underWay);
      const facts = { ...withPosture({ 'findings/open/critical': 1 }), journey };
      return ['pilot' as const, 'production' as const].map(
        (target) => decideReadiness(target, facts).blockers[0]?.since,
      );
    };
    const [on, off] = [['critical_finding_open'], []];
    expect(since()).toEqual([null, null]);
    expect(since(decided(1, off), decided(2, on), decided(3, on))).toEqual([
      instantOf(start + 2 * day),
      null,
    ]);
    expect(since(decided(1, on), decided(2, off), decided(3, on))).toEqual([
      instantOf(start + 3 * day),
      null,
    ]);
    expect(since(decided(1, on), decided(2, off))).toEqual([null, null]);
  });
});

describe('a check that the tenant added', () => {
  const check = (
    requires: TenantCheck['requires'],
    targets: TenantCheck['targets'] = ['pilot'],
  ): TenantCheck => ({
    name: 'board_asks',
    title: 'What the board asks',
    resolution: 'Do as the board asks.',
    owner: 'CISO',
    targets,
    requires,
  });
  const failing: readonly [string, TenantCheck['requires'], GateFacts][] = [
    [
      'a control that is not enforced',
      { kind: 'control', control: 'mcp-writes' },
      withPosture({ 'control/mcp-writes/missing': 1 }),
    ],
    ['a control that nobody knows', { kind: 'control', control: 'moon-phase' }, everything],
    ['a higher score', { kind: 'score', atLeast: 990 }, withPosture({ 'control/mcp-writes/missing': 9 })],
    ['a score where there is none', { kind: 'score', atLeast: 0 }, scoreless('no_inventory')],
    [
      'fewer findings',
      { kind: 'findings', severity: 'low', atMost: 1 },
      withPosture({ 'findings/open/low': 2 }),
    ],
  ];
  it.each(failing)('blocks its targets, with the tenant’s own words: %s', (_, requires, facts) => {
    const added = [check(requires)];
    const before = decideReadiness('pilot', facts).blockers;
    const after = decideReadiness('pilot', { ...facts, added });
    expect(after.blockers.slice(0, -1)).toEqual(before);
    expect(after.blockers.at(-1)).toMatchObject({
      id: 'tenant:board_asks',
      title: 'What the board asks',
      resolution: 'Do as the board asks.',
      owner: 'CISO',
    });
    expect(after.ready).toBe(false);
    expect(decideReadiness('production', { ...facts, added })).toEqual(decideReadiness('production', facts));
  });

  it('holds where it holds, and takes none of the gate’s own checks away', () => {
    const added = [
      check({ kind: 'control', control: 'secret-files' }, [...targets]),
      check({ kind: 'score', atLeast: 1000 }, [...targets]),
      check({ kind: 'findings', severity: 'critical', atMost: 0 }, [...targets]),
    ];
    expect(decideReadiness('production', { ...everything, added }).ready).toBe(true);
    for (const facts of blocked)
      for (const target of targets) {
        const own = decideReadiness(target, facts).blockers;
        expect(decideReadiness(target, { ...facts, added }).blockers).toEqual(expect.arrayContaining(own));
      }
  });

  it('is part of the policy that a signed summary names', () => {
    const added = [check({ kind: 'score', atLeast: 900 })];
    expect(policyOf('pilot', added)).not.toEqual(policyOf('pilot'));
    expect(policyOf('pilot', added).rules).toEqual(policyOf('pilot').rules);
  });
});
