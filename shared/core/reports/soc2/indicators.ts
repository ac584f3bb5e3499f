import type { KpiRow } from '../../../../schemas/report-figures.js';
import { number } from '../format.js';
import { kpi } from '../kpis/kpi-rows.js';
import { ownRow, wholeRow } from '../kpis/own-rows.js';
import { counted, observed, share, sum, unknown, type Refs } from '../text.js';
import type { Criterion } from './criteria.js';
import type { Soc2Input } from './input.js';
import { answered, type Answer } from './responses.js';
import { upperBound } from './sampling.js';
import type { ControlTest } from './tests.js';

/** What the packet counts: S1 to S4, and the evidence it rests on. */
export function indicators(
  input: Soc2Input,
  tests: readonly ControlTest[],
  criteria: readonly Criterion[],
  answers: readonly Answer[],
  refs: Refs,
): KpiRow[] {
  return [
    {
      ...wholeRow(
        'S1',
        'Criteria with evidence',
        [criteria.filter((c) => c.tested > 0).length, criteria.length],
        'at least one control tested',
        refs.list('controls'),
        'no criterion is mapped',
      ),
      target: null,
      limit: null,
      status: 'no_target',
    },
    difference(input, refs),
    deviations(tests, refs),
    wholeRow(
      'S4',
      'Responses given',
      answered(answers),
      'exceptions with a management response',
      refs.list('controls'),
      'no exception was noted',
    ),
    kpi('K16', input, refs),
    kpi('K17', input, refs),
    kpi('K18', input, refs),
  ];
}

/**
 * S2: what the checks of completeness leave unreconciled: events not folded, types of which not all was read, and events that
 * differ from their leaf. No source counts what it sends, so what never arrived is in no difference.
 */
function difference({ population, accuracy, posture }: Soc2Input, refs: Refs): KpiRow {
  const unread = population.filter(({ whole }) => !whole).length;
  const { unfoldable } = posture.layers.evidence;
  const value = unfoldable + unread + accuracy.looked - accuracy.same;
  return ownRow({
    id: 'S2',
    label: 'Completeness difference',
    figure: accuracy.looked === 0 ? unknown('none_read', 'no event was read') : observed(value),
    sample: `of ${counted(accuracy.looked, 'event')} read; source keeps no counter`,
    ref: refs.list('evidence'),
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
  });
}

/**
 * S3: deviations among all items tested. The bound is of the true rate where none was found; where some were, the engine has
 * tested each item, and the rate is what it is.
 */
function deviations(tests: readonly ControlTest[], refs: Refs): KpiRow {
  const run = tests.filter(({ untested }) => untested === null);
  const items = sum(run.map(({ population }) => population.length));
  const found = sum(run.map(({ exceptions }) => exceptions.length));
  const bound =
    items > 0 && found === 0 ? `; at most ${number(upperBound(items), 1)}% at 90% confidence` : '';
  return ownRow({
    id: 'S3',
    label: 'Deviation rate',
    figure:
      items === 0 ? unknown('no_occurrence', 'not tested: no occurrence in the period') : share(found, items),
    sample: `${number(found)} of ${counted(items, 'item')} of ${counted(run.length, 'control')}${bound}`,
    ref: refs.list('controls'),
    unit: 'percent',
    better: 'lower',
    target: 0,
    limit: 0,
  });
}
