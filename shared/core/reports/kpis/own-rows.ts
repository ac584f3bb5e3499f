import type { Figure, KpiRow, Ref } from '../../../../schemas/report-figures.js';
import { observed, unknown } from '../text.js';
import { statusOf } from './kpi-rules.js';

/** Indicators that one report alone has: what it counts now, with no period before it to compare. */

const notKept = unknown('not_kept', 'the figure of the period before is not kept');

type Told = Pick<
  KpiRow,
  'id' | 'label' | 'figure' | 'sample' | 'ref' | 'unit' | 'better' | 'target' | 'limit'
>;

/** An indicator without a past: no trend, no line. */
export const ownRow = (told: Told, prior: Figure = notKept): KpiRow => ({
  ...told,
  prior,
  trend: 'no_comparison',
  status: statusOf(told.figure, told),
  touched: false,
  spark: [],
});

/** A count that should be nought. */
export const countRow = (id: string, label: string, value: number, sample: string, ref: Ref): KpiRow =>
  ownRow({
    id,
    label,
    figure: observed(value),
    sample,
    ref,
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
  });

/** So many of a whole that should be all of it; `none` says why where there is no whole. */
export function wholeRow(
  id: string,
  label: string,
  [num, den]: readonly [number, number],
  sample: string,
  ref: Ref,
  none: string,
): KpiRow {
  const figure = den === 0 ? unknown('none', none) : ({ state: 'observed', value: num, num, den } as const);
  const target = den === 0 ? null : den;
  return ownRow({ id, label, figure, sample, ref, unit: 'of', better: 'higher', target, limit: target });
}
