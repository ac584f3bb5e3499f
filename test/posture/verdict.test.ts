import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type ControlState, type ControlSummary, type Posture } from '../../schemas/posture.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { verdictOf } from '../../shared/core/posture/verdict.js';

import { allEnforced, controlsWith, scored } from './counted.js';

describe('the verdict, first rule that fires', () => {
  type Case = {
    title: string;
    controls?: ControlSummary[];
    score?: Partial<Posture['score']>;
    open?: number;
    claimed?: number;
    overdueHigh?: number;
    unfoldable?: number;
    unconfirmed?: number;
    verdict: Posture['verdict'];
    reason?: RegExp;
  };
  const state = (which: string, counts: Partial<Record<ControlState, number>>): ControlSummary[] =>
    controlsWith((id) => (id === which ? counts : { enforced: 1 }));
  const cases: readonly Case[] = [
    { title: 'all is well', verdict: 'on_target' },
    { title: 'a critical finding', open: 1, verdict: 'off_target', reason: /^1 critical finding open$/ },
    {
      title: 'a critical control missing',
      controls: state('secret-files', { missing: 1, enforced: 999 }),
      verdict: 'off_target',
      reason: /Secret files protected is missing/,
    },
    {
      title: 'a critical control blocked',
      controls: state('secret-files', { blocked: 1, enforced: 999 }),
      verdict: 'off_target',
    },
    {
      title: 'a critical finding is said even when the score is not observed',
      open: 2,
      score: { tenths: null, notObserved: 'no_inventory' },
      verdict: 'off_target',
      reason: /^2 critical findings open$/,
    },
    {
      title: 'no inventory',
      score: { tenths: null, notObserved: 'no_inventory' },
      verdict: 'not_enough_evidence',
      reason: /no inventory/,
    },
    {
      title: 'an overdue finding does not hide that too little is known',
      score: { tenths: null, notObserved: 'inventory_stale' },
      overdueHigh: 3,
      verdict: 'not_enough_evidence',
    },
    {
      title: 'less than four fifths of the weight observed',
      controls: controlsWith((id) => (id.endsWith('s') ? {} : { enforced: 1 })),
      verdict: 'not_enough_evidence',
      reason: /of 36 controls are observed/,
    },
    {
      title: 'more than ten points below the target',
      score: { tenths: 749 },
      verdict: 'off_target',
      reason: /below its limit/,
    },
    { title: 'ten points below the target', score: { tenths: 750 }, verdict: 'needs_attention' },
    {
      title: 'just below the target',
      score: { tenths: 849 },
      verdict: 'needs_attention',
      reason: /below its target/,
    },
    { title: 'at the target', score: { tenths: 850 }, verdict: 'on_target' },
    {
      title: 'a control that cannot operate',
      controls: state('mcp-registered', { blocked: 1, enforced: 999 }),
      verdict: 'needs_attention',
      reason: /cannot operate/,
    },
    {
      title: 'a critical finding that someone only claims to be resolved',
      claimed: 1,
      verdict: 'off_target',
      reason: /1 critical finding claimed resolved/,
    },
    {
      title: 'a high finding overdue',
      overdueHigh: 1,
      verdict: 'needs_attention',
      reason: /1 high finding overdue/,
    },
    {
      title: 'an event not folded',
      unfoldable: 1,
      verdict: 'needs_attention',
      reason: /could not be folded/,
    },
    {
      title: 'a delivery unconfirmed',
      unconfirmed: 2,
      verdict: 'needs_attention',
      reason: /2 deliveries unconfirmed/,
    },
  ];
  const judge = ({
    controls = allEnforced,
    score = {},
    open = 0,
    claimed = 0,
    overdueHigh = 0,
    unfoldable = 0,
    unconfirmed = 0,
  }: Omit<Case, 'title' | 'verdict'>) => {
    const none = { critical: 0, high: 0, medium: 0, low: 0 };
    return verdictOf(
      { ...scored(controls), ...score },
      controls,
      {
        open: { ...none, critical: open },
        claimed: { ...none, critical: claimed },
        overdue: { ...none, high: overdueHigh },
      },
      { unfoldable, unconfirmed },
    );
  };
  for (const { title, verdict, reason, ...given } of cases) {
    it(`${title}: ${verdict.replaceAll('_', ' ')}`, () => {
      const said = judge(given);
      expect(said.verdict).toBe(verdict);
      if (verdict === 'on_target') expect(said.reasons).toEqual([]);
      else expect(said.reasons.length).toBeGreaterThan(0);
      if (reason) expect(said.reasons[0]).toMatch(reason);
    });
  }

  it('a critical finding or a blocked control forbids a favourable verdict, whatever the score', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(...catalogue.map((c) => c.id)),
        fc.boolean(),
        fc.integer({ min: 0, max: 1000 }),
        (open, id, blocked, tenths) => {
          fc.pre(open > 0 || blocked);
          const controls = blocked ? state(id, { blocked: 1, enforced: 10_000 }) : allEnforced;
          expect(judge({ controls, open, score: { tenths } }).verdict).not.toBe('on_target');
        },
      ),
    );
  });
});
