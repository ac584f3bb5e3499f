import type { Figure, KpiRow } from '../../../../schemas/report-figures.js';
import { number } from '../format.js';
import { blockersRow } from '../kpis/blockers-row.js';
import { openCriticals } from '../kpis/measures.js';
import type { View } from '../input.js';
import type { KpiId } from '../kpis/kpi-data.js';
import { statusOf, trendOf } from '../kpis/kpi-rules.js';
import { scoreBounds } from '../kpis/limits.js';
import { kpi } from '../kpis/kpi-rows.js';
import { measures } from '../kpis/measures.js';
import { enforcedIn } from '../kpis/period-measures.js';
import { scoreFigure } from '../kpis/score-figure.js';
import { counted, share, unknown, type Refs } from '../text.js';
import type { BoardInput, EarlierPeriod } from './input.js';

/** The board's words for an indicator; at most twelve rows. */
const words: readonly (readonly [KpiId | 'K01' | 'K56' | 'K22', string])[] = [
  ['K01', 'Control score'],
  ['K04', 'Agents under control'],
  ['K56', 'Code and workflows under control'],
  ['K07', 'Tools under control'],
  ['K08', 'Risky actions stopped or approved'],
  ['K09', 'Critical weaknesses open'],
  ['K10', 'Weaknesses past their date'],
  ['K12', 'Weaknesses closed in time'],
  ['K13', 'Exceptions expired'],
  ['K15', 'Emergency access unreviewed'],
  ['K16', 'Proof up to date'],
  ['K22', 'Blockers before production'],
];

export function boardRows(input: BoardInput, refs: Refs): KpiRow[] {
  return words.map(([id, label]) => {
    const row =
      id === 'K01'
        ? scoreRow(input, refs)
        : id === 'K56'
          ? codeRow(input, refs)
          : id === 'K22'
            ? blockersRow(input, refs)
            : kpi(id, input, refs);
    const points = input.earlier.map((period) => ({
      label: period.label.slice(0, 12),
      value: earlierValue(id, period, input),
    }));
    const now = row.figure.state === 'observed' ? row.figure.value : null;
    const spark = [...points, { label: 'now', value: now }];
    return { ...row, label, spark: spark.filter(({ value }) => value !== null).length < 2 ? [] : spark };
  });
}

/** An indicator as it was known when an earlier period ended; null where nothing was, or where it is not kept. */
export function earlierValue(id: string, { view, before }: EarlierPeriod, input: BoardInput): number | null {
  if (!view) return null;
  const valueOf = (figure: Figure | undefined): number | null =>
    figure?.state === 'observed' ? figure.value : null;
  if (id === 'K01') return view.posture.score.tenths === null ? null : view.posture.score.tenths / 10;
  if (id === 'K56') return valueOf(codeFigure(view, input));
  if (id === 'K08') return valueOf(enforcedIn({ start: before, end: view.counters }));
  return valueOf(measures[id as KpiId]?.(view, input.settings));
}

/** K01, which never stands without the controls observed and the open criticals. */
function scoreRow(input: BoardInput, refs: Refs): KpiRow {
  const { posture, prior, settings } = input;
  const { score } = posture;
  const spec = { unit: 'points' as const, better: 'higher' as const, ...scoreBounds(input) };
  const figure = scoreFigure(posture, settings.inventoryFreshDays);
  const before: Figure = prior
    ? scoreFigure(prior, settings.inventoryFreshDays)
    : unknown('no_prior', 'nothing was known at the end of the period before');
  const criticals = openCriticals(input);
  const open =
    criticals.state === 'observed' ? `${number(criticals.value)} critical open` : 'criticals not observed';
  const touched = posture.layers.evidence.unfoldable > 0;
  const status = statusOf(figure, spec);
  return {
    ...spec,
    id: 'K01',
    label: 'Control score',
    figure,
    prior: before,
    trend: trendOf(figure, before, spec),
    sample: `${number(score.controlsObserved)} of ${number(score.controlsApplicable)} controls observed; ${open}; verdict ${posture.verdict.replaceAll('_', ' ')}`,
    status: touched && status === 'on_target' ? 'needs_attention' : status,
    touched,
    ref: refs.posture,
    spark: [],
  };
}

/** K05 and K06 in one: counts are added, percentages never. */
function codeFigure(view: View, { settings }: BoardInput): Figure {
  const [code, flows] = [measures.K05?.(view, settings), measures.K06?.(view, settings)];
  const known = [code, flows].flatMap((f) =>
    f?.state === 'observed' && f.num !== undefined && f.den !== undefined ? [{ num: f.num, den: f.den }] : [],
  );
  const den = known.reduce((n, f) => n + f.den, 0);
  if (den === 0) return code ?? unknown('nothing_in_scope', 'no repository or workflow declared or observed');
  return share(
    known.reduce((n, f) => n + f.num, 0),
    den,
  );
}

function codeRow(input: BoardInput, refs: Refs): KpiRow {
  const [code, flows] = [kpi('K05', input, refs), kpi('K06', input, refs)];
  // What is added up is held to the stricter of the two.
  const stricter = (bound: 'target' | 'limit'): number => Math.max(code[bound] ?? 0, flows[bound] ?? 0);
  const row = { ...code, target: stricter('target'), limit: stricter('limit') };
  const figure = codeFigure(input, input);
  const { prior: posture, priorCounters: counters } = input;
  const prior: Figure = posture && counters ? codeFigure({ posture, counters }, input) : row.prior;
  const status = statusOf(figure, row);
  const { repositories, workflows } = input.posture.layers.coverage;
  return {
    ...row,
    id: 'K05+K06',
    figure,
    prior,
    trend: trendOf(figure, prior, row),
    status: row.touched && status === 'on_target' ? 'needs_attention' : status,
    sample: `${counted(repositories.inScope, 'repository', 'repositories')}, ${counted(workflows.inScope, 'workflow')}`,
  };
}
