import type { Block } from '../../../../schemas/report-blocks.js';
import { dataInstant, inUnit, number } from '../format.js';
import type { ReportInput } from '../input.js';
import { blockersSpec, kpiSpecs, type KpiId } from '../kpis/kpi-data.js';
import { boundsOf, isApproved } from '../kpis/limits.js';
import { text, type Refs } from '../text.js';

/** What each indicator of a report counts, in order of their ids, with its target and limit, and whether these are the tenant's own. */
export function definitions(ids: readonly (KpiId | 'K22')[], input: ReportInput): Block {
  const bound = (value: number | null, unit: Parameters<typeof inUnit>[1]): string =>
    value === null ? 'none' : inUnit(value, unit);
  return {
    kind: 'table',
    caption: `Indicators of this report; targets and limits that are a default are proposed and not approved (n = ${ids.length})`,
    columns: [
      { key: 'id', title: 'Id', kind: 'text', weight: 0.8 },
      { key: 'name', title: 'Indicator', kind: 'text', weight: 2.2 },
      { key: 'target', title: 'Target', kind: 'text', weight: 1 },
      { key: 'limit', title: 'Limit', kind: 'text', weight: 1 },
      { key: 'set', title: 'Set', kind: 'text', weight: 1.1 },
      { key: 'definition', title: 'Definition', kind: 'text', weight: 5.4 },
    ],
    rows: ids.toSorted().map((id) => {
      const spec = id === 'K22' ? blockersSpec : kpiSpecs[id];
      const { target, limit } = boundsOf(id, spec, input);
      const set = isApproved(id, input) ? 'approved' : target === null ? 'none' : 'default';
      return [
        text(id),
        text(spec.label),
        text(bound(target, spec.unit)),
        text(bound(limit, spec.unit)),
        text(set),
        text(spec.definition),
      ];
    }),
    empty: 'No indicator is defined.',
  };
}

/** How a report ends: under a heading what it stands on, then its references. */
export const closing = (heading: string, input: ReportInput, refs: Refs): Block[] => [
  { kind: 'heading', level: 2, text: heading },
  basis(input, refs),
  { kind: 'heading', level: 2, text: 'References' },
  { kind: 'references' },
];

/** What a report stands on: log, window, comparison, settings in force. */
export function basis(input: ReportInput, refs: Refs): Block {
  const { posture, prior, settings, window } = input;
  const { inventoryAt } = posture.layers.coverage;
  const days = settings.findingDays;
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Log',
        value: `position ${number(posture.position)}, fold version ${posture.foldVersion}`,
        ref: refs.checkpoint,
      },
      { key: 'Window', value: `${dataInstant(window.from)} to ${dataInstant(window.to)}` },
      {
        key: 'Compared with',
        value: prior
          ? `position ${number(prior.position)}, as known at ${dataInstant(prior.asOf)}`
          : 'not observed — nothing was known when the period before ended',
      },
      {
        key: 'Inventory',
        value:
          inventoryAt === null
            ? 'not observed — none declared'
            : `declared last at ${dataInstant(inventoryAt)}; stale after ${number(settings.inventoryFreshDays)} days`,
        ref: refs.list('agents'),
      },
      {
        key: 'Due days of findings',
        value: `critical ${days.critical}, high ${days.high}, medium ${days.medium}, low ${days.low}`,
      },
      {
        key: 'Controls',
        value:
          'A control’s state is that of its worst item. A control with nothing in scope is not observed: it is listed and stays outside the score.',
        ref: refs.list('controls'),
      },
      {
        key: 'Score',
        value:
          'weight × enforced items ÷ items in scope, over the weight of observed controls; in tenths, rounded half up',
        ref: refs.posture,
      },
    ],
  };
}
