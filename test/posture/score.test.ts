import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { postureSchema, type ControlSummary } from '../../schemas/posture.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { catalogue } from '../../shared/core/posture/catalogue.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import { scoreOf, scoreTenths } from '../../shared/core/posture/score.js';
import { command, newTold, person, start } from './told.js';

import { allEnforced, controlsWith, inventoryAt, now, scored, settings, states } from './counted.js';

type Fraction = { n: bigint; d: bigint };
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const plus = (a: Fraction, b: Fraction): Fraction => {
  const n = a.n * b.d + b.n * a.d;
  const d = a.d * b.d;
  const g = gcd(n, d);
  return { n: n / g, d: d / g };
};

describe('the score', () => {
  it('is the weighted mean of enforced shares, in tenths of a point, rounded half up from exact fractions', () => {
    const control = fc
      .record({ weight: fc.integer({ min: 1, max: 100 }), inScope: fc.nat(5000), share: fc.nat(5000) })
      .map(({ weight, inScope, share }) => ({
        weight,
        inScope,
        counts: { enforced: inScope === 0 ? 0 : share % (inScope + 1) } as ControlSummary['counts'],
      }));
    fc.assert(
      fc.property(fc.array(control, { maxLength: 40 }), (controls) => {
        const observed = controls.filter((c) => c.inScope > 0);
        const weights = observed.reduce((sum, c) => sum + BigInt(c.weight), 0n);
        const sum = observed.reduce<Fraction>(
          (total, c) =>
            plus(total, { n: BigInt(c.weight) * BigInt(c.counts.enforced), d: BigInt(c.inScope) }),
          { n: 0n, d: 1n },
        );
        const tenths = scoreTenths(controls);
        if (weights === 0n) {
          expect(tenths).toBeNull();
          return;
        }
        // tenths is the greatest whole number at or below 1000 × score + ½.
        const doubled = plus({ n: 2000n * sum.n, d: sum.d * weights }, { n: 1n, d: 1n });
        const whole = BigInt(tenths ?? -1);
        expect(2n * whole * doubled.d <= doubled.n && doubled.n < 2n * (whole + 1n) * doubled.d).toBe(true);
        expect(whole >= 0n && whole <= 1000n).toBe(true);
      }),
    );
  });

  it('rounds exactly half a tenth up, and anything less down', () => {
    const one = (enforced: number, inScope: number) =>
      scoreTenths([{ weight: 1, inScope, counts: { enforced } as ControlSummary['counts'] }]);
    expect(one(1, 2000)).toBe(1);
    expect(one(1, 2001)).toBe(0);
    expect(one(1999, 2000)).toBe(1000);
    expect(one(2000, 2001)).toBe(1000);
    expect(one(1, 3)).toBe(333);
    expect(one(2, 3)).toBe(667);
    expect(one(0, 7)).toBe(0);
    expect(one(7, 7)).toBe(1000);
  });

  it('gives weight to controls, not to how many items each has', () => {
    const some = controlsWith((id) =>
      id === 'destructive-commands' ? { missing: 1 } : id === 'agent-registered' ? { enforced: 999 } : {},
    );
    expect(scored(some)).toMatchObject({
      tenths: 375, // 3 of 8
      controlsObserved: 2,
      controlsApplicable: catalogue.length,
      itemsEnforced: 999,
      itemsInScope: 1000,
    });
  });

  it('only enforced items count: no other state adds anything', () => {
    for (const state of states.filter((s) => s !== 'enforced' && s !== 'not_applicable'))
      expect(scored(controlsWith(() => ({ [state]: 3 }))).tenths).toBe(0);
  });

  it('without an inventory it is not observed, however well everything stands', () => {
    expect(scoreOf(allEnforced, {}, settings, now)).toMatchObject({
      tenths: null,
      notObserved: 'no_inventory',
      itemsEnforced: 4 * catalogue.length,
    });
  });

  it('with a stale inventory it is not observed, from the instant the days have passed', () => {
    const at = (ms: number) => scoreOf(allEnforced, { inventoryAt }, settings, instantOf(ms));
    expect(at(start + 30 * day - 1)).toMatchObject({ tenths: 1000, notObserved: null });
    expect(at(start + 30 * day)).toMatchObject({ tenths: null, notObserved: 'inventory_stale' });
  });

  it('with nothing in scope it is not observed', () => {
    expect(scored(controlsWith(() => ({})))).toMatchObject({
      tenths: null,
      notObserved: 'nothing_in_scope',
      controlsObserved: 0,
    });
  });
});

