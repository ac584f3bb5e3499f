import type { Block } from '../../../schemas/report-blocks.js';
import type { Figure, KpiRow, SparkPoint, Status, Trend, Unit } from '../../../schemas/report-figures.js';
import type { Severity } from '../../../schemas/primitives.js';
import { postureOf } from '../posture/posture.js';
import type { CisoInput, View } from './ciso-input.js';
import { kpiSpecs, type KpiId, type KpiSpec } from './ciso-kpi-data.js';
import { criticalsOf, deliveriesOf, itemsOf, measures, shadowOf } from './ciso-measures.js';
import {
  breaches,
  breakGlass,
  closedInTime,
  closingTimes,
  expiring,
  latency,
  signed,
} from './ciso-period.js';
import { capital, counted, observed, sum, unknown, type ListName, type Refs } from './ciso-text.js';
import { day as dayWords, instant, number, printed, share as shareWords } from './format.js';

/** Indicators with the counters of each day behind them; those of the period have no prior in the data. */
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
};
/** Figures that an event nobody could fold may have changed. */
const restsOnAllEvents: ReadonlySet<KpiId> = new Set(['K04', 'K05', 'K06', 'K07', 'K16', 'K17', 'K24']);

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

/** The view of each stored day, oldest first, judged with the settings of now. */
export function dayViews(input: CisoInput): { label: string; view: View }[] {
  return input.days.slice(-12).map((stored) => {
    const { counts, totals, inventoryAt, position, day } = stored;
    const posture = postureOf(input.tenantId, {
      id: 'summary',
      kind: 'summary',
      basis: {
        size: position,
        clock: `${day}T23:59:59.999Z`,
        foldVersion: input.posture.foldVersion,
        sample: input.posture.sample,
        settings: input.settings,
      },
      counts,
      totals,
      ...(inventoryAt === undefined ? {} : { inventoryAt }),
    });
    return { label: dayWords(day).slice(0, -5), view: { posture, counters: { counts, totals } } };
  });
}

const nowOf = ({ posture, counters }: CisoInput): View => ({ posture, counters });

function sampleOf(id: KpiId, input: CisoInput): string {
  const { posture } = input;
  const { coverage, findings } = posture.layers;
  const covered = (k: { covered: number; inScope: number; shadow: number; silent: number }) =>
    `${number(k.covered)} of ${number(k.inScope)}; ${number(k.shadow)} shadow, ${number(k.silent)} silent`;
  const open = sum(Object.values(findings.open));
  switch (id) {
    case 'K04':
      return covered(coverage.agents);
    case 'K05':
      return covered(coverage.repositories);
    case 'K06':
      return covered(coverage.workflows);
    case 'K07':
      return counted(coverage.tools.inScope, 'tool', 'tools') + ' in scope';
    case 'K09':
      return `of ${number(open)} open; ${number(input.counters.counts['findings/accepted/critical'] ?? 0)} critical accepted`;
    case 'K10':
      return `of ${number(open)} open; ${number(findings.unowned.critical)} critical without owner`;
    case 'K13':
      return `${number(posture.exceptions.active ?? 0)} active, ${number(expiring(input).length)} expiring in 14 days`;
    case 'K14':
      return `${number(findings.accepted)} accepted beside ${number(open)} open`;
    case 'K16': {
      const pairs = sum(posture.controls.map((c) => c.inScope));
      return `${number(pairs)} pairs of control and item`;
    }
    case 'K21': {
      const { delivered, ended, unconfirmed, sending } = deliveriesOf(posture, input.counters);
      return `${number(delivered)} of ${number(ended)}; ${number(unconfirmed)} unconfirmed, ${number(sending)} under way`;
    }
    case 'K24':
      return `${number(shadowOf(posture))} of ${number(itemsOf(posture))} items`;
    default:
      return 'nothing counted';
  }
}

type Told = { figure: Figure; sample: string };
const told: Readonly<Partial<Record<KpiId, (input: CisoInput) => Told>>> = {
  K12: closedInTime,
  K15: breakGlass,
  K17: signed,
  K19: latency,
  K20: breaches,
};
const noPrior = unknown('no_prior', 'nothing was known at the end of the period before');
const notKept = unknown('not_kept', 'the figure of the period before is not kept');

/** One indicator. @param words replaces the label, target and limit where one indicator has several rows. */
export function kpi(id: KpiId, input: CisoInput, refs: Refs): KpiRow {
  const { definition: _definition, ...spec } = kpiSpecs[id];
  const own = told[id]?.(input);
  const measure = measures[id];
  const figure = own?.figure ?? measure?.(nowOf(input), input.settings) ?? notKept;
  const { prior: posture, priorCounters: counters } = input;
  const then = posture && counters ? { posture, counters } : null;
  const prior = measure ? (then ? measure(then, input.settings) : noPrior) : notKept;
  const touched = input.posture.layers.evidence.unfoldable > 0 && restsOnAllEvents.has(id);
  const list = refList[id];
  return {
    ...spec,
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
const strict = (id: KpiId, { posture }: CisoInput, status: Status): Status =>
  id === 'K10' && posture.layers.findings.overdue.critical > 0 ? 'off_target' : status;

/** A line of days ending in now; empty while fewer than two points are observed. */
export function sparkOf(
  input: CisoInput,
  valueOf: (view: View) => number | null,
  now: number | null,
): SparkPoint[] {
  const days = dayViews(input).map(({ label, view }) => ({ label, value: valueOf(view) }));
  const points = [...days, { label: 'now', value: now }];
  return points.filter(({ value }) => value !== null).length < 2 ? [] : points;
}

/** K11: a row for each severity of which findings were closed in the period. */
export function closingRows(input: CisoInput, refs: Refs): KpiRow[] {
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
  const times = closingTimes(input);
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
    return {
      ...base,
      label: `${spec.label}, ${severity}, ${small ? 'longest' : 'median'}`,
      target: spec.target,
      limit: spec.limit,
      figure,
      status: statusOf(figure, spec),
      sample: `n = ${days.length}${tail}; ${openOf(severity, input)} still open`,
    };
  });
}

const openOf = (severity: Severity, input: CisoInput): number => input.posture.layers.findings.open[severity];

/** A table of indicators under a caption that says as of when they and their priors are. */
export function kpiTable(what: string, rows: KpiRow[], input: CisoInput): Block {
  const prior = input.prior
    ? `prior as known on ${instant(input.prior.asOf)}`
    : 'no prior: nothing was known when the period before ended';
  return { kind: 'kpiTable', caption: capital(`${what} at ${instant(input.posture.asOf)}; ${prior}`), rows };
}

/** Open criticals as every part of the report says them. */
export const openCriticals = (input: CisoInput): Figure =>
  measures.K09?.(nowOf(input), input.settings) ?? observed(criticalsOf(nowOf(input)));

export { shareWords };
