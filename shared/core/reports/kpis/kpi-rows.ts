import type { BlockOf } from '../../../../schemas/report-blocks.js';
import type { KpiRow, Status } from '../../../../schemas/report-figures.js';
import type { Severity } from '../../../../schemas/primitives.js';
import { sparkOf } from './days.js';
import type { ReportInput, View } from '../input.js';
import { kpiSpecs, type KpiId } from './kpi-data.js';
import { statusOf, trendOf } from './kpi-rules.js';
import { boundsOf } from './limits.js';
import { measures, type Told } from './measures.js';
import { connectorHealth, reviewsInTime } from './operation-measures.js';
import { breaches, breakGlass, latency } from './approval-measures.js';
import { enforcedActions, closedInTime, closingTimes, signed } from './period-measures.js';
import { sampleOf } from './samples.js';
import { noPrior } from './spans.js';
import { capital, observed, sum, unknown, type ListName, type Refs } from '../text.js';
import { instant, number, printed } from '../format.js';

/** The list that an indicator leads to; the posture where there is none. */
const refList: Readonly<Partial<Record<KpiId, ListName>>> = {
  K04: 'agents',
  K05: 'repositories',
  K06: 'workflows',
  K07: 'tools',
  K09: 'findings',
  K10: 'findings',
  K11: 'findings',
  K12: 'findings',
  K13: 'exceptions',
  K14: 'findings',
  K15: 'approvals',
  K16: 'controls',
  K17: 'evidence',
  K18: 'evidence',
  K19: 'approvals',
  K20: 'approvals',
  K21: 'reports',
  K23: 'controls/drift',
  K25: 'controls/connectors-live',
  K26: 'reviews',
};
/** Figures that an event nobody could fold may have changed. */
const restsOnAllEvents: ReadonlySet<KpiId> = new Set(['K04', 'K05', 'K06', 'K07', 'K16', 'K17', 'K24']);

const nowOf = ({ posture, counters }: ReportInput): View => ({ posture, counters });

const told: Readonly<Partial<Record<KpiId, (input: ReportInput) => Told>>> = {
  K08: enforcedActions,
  K12: closedInTime,
  K15: breakGlass,
  K17: signed,
  K19: latency,
  K20: breaches,
  K25: connectorHealth,
  K26: reviewsInTime,
};
const notKept = unknown('not_kept', 'the figure of the period before is not kept');

/** One indicator, with its prior as it was known then, its trend, its line of days and the way to its evidence. */
export function kpi(id: KpiId, input: ReportInput, refs: Refs): KpiRow {
  const own = told[id]?.(input);
  const { definition: _definition, ...usual } = kpiSpecs[id];
  const bounds = boundsOf(id, usual, input);
  const spec = { ...usual, target: own?.target ?? bounds.target, limit: own?.limit ?? bounds.limit };
  const measure = measures[id];
  const figure = own?.figure ?? measure?.(nowOf(input), input.settings) ?? notKept;
  const { prior: posture, priorCounters: counters } = input;
  const then = posture && counters ? { posture, counters } : null;
  const prior = own?.prior ?? (measure ? (then ? measure(then, input.settings) : noPrior) : notKept);
  const touched = input.posture.layers.evidence.unfoldable > 0 && restsOnAllEvents.has(id);
  const list = refList[id];
  return {
    ...spec,
    label: own?.label ?? spec.label,
    id,
    figure,
    prior,
    trend: trendOf(figure, prior, spec),
    sample: own?.sample ?? sampleOf(id, input),
    status: cautious(strict(id, input, statusOf(figure, spec)), touched),
    touched,
    ref: list === undefined ? refs.posture : refs.list(list),
    spark: measure
      ? sparkOf(
          input,
          (view) => printed(measure(view, input.settings), spec.unit),
          printed(figure, spec.unit),
        )
      : [],
  };
}

/** A figure that the qualification touches is never on target. */
const cautious = (status: Status, touched: boolean): Status =>
  touched && status === 'on_target' ? 'needs_attention' : status;

/** The limit of overdue findings is three high ones and no critical one. */
const strict = (id: KpiId, { posture }: ReportInput, status: Status): Status =>
  id === 'K10' && posture.layers.findings.overdue.critical > 0 ? 'off_target' : status;

/** K11: a row for each severity of which findings were closed in the period. */
export function closingRows(input: ReportInput, refs: Refs): KpiRow[] {
  const base = kpi('K11', input, refs);
  const open = `${number(sum(Object.values(input.posture.layers.findings.open)))} still open`;
  if (!input.closedComplete)
    return [
      {
        ...base,
        figure: unknown('too_many', 'more findings than one report reads'),
        status: 'not_observed',
        sample: open,
      },
    ];
  const times = closingTimes(input.closedInPeriod);
  const before = closingTimes(input.closedBefore);
  if (times.length === 0)
    return [
      {
        ...base,
        figure: unknown('none_closed', 'none closed in the period'),
        status: 'not_observed',
        sample: open,
      },
    ];
  return times.map(({ severity, days, middle, longest, p95 }) => {
    const due = input.settings.findingDays[severity];
    const small = days.length < 3;
    const spec = { ...kpiSpecs.K11, target: due / 2, limit: due };
    const figure = observed(small ? longest : middle);
    const tail = p95 === null ? '' : `, p95 ${number(p95, 1)} d`;
    const then = before.find((one) => one.severity === severity);
    // Only like is compared with like: a median with a median.
    const prior =
      input.prior === null
        ? noPrior
        : then === undefined || (!small && then.days.length < 3)
          ? unknown('too_few', 'too few closed in the period before')
          : observed(small ? then.longest : then.middle);
    return {
      ...base,
      prior,
      trend: trendOf(figure, prior, spec),
      label: `${spec.label}, ${severity}, ${small ? 'longest' : 'median'}`,
      target: spec.target,
      limit: spec.limit,
      figure,
      // The slowest twentieth may not take more than all of the days, whatever the median.
      status: p95 !== null && p95 > due ? 'off_target' : statusOf(figure, spec),
      sample: `n = ${days.length}${tail}; ${openOf(severity, input)} open`,
    };
  });
}

const openOf = (severity: Severity, input: ReportInput): number =>
  input.posture.layers.findings.open[severity];

/** A table of indicators under a caption that says as of when they and their priors are. */
export function kpiTable(what: string, rows: KpiRow[], input: ReportInput): BlockOf<'kpiTable'> {
  const prior = input.prior
    ? `prior as known on ${instant(input.prior.asOf)}`
    : 'no prior: nothing was known when the period before ended';
  return { kind: 'kpiTable', caption: capital(`${what} at ${instant(input.posture.asOf)}; ${prior}`), rows };
}

/** The same, set closely: for indicators that are read after others, where the report has few pages. */
export const denseTable = (what: string, rows: KpiRow[], input: ReportInput): BlockOf<'kpiTable'> => ({
  ...kpiTable(what, rows, input),
  dense: true,
});
