import type { KpiRow } from '../../../schemas/report-figures.js';
import { line, nice, round, type Drawing, type Shape } from './drawing.js';
import { inUnit, number, printed } from './format.js';
import { wordOf } from './marks.js';
import type { ColourToken } from './tokens.js';

type Scaled = Pick<KpiRow, 'unit' | 'figure' | 'prior' | 'target' | 'limit'>;

/**
 * Upper end of the scale that rows of one unit share; the lower end is nought. Shares and scores run to 100. A value beyond
 * four times its target does not flatten its neighbours: it ends in a notch.
 */
export function scaleMax(rows: readonly Scaled[]): number {
  if (rows.some(({ unit }) => unit === 'percent' || unit === 'points')) return 100;
  const tops = rows.map((row) => {
    const marks = Math.max(row.target ?? 0, row.limit ?? 0, printed(row.prior, row.unit) ?? 0);
    const value = printed(row.figure, row.unit) ?? 0;
    return Math.max(marks, row.target !== null && row.target > 0 ? Math.min(value, 4 * row.target) : value);
  });
  return nice(1.1 * Math.max(0, ...tops));
}

/**
 * Bullet bar (Few, Bullet Graph Design Specification, 2013): ranges, one measure, target, limit and prior on a linear scale
 * from nought to `max`. `width` × 22.
 */
export function bullet(row: KpiRow, width: number, max: number): Drawing {
  const value = printed(row.figure, row.unit);
  const alt = bulletAlt(row);
  if (value === null) {
    const frame = `M0.5,0.5 L${width - 0.5},0.5 L${width - 0.5},17.5 L0.5,17.5 Z`;
    return {
      width,
      height: 22,
      alt,
      shapes: [
        { shape: 'path', path: frame, stroke: 'ruleStrong', width: 1, dash: [3, 2] },
        { shape: 'text', x: width / 2, y: 11.6, text: 'not observed', anchor: 'middle', fill: 'notObserved' },
      ],
    };
  }
  const x = (v: number): number => round((Math.min(Math.max(v, 0), max) / max) * width);
  const shapes: Shape[] = ranges(row, width, x);
  const beyond = value > max;
  const end = beyond ? width - 6 : x(value);
  if (end > 0) shapes.push({ shape: 'rect', x: 0, y: 6, width: end, height: 6, fill: 'bar' });
  if (beyond) shapes.push({ shape: 'path', path: `M${end},6 L${width},9 L${end},12 Z`, fill: 'bar' });
  if (row.target !== null) {
    // The white casing keeps the mark visible where it crosses the bar (ink on bar is 1.4:1 only).
    const at = Math.min(Math.max(x(row.target), 2), width - 2);
    shapes.push(
      { shape: 'path', path: line(at, 3, at, 15), stroke: 'surface', width: 4 },
      { shape: 'path', path: line(at, 3, at, 15), stroke: 'ink', width: 2.5 },
    );
  }
  if (row.limit !== null) {
    const at = Math.min(Math.max(x(row.limit), 2), width - 2);
    shapes.push({ shape: 'path', path: `M${at},18 L${at + 2},22 L${at - 2},22 Z`, fill: 'ruleStrong' });
  }
  const prior = printed(row.prior, row.unit);
  if (prior !== null) {
    const at = Math.min(Math.max(x(prior), 3), width - 3);
    const path = `M${at},6.5 L${at + 2.5},9 L${at},11.5 L${at - 2.5},9 Z`;
    shapes.push({ shape: 'path', path, fill: 'surface', stroke: 'ink', width: 1.2 });
  }
  return { width, height: 22, shapes, alt };
}

/** The three tints, worst darkest; reversed where lower is better. */
function ranges(row: KpiRow, width: number, x: (v: number) => number): Shape[] {
  const band = (from: number, to: number, fill: ColourToken): Shape[] =>
    to > from ? [{ shape: 'rect', x: from, y: 0, width: round(to - from), height: 18, fill }] : [];
  const { target, limit } = row;
  if (target === null || row.better === 'neither') return band(0, width, 'range3');
  const [first, second] = [x(Math.min(target, limit ?? target)), x(Math.max(target, limit ?? target))];
  const tints: ColourToken[] =
    row.better === 'higher' ? ['range1', 'range2', 'range3'] : ['range3', 'range2', 'range1'];
  return [
    ...band(0, first, tints[0] ?? 'range3'),
    ...band(first, second, tints[1] ?? 'range3'),
    ...band(second, width, tints[2] ?? 'range3'),
  ];
}

/** The sentence a bullet bar says: "Agents governed: 90.5 percent, target 95, limit 85, prior 88.1. Needs attention." */
function bulletAlt(row: KpiRow): string {
  const plain = (value: number) => inUnit(value, row.unit).replace('%', ' percent');
  const { figure, prior } = row;
  const now = printed(figure, row.unit);
  const then = printed(prior, row.unit);
  const parts = [
    figure.state === 'not_observed' ? `not observed, ${figure.words}` : plain(now ?? 0),
    ...(row.target === null ? [] : [`target ${plain(row.target)}`]),
    ...(row.limit === null ? [] : [`limit ${plain(row.limit)}`]),
    ...(then === null ? [] : [`prior ${plain(then)}`]),
  ];
  return `${row.label}: ${parts.join(', ')}. ${wordOf(row.status, row.acceptedUntil)}.`;
}

/** The axis under the last row of a unit group: nought, middle and end. `width` × 14. */
export function axis(width: number, max: number, unit: string): Drawing {
  const decimals = max / 2 === Math.round(max / 2) ? 0 : max < 2 ? 2 : 1;
  const label = (v: number) => `${number(v, v === 0 || v === max ? 0 : decimals)}${unit}`;
  const text = (x: number, v: number, anchor: 'start' | 'middle' | 'end'): Shape => ({
    shape: 'text',
    x,
    y: 12,
    text: label(v),
    anchor,
    fill: 'ink3',
  });
  return {
    width,
    height: 14,
    alt: '',
    shapes: [
      { shape: 'path', path: line(0, 0.5, width, 0.5), stroke: 'ruleStrong', width: 0.5 },
      ...[0.25, width / 2, width - 0.25].map((x): Shape => ({
        shape: 'path',
        path: line(x, 0, x, 3),
        stroke: 'ruleStrong',
        width: 0.5,
      })),
      text(0, 0, 'start'),
      text(width / 2, max / 2, 'middle'),
      text(width, max, 'end'),
    ],
  };
}
