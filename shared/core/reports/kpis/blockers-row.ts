import type { Figure, KpiRow } from '../../../../schemas/report-figures.js';
import type { Readiness } from '../../../../schemas/readiness.js';
import { counted, observed, unknown, type Refs } from '../text.js';
import type { ReportInput } from '../input.js';
import { blockersSpec } from './kpi-data.js';
import { boundsOf } from './limits.js';
import { trendOf } from './kpi-rules.js';
import { ownRow } from './own-rows.js';
import { noPrior } from './spans.js';

/** What the gate would say; absent where it was not asked. */
export type Asked = { gate?: Pick<Readiness, 'blockers'> | null };

/** K22: what stands between the tenant and production now, by a preview of the gate, which records nothing. */
export function blockersRow(input: ReportInput & Asked, refs: Refs): KpiRow {
  const { gate } = input;
  const { definition: _definition, ...row } = blockersSpec;
  const figure: Figure = gate
    ? observed(gate.blockers.length)
    : unknown('not_asked', 'no decision asked yet');
  const spec = { ...row, ...boundsOf('K22', row, input) };
  const prior = priorOf(input);
  const told = {
    id: 'K22',
    ...spec,
    figure,
    sample: gate
      ? `a preview of the gate: ${counted(gate.blockers.length, 'blocker')}`
      : 'the gate was not asked',
    ref: refs.readiness('production'),
  };
  return { ...ownRow(told, prior), trend: trendOf(figure, prior, spec) };
}

/** A preview leaves nothing behind; what the gate answered when it was last asked is in the log. */
const priorOf = ({ prior, blockersBefore }: ReportInput): Figure =>
  prior === null
    ? noPrior
    : blockersBefore === null
      ? unknown('not_asked', 'the gate had given no answer by then')
      : observed(blockersBefore);