describe('a control', () => {
  const n = catalogue.length;

  it('is as bad as its worst item', () => {
    states.slice(0, 5).forEach((worst, i) => {
      const counts = Object.fromEntries(states.slice(i).map((s) => [s, 1]));
      expect(controlsWith(() => counts)[0]?.state).toBe(worst);
    });
  });

  it('with nothing in scope is outside the score, and listed as not observed', () => {
    const some = controlsWith((id) => (id === 'report-delivery' ? {} : { enforced: 1 }));
    const score = scored(some);
    expect(some.find((c) => c.id === 'report-delivery')).toMatchObject({ state: 'not_observed', inScope: 0 });
    expect(score).toMatchObject({ tenths: 1000, controlsObserved: n - 1, controlsApplicable: n });
  });

  it('that is overridden for every item is not applicable, and is not counted as observed', () => {
    const some = controlsWith((id) => (id === 'report-delivery' ? { not_applicable: 2 } : { enforced: 1 }));
    expect(some.find((c) => c.id === 'report-delivery')).toMatchObject({
      state: 'not_applicable',
      inScope: 0,
    });
    expect(scored(some)).toMatchObject({ controlsObserved: n - 1, controlsApplicable: n - 1 });
  });
});
describe('a posture', () => {
  it('of an empty log says that there is not enough evidence, and knows no layer', () => {
    const posture = postureOf('harbour', { id: 'summary', kind: 'summary', counts: {}, totals: {} });
    expect(postureSchema.parse(posture)).toEqual(posture);
    expect(posture).toMatchObject({
      verdict: 'not_enough_evidence',
      position: 0,
      score: { tenths: null, notObserved: 'no_inventory', controlsObserved: 0, itemsInScope: 0 },
    });
    expect(posture.controls.map((c) => c.state)).toEqual(catalogue.map(() => 'not_observed'));
    const { coverage, controls, evidence, reports, findings } = posture.layers;
    for (const layer of [coverage, controls, evidence, reports]) expect(layer.status).toBe('unknown');
    expect(findings.status).toBe('unknown');
  });

  it('of a tenant with findings says whether they are kept in hand', async () => {
    const told = newTold();
    await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
    expect((await told.posture()).layers.findings).toMatchObject({
      status: 'unhealthy',
      unowned: { critical: 2 },
    });
  });

  it('loses its score when the inventory grows stale, and gets it back with a new one', async () => {
    const told = newTold();
    const inventory = { items: [{ kind: 'agent' as const, id: 'builder', owner: person(9) }] };
    await told.tell('inventory.declared', inventory);
    expect((await told.posture()).score.tenths).not.toBeNull();
    await told.passTo(start + 30 * day);
    expect((await told.posture()).score).toMatchObject({ tenths: null, notObserved: 'inventory_stale' });
    await told.tell('inventory.declared', inventory);
    expect((await told.posture()).score.tenths).not.toBeNull();
  });

  it('never shows a score without its counts and its verdict', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    await told.tell('decision.recorded', command());
    const { score, verdict, reasons } = await told.posture();
    expect(score.itemsEnforced).toBeGreaterThan(0);
    expect(score.itemsInScope).toBeGreaterThanOrEqual(score.itemsEnforced);
    expect(score.controlsApplicable).toBe(catalogue.length);
    expect(verdict).not.toBe('on_target');
    expect(reasons.length).toBeGreaterThan(0);
  });
});
