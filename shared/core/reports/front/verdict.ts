import type { ControlSummary, Posture } from '../../../../schemas/posture.js';
import { verdictVocabulary, type Verdict } from '../../../../schemas/report-document.js';
import type { ReportInput } from '../input.js';
import { inventoryGap } from '../kpis/measures.js';
import { counted, fitting, headline, isAre, quoted, severities, sum } from '../text.js';
import { number, points } from '../format.js';

// The first lines of a report about a posture: what the verdict is, and why.

const worstState = ['blocked', 'missing', 'stale', 'shadowed'] as const;

/** Controls that are neither enforced nor out of scope, worst first: state, severity, share failing, id. */
export function failingControls({ controls }: Pick<Posture, 'controls'>): ControlSummary[] {
  const rank = (c: ControlSummary): number[] => [
    worstState.findIndex((s) => s === c.state),
    severities.indexOf(c.severity),
    c.counts.enforced / Math.max(1, c.inScope),
  ];
  return controls
    .filter((c) => worstState.some((s) => s === c.state))
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      const at = x.findIndex((value, i) => value !== y[i]);
      return at < 0 ? (a.id < b.id ? -1 : 1) : (x[at] ?? 0) - (y[at] ?? 0);
    });
}

export const openTotal = ({ layers }: Posture): number => sum(Object.values(layers.findings.open));
export const overdueTotal = ({ layers }: Posture): number => sum(Object.values(layers.findings.overdue));

/** Items of a control that are not enforced. */
export const failingCount = ({ inScope, counts }: ControlSummary): number => inScope - counts.enforced;

/** `12 of 16 controls are observed`. */
export const controlsWords = ({ score }: Posture): string =>
  `${number(score.controlsObserved)} of ${number(score.controlsApplicable)} controls are observed`;

/** The verdict with one sentence of at most 140 characters: why, with the number and its denominator. */
export function verdictOf(input: ReportInput): Verdict {
  const code = input.posture.verdict;
  return { set: 'posture', code, words: verdictVocabulary.posture[code], sentence: sentenceOf(input) };
}

/** Why the verdict is what it is, in one sentence. */
export function sentenceOf(input: ReportInput): string {
  const { posture } = input;
  const observed = controlsWords(posture);
  const score = posture.score.tenths === null ? null : points(posture.score.tenths);
  const target = points(posture.score.target);
  switch (posture.verdict) {
    case 'off_target':
      return offTarget(input, observed);
    case 'not_enough_evidence': {
      const gap = gapSentence(input);
      return gap === null
        ? `${observed}, too few for a verdict; the score of those is ${score ?? 'not observed'} of 100.`
        : `${gap}, so the score cannot be computed; ${observed}.`;
    }
    case 'needs_attention': {
      const [first = 'a check is open'] = posture.reasons;
      return fitting(
        140,
        `${quoted(first, 90)}: the score is ${score ?? 'not observed'} (target ${target}); ${observed}.`,
        `The score is ${score ?? 'not observed'} (target ${target}); ${observed}.`,
      ).replace(/^./, (c) => c.toUpperCase());
    }
    case 'on_target':
      return `No critical finding is open; the score is ${score ?? 'not observed'} (target ${target}); ${observed}.`;
  }
}

function offTarget({ posture, findings }: ReportInput, observed: string): string {
  const { open, overdue } = posture.layers.findings;
  if (open.critical > 0) {
    const late = overdue.critical > 0 ? `, ${number(overdue.critical)} overdue` : '';
    const head = `${number(open.critical)} of ${counted(openTotal(posture), 'open finding')} ${isAre(open.critical)} critical${late}`;
    const worst = findings.find((f) => f.state === 'open' && f.severity === 'critical');
    const tail = posture.score.controlsObserved < posture.score.controlsApplicable ? `; ${observed}` : '';
    if (!worst) return `${head}${tail}.`;
    const room = 140 - `${head}: ${tail}.`.length;
    return room < 40
      ? fitting(140, `${head}${tail}.`, `${head}.`)
      : `${head}: ${headline(worst, room)}${tail}.`;
  }
  const unmet = failingControls(posture).find(
    (c) => c.severity === 'critical' && (c.state === 'blocked' || c.state === 'missing'),
  );
  if (unmet) {
    const counts = `${number(unmet.counts.enforced)} of ${counted(unmet.inScope, 'item')} enforced`;
    return fitting(
      140,
      `${unmet.title} is ${unmet.state}: ${counts}; ${observed}.`,
      `${unmet.title} is ${unmet.state}: ${counts}.`,
    );
  }
  const { tenths, target } = posture.score;
  const score = tenths === null ? 'not observed' : points(tenths);
  return `The score is ${score} of 100, below its limit of ${points(Math.max(0, target - 100))}; ${observed}.`;
}

/** Why the inventory cannot carry a score, as the beginning of a sentence. */
export function gapSentence({ posture, settings }: ReportInput): string | null {
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  if (gap?.reason === 'inventory_stale') return `The ${gap.words.replace('inventory ', 'inventory is ')}`;
  if (gap) return 'No inventory is declared';
  return posture.score.notObserved === null ? null : 'Nothing is in scope';
}
