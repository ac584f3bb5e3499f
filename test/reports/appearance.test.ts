import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { kpiRowSchema, statusSchema, type KpiRow } from '../../schemas/report-figures.js';
import { axis, bullet, scaleMax } from '../../shared/core/reports/bullet.js';
import { sparkline, strip } from '../../shared/core/reports/charts.js';
import { nice, type Drawing } from '../../shared/core/reports/drawing.js';
import { markOf, wordOf } from '../../shared/core/reports/marks.js';
import { svg } from '../../shared/core/reports/svg.js';
import { contrast, dark, light, page, toneOf, type } from '../../shared/core/reports/tokens.js';

describe('colours', () => {
  const text = [
    'ink',
    'ink2',
    'ink3',
    'accent',
    'onTarget',
    'attention',
    'offTarget',
    'notObserved',
    'accepted',
  ] as const;
  const tones = ['onTarget', 'attention', 'offTarget', 'notObserved', 'accepted'] as const;

  it.each([
    ['light', light],
    ['dark', dark],
  ])('keep all text at 4.5:1 or more on every surface (%s)', (_, tokens) => {
    for (const colour of text)
      for (const ground of ['surface', 'surface2'] as const)
        expect(contrast(tokens[colour], tokens[ground]), `${colour} on ${ground}`).toBeGreaterThanOrEqual(
          4.5,
        );
    for (const tone of tones) {
      expect(contrast(tokens[tone], tokens[`${tone}Tint`]), `${tone} on its tint`).toBeGreaterThanOrEqual(
        4.5,
      );
      expect(contrast(tokens.ink, tokens[`${tone}Tint`])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tokens.ink2, tokens[`${tone}Tint`])).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([
    ['light', light],
    ['dark', dark],
  ])('keep what a chart needs at 3:1 or more (%s)', (_, tokens) => {
    for (const range of ['range1', 'range2', 'range3'] as const)
      expect(contrast(tokens.bar, tokens[range])).toBeGreaterThanOrEqual(3);
    expect(contrast(tokens.ruleStrong, tokens.surface)).toBeGreaterThanOrEqual(3);
  });

  it('agree with the contrasts that WCAG gives as its own examples', () => {
    expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
  });
});

describe('type and page', () => {
  it('set nothing below 7.5 points', () => {
    expect(Math.min(...Object.values(type).map(({ size }) => size))).toBe(7.5);
  });

  it('divide the live area into twelve columns and whole lines', () => {
    expect(12 * page.column + 11 * page.gutter).toBe(page.width);
    expect(page.height / page.baseline).toBe(44);
  });
});

describe('status', () => {
  it('is told apart by shape and word without any colour', () => {
    const shapes = new Map(statusSchema.options.map((status) => [toneOf(status), markOf(status).text]));
    expect(new Set(shapes.values()).size).toBe(shapes.size);
    const words = statusSchema.options.map((status) => wordOf(status, '2026-12-15'));
    expect(new Set(words).size).toBe(words.length);
  });

  it('uses no mark that a mail client would turn into an emoji', () => {
    for (const status of statusSchema.options)
      expect(markOf(status).text).not.toMatch(/\p{Emoji_Presentation}|\p{Extended_Pictographic}/u);
  });
});

const kpi = (over: Partial<KpiRow>): KpiRow =>
  kpiRowSchema.parse({
    id: 'K10',
    label: 'Findings overdue',
    unit: 'count',
    better: 'lower',
    figure: { state: 'observed', value: 4 },
    target: 2,
    limit: 3,
    prior: { state: 'observed', value: 7 },
    trend: 'better',
    sample: '4 of 38',
    status: 'off_target',
    touched: false,
    ref: { label: 'K10', href: '/api/tenants/t/posture' },
    spark: [],
    ...over,
  });

/** Right edge of every rectangle and point of a drawing. */
function edges({ shapes }: Drawing): number[] {
  return shapes.flatMap((s) =>
    s.shape === 'rect'
      ? [s.x, s.x + s.width]
      : s.shape === 'text'
        ? [s.x]
        : [...s.path.matchAll(/[ML](-?[\d.]+),/g)].map((m) => Number(m[1])),
  );
}

describe('charts', () => {
  it('choose the next round number as the end of a scale', () => {
    expect([0, 0.3, 1, 1.01, 2.2, 2.6, 11, 96, 100, 101].map(nice)).toEqual([
      1, 0.5, 1, 2, 2.5, 5, 20, 100, 100, 200,
    ]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (v) => {
        expect(nice(v)).toBeGreaterThanOrEqual(v * (1 - 1e-9));
        expect(nice(v)).toBeLessThanOrEqual(v * 2.5);
      }),
    );
  });

  it('start every bar at nought and keep everything inside the frame', () => {
    const amount = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (value, target, limit, prior) => {
        const row = kpi({
          figure: { state: 'observed', value },
          prior: { state: 'observed', value: prior },
          target,
          limit,
        });
        const max = scaleMax([row]);
        const drawing = bullet(row, 124, max);
        for (const x of edges(drawing)) {
          expect(x).toBeGreaterThanOrEqual(-0.01);
          expect(x).toBeLessThanOrEqual(124.01);
        }
        const bar = drawing.shapes.find((s) => s.shape === 'rect' && s.fill === 'bar');
        if (value > 0 && bar?.shape === 'rect') expect(bar.x).toBe(0);
      }),
    );
  });

  it('run shares and scores to 100 and let rows of a unit share their scale', () => {
    expect(
      scaleMax([kpi({ unit: 'percent', figure: { state: 'observed', value: 50, num: 1, den: 2 } })]),
    ).toBe(100);
    const rows = [kpi({ target: 30, figure: { state: 'observed', value: 96 } }), kpi({})];
    expect(scaleMax(rows)).toBe(200);
  });

  it('stop at four times the target and notch the bar, so that one value does not flatten the others', () => {
    const row = kpi({
      target: 10,
      limit: 10,
      figure: { state: 'observed', value: 900 },
      prior: { state: 'observed', value: 8 },
    });
    expect(scaleMax([row])).toBe(50);
    expect(bullet(row, 100, 50).shapes).toContainEqual({
      shape: 'path',
      path: 'M94,6 L100,9 L94,12 Z',
      fill: 'bar',
    });
  });

  it('draw no bar for what is not observed, but the words in a frame', () => {
    const row = kpi({
      figure: { state: 'not_observed', reason: 'x', words: 'no inventory' },
      status: 'not_observed',
      trend: 'no_comparison',
    });
    const { shapes, alt } = bullet(row, 124, 100);
    expect(shapes.some((s) => s.shape === 'rect')).toBe(false);
    expect(shapes.find((s) => s.shape === 'text')).toMatchObject({ text: 'not observed' });
    expect(alt).toContain('not observed, no inventory');
  });

  it('break a sparkline where a period is not observed and draw none from fewer than two points', () => {
    const points = [1, 2, null, 3, 4].map((value, i) => ({ label: `p${i}`, value }));
    const drawing = sparkline(points, 2, 5);
    const line = drawing?.shapes.find((s) => s.shape === 'path' && s.width === 1.25);
    expect(line?.shape === 'path' && line.path.match(/M/g)?.length).toBe(2);
    expect(drawing?.alt).toBe('p0 1.0, p1 2.0, p2 not observed, p3 3.0, p4 4.0.');
    expect(
      sparkline(
        [
          { label: 'a', value: 1 },
          { label: 'b', value: null },
        ],
        null,
        5,
      ),
    ).toBeNull();
  });

  it('fill a strip exactly and keep every segment visible', () => {
    const segments = [
      { status: 'enforced', count: 100000 },
      { status: 'missing', count: 1 },
      { status: 'stale', count: 0 },
    ] as const;
    const { shapes, alt } = strip(segments, 84);
    expect(shapes).toHaveLength(2);
    for (const s of shapes) if (s.shape === 'rect') expect(s.width).toBeGreaterThanOrEqual(2);
    expect(Math.max(...edges({ shapes, width: 84, height: 10, alt }))).toBeCloseTo(84, 1);
    expect(alt).toBe('Enforced 100,000, Missing 1.');
  });

  it('are images with title and description in SVG, or hidden where the text beside says it', () => {
    const drawing = bullet(kpi({ label: 'Findings <overdue>' }), 240, 10);
    expect(svg(drawing, 'c1', 'A & B')).toContain('role="img" aria-labelledby="c1-t c1-d"');
    expect(svg(drawing, 'c1', 'A & B')).toContain(
      '<title id="c1-t">A &amp; B</title><desc id="c1-d">Findings &lt;overdue&gt;:',
    );
    expect(svg(axis(240, 100, '%'))).toContain('aria-hidden="true"');
  });
});
