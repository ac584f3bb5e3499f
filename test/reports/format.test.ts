import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  dataInstant,
  day,
  digest,
  duration,
  figure,
  instant,
  inUnit,
  number,
  percent,
  percentTenths,
  period,
  share,
  signed,
  trend,
} from '../../shared/core/reports/format.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers in reports', () => {
  it.each([
    [0, 0, '0'],
    [1284, 0, '1,284'],
    [1234567.891, 2, '1,234,567.89'],
    [81.35, 1, '81.4'],
    [1.005, 2, '1.01'],
    [-1.2, 1, '−1.2'],
    [-0.04, 1, '0.0'],
    [999.95, 1, '1,000.0'],
  ])('prints %d with %d decimals as %s', (value, decimals, text) => {
    expect(number(value, decimals)).toBe(text);
  });

  it('refuses to print what is not a number, because the unknown is said in words', () => {
    expect(() => number(Number.NaN)).toThrow(RangeError);
    expect(() => number(Infinity)).toThrow(RangeError);
  });

  it.each([
    [2.5, '+2.5'],
    [-1.2, '−1.2'],
    [0, '0.0'],
    [0.04, '0.0'],
  ])('prints the change %d as %s', (value, text) => expect(signed(value, 1)).toBe(text));

  it('agrees with the plain form of every integer', () => {
    fc.assert(
      fc.property(fc.integer(), (n) => {
        expect(Number(number(n).replaceAll(',', '').replace('−', '-'))).toBe(n === 0 ? 0 : n);
      }),
    );
  });
});

describe('shares', () => {
  it.each([
    [1283, 1284, '99.9%'],
    [1284, 1284, '100.0%'],
    [1, 100000, '0.1%'],
    [0, 7, '0.0%'],
    [1231, 1284, '95.9%'],
    [1, 16, '6.3%'],
    [29, 37, '78.4%'],
  ])('prints %d of %d as %s', (num, den, text) => expect(percent(num, den)).toBe(text));

  it('says 100 only of all and 0 only of none', () => {
    const pair = fc
      .integer({ min: 1, max: 1e6 })
      .chain((den) => fc.tuple(fc.integer({ min: 0, max: den }), fc.constant(den)));
    fc.assert(
      fc.property(pair, ([num, den]) => {
        const tenths = percentTenths(num, den);
        expect(tenths === 1000).toBe(num === den);
        expect(tenths === 0).toBe(num === 0);
        expect(Math.abs(tenths - (1000 * num) / den)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('prints counts first where the whole is below ten', () => {
    expect(share(3, 4)).toBe('3 of 4');
    expect(share(1231, 1284)).toBe('95.9% (1,231 of 1,284)');
  });

  it.each([
    [2, 1],
    [-1, 3],
    [1, 0],
    [0.5, 2],
  ])('refuses %d of %d', (num, den) => expect(() => percentTenths(num, den)).toThrow(RangeError));
});

describe('dates and lengths of time', () => {
  it('prints days, instants and data instants in one form each', () => {
    expect(plain(day('2026-10-31'))).toBe('31 Oct 2026');
    expect(plain(instant('2026-11-01T01:59:00+02:00'))).toBe('31 Oct 2026, 23:59 UTC');
    expect(dataInstant('2026-10-31T23:59:59.123Z')).toBe('2026-10-31T23:59:59Z');
  });

  it.each([
    ['2026-10-01', '2026-10-31', '1–31 Oct 2026 (Europe/London)'],
    ['2026-07-01', '2026-09-30', '1 Jul – 30 Sep 2026 (Europe/London)'],
    ['2025-12-29', '2026-01-04', '29 Dec 2025 – 4 Jan 2026 (Europe/London)'],
    ['2026-10-31', '2026-10-31', '31 Oct 2026 (Europe/London)'],
  ])('prints the period %s to %s as %s', (from, to, text) =>
    expect(plain(period(from, to, 'Europe/London'))).toBe(text),
  );

  it.each([
    [0, '0 s'],
    [48_000, '48 s'],
    [840_000, '14 min'],
    [5_760_000, '1 h 36 min'],
    [3_600_000, '1 h'],
    [518_400_000, '6.0 d'],
  ])('prints %d ms as %s', (ms, text) => expect(plain(duration(ms))).toBe(text));
});

describe('figures', () => {
  it('prints what is not observed in words, in the place of the value', () => {
    expect(figure({ state: 'not_observed', reason: 'none_due', words: 'none due' }, 'percent')).toBe(
      'not observed',
    );
  });

  it('prints a share from its counts and not from its rounded value', () => {
    expect(figure({ state: 'observed', value: 99.96, num: 2499, den: 2500 }, 'percent')).toBe('99.9%');
    expect(figure({ state: 'observed', value: 28, num: 28, den: 31 }, 'of')).toBe('28 of 31');
    expect(plain(inUnit(30, 'minutes'))).toBe('30 min');
  });

  it('gives the direction by the number and the meaning by the word', () => {
    const row = (now: number, then: number, word: 'better' | 'worse' | 'unchanged' | 'no_comparison') =>
      trend({
        unit: 'count',
        figure: { state: 'observed', value: now },
        prior: { state: 'observed', value: then },
        trend: word,
      });
    expect([
      row(4, 7, 'better'),
      row(7, 4, 'worse'),
      row(4, 4, 'unchanged'),
      row(4, 7, 'no_comparison'),
    ]).toEqual(['↓ better', '↑ worse', '→ unchanged', 'no comparison']);
  });

  it('shortens digests to 8 digits in tables and 16 on covers', () => {
    expect([digest('ab'.repeat(32), 8), digest('ab'.repeat(32), 16)]).toEqual([
      'abababab',
      'abababababababab',
    ]);
  });
});
