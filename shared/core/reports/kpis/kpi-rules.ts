import type { Figure, Status, Trend, Unit } from '../../../../schemas/report-figures.js';
import type { KpiSpec } from './kpi-data.js';
import { printed } from '../format.js';

/** Change below which a figure counts as unchanged (dead band). */
const band = (unit: Unit, before: number): number =>
  unit === 'percent' || unit === 'points' ? 0.5 : unit === 'count' || unit === 'of' ? 1 : before * 0.05;

export function trendOf(
  now: Figure,
  then: Figure,
  { unit, better }: Pick<KpiSpec, 'unit' | 'better'>,
): Trend {
  const [a, b] = [printed(now, unit), printed(then, unit)];
  if (a === null || b === null || better === 'neither') return 'no_comparison';
  const change = better === 'higher' ? a - b : b - a;
  if (change === 0 || Math.abs(change) < band(unit, b)) return 'unchanged';
  return change > 0 ? 'better' : 'worse';
}

/** On target, or beyond the limit; a figure that is not observed is neither. */
export function statusOf(
  figure: Figure,
  { better, target, limit }: Pick<KpiSpec, 'better' | 'target' | 'limit'>,
): Status {
  if (figure.state === 'not_observed') return 'not_observed';
  if (target === null || better === 'neither') return 'no_target';
  const { value } = figure;
  const meets = (bound: number): boolean => (better === 'higher' ? value >= bound : value <= bound);
  return meets(target) ? 'on_target' : limit === null || meets(limit) ? 'needs_attention' : 'off_target';
}
