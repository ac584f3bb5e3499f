import type { Segment, SparkPoint } from '../../../schemas/report-figures.js';
import { dot, line, round, type Drawing, type Shape } from './drawing.js';
import { number } from './format.js';
import { colourOf, wordOf } from './marks.js';

/** Sparkline, `width` × 18, from nought to `max`. Null where fewer than two points are known: then words stand instead. */
export function sparkline(
  points: readonly SparkPoint[],
  target: number | null,
  max: number,
  width = 84,
): Drawing | null {
  if (points.filter(({ value }) => value !== null).length < 2) return null;
  const end = width - 3;
  const x = (i: number) => round(3 + ((end - 3) * i) / (points.length - 1));
  const y = (v: number) => round(16 - 14 * (Math.min(Math.max(v, 0), max) / max));
  const shapes: Shape[] = [{ shape: 'path', path: line(3, 16, end, 16), stroke: 'rule', width: 0.5 }];
  if (target !== null)
    shapes.push({
      shape: 'path',
      path: line(3, y(target), end, y(target)),
      stroke: 'ruleStrong',
      width: 0.75,
      dash: [2, 2],
    });
  let path = '';
  points.forEach(({ value }, i) => {
    if (value === null)
      return shapes.push({
        shape: 'path',
        path: dot(x(i), 16, 1.5),
        fill: 'surface',
        stroke: 'notObserved',
        width: 0.75,
      });
    const after = points[i - 1]?.value;
    path += `${typeof after === 'number' ? 'L' : 'M'}${x(i)},${y(value)} `;
    return undefined;
  });
  shapes.push({ shape: 'path', path: path.trim(), stroke: 'bar', width: 1.25 });
  const last = points.at(-1);
  if (last && last.value !== null)
    shapes.push({ shape: 'path', path: dot(end, y(last.value), 2), fill: 'bar' });
  const said = points.map((p) => `${p.label} ${p.value === null ? 'not observed' : number(p.value, 1)}`);
  return { width, height: 18, shapes, alt: `${said.join(', ')}.` };
}

/** Stacked counts on one line, `width` × 10: segments at least 2 wide with a gap of 1. The numbers stand beside it. */
export function strip(segments: readonly Segment[], width: number): Drawing {
  const present = segments.filter(({ count }) => count > 0);
  const total = present.reduce((sum, { count }) => sum + count, 0);
  const room = width - 3 * present.length + 1;
  let x = 0;
  const shapes = present.map(({ status, count }): Shape => {
    const size = round(2 + (room * count) / total);
    const shape: Shape = {
      shape: 'rect',
      x: round(x),
      y: 0,
      width: size,
      height: 10,
      fill: colourOf(status),
    };
    x += size + 1;
    return shape;
  });
  const alt = `${present.map(({ status, count }) => `${wordOf(status)} ${number(count)}`).join(', ') || 'Nothing counted'}.`;
  return { width, height: 10, shapes, alt };
}
