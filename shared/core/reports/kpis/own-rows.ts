import type { KpiRow, Ref } from '../../../../schemas/report-figures.js';
import { observed, unknown } from '../text.js';
import { statusOf } from './kpi-rules.js';

/** Indicators that one report alone has: what it counts now, with no period before it to compare. */

const notKept = unknown('not_kept', 'the figure of the period before is not kept');

/** A count that should be nought. */
export function countRow(id: string, label: string, value: number, sample: string, ref: Ref): KpiRow {
  const figure = observed(value);
  const spec = { unit: 'count' as const, better: 'lower' as const, target: 0, limit: 0 };
  return {
    ...spec,
    id,
    label,
    figure,
    prior: notKept,
    trend: 'no_comparison',
    sample,
    status: statusOf(figure, spec),
    touched: false,
    ref,
    spark: [],
  };
}

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
  const spec = { unit: 'of' as const, better: 'higher' as const, target: den, limit: den };
  return {
    ...spec,
    target: den === 0 ? null : den,
    limit: den === 0 ? null : den,
    id,
    label,
    figure,
    prior: notKept,
    trend: 'no_comparison',
    sample,
    status: statusOf(figure, spec),
    touched: false,
    ref,
    spark: [],
  };
}
