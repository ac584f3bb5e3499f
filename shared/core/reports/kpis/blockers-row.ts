import type { Figure, KpiRow } from '../../../../schemas/report-figures.js';
import type { Readiness } from '../../../../schemas/readiness.js';
import { counted, observed, unknown, type Refs } from '../text.js';
import type { KpiSpec } from './kpi-data.js';
import { ownRow } from './own-rows.js';

/** What the gate would say; absent where it was not asked. */
export type Asked = { gate?: Pick<Readiness, 'blockers'> | null };

/** K22 as its dictionary has it: of the whole gate, so that no posture alone tells it. */
export const blockersSpec: KpiSpec = {
  label: 'Blockers before production',
  unit: 'count',
  better: 'lower',
  target: 0,
  limit: 0,
  definition:
    'Distinct blockers that the gate would name for production, by a preview at the report’s making. Counts evidence the service made itself.',
};

/** K22: what stands between the tenant and production now, by a preview of the gate, which records nothing. */
export function blockersRow({ gate }: Asked, refs: Refs): KpiRow {
  const { definition: _definition, ...row } = blockersSpec;
  const figure: Figure = gate
    ? observed(gate.blockers.length)
    : unknown('not_asked', 'no decision asked yet');
  return ownRow({
    id: 'K22',
    ...row,
    figure,
    sample: gate
      ? `a preview of the gate: ${counted(gate.blockers.length, 'blocker')}`
      : 'the gate was not asked',
    ref: refs.readiness('production'),
  });
}
