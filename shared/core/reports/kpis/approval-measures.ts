import type { Figure } from '../../../../schemas/report-figures.js';
import { hour, millisOf, minute } from '../../kernel/time.js';
import type { Approval } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { observed, unknown } from '../text.js';
import type { Told } from './measures.js';
import { ofBefore, since, spanNow, within, type Span } from './spans.js';
import { longest, median, p95 } from './statistics.js';

/*
 * Figures about approvals. They need every approval: where the list was cut, the figure is not observed rather than that
 * of a part.
 */

const complete = (input: ReportInput): boolean => input.approvals.length >= input.approvalTotal;
const tooMany = (input: ReportInput): Told => ({
  figure: unknown(
    'too_many',
    `more approvals than one report reads (${input.approvals.length} of ${input.approvalTotal})`,
  ),
  sample: `${input.approvals.length} of ${input.approvalTotal} approvals were read`,
});

const decidedIn = ({ approvals }: ReportInput, { window }: Span): Approval[] =>
  approvals.filter((a) => a.decided !== undefined && within(a.decided.time, window));

/** Minutes from request to decision, for requests decided in the span. */
const latenciesIn = (input: ReportInput, span: Span): number[] =>
  decidedIn(input, span).flatMap(({ requested, decided }) =>
    requested && decided ? [Math.max(0, millisOf(decided.time) - millisOf(requested.time)) / minute] : [],
  );

/** K19: the median from three on; below that the longest stands in its place and is named so. */
export function latency(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  const minutes = latenciesIn(input, spanNow(input));
  const n = minutes.length;
  const open = `${input.posture.approvals.pending ?? 0} pending, ${input.posture.approvals.expired ?? 0} expired`;
  // Only like is compared with like: a median with a median.
  const prior = ofBefore(input, (span) => {
    const then = latenciesIn(input, span);
    return then.length < Math.min(3, Math.max(1, n))
      ? unknown('too_few', 'too few decided in the period before')
      : observed(n < 3 ? longest(then) : median(then));
  });
  if (n === 0)
    return { figure: unknown('none_decided', 'no approval decided in the period'), sample: open, prior };
  const rounded = (value: number): string => String(Math.round(value));
  if (n < 3)
    return {
      figure: observed(longest(minutes)),
      sample: `n = ${n}; ${open}`,
      label: 'Approval latency, longest',
      prior,
    };
  const tail = n < 20 ? `longest ${rounded(longest(minutes))} min` : `p95 ${rounded(p95(minutes))} min`;
  return { figure: observed(median(minutes)), sample: `n = ${n}, ${tail}; ${open}`, prior };
}

/**
 * An action ran under it though nobody had approved by then, or after its end. Who approved their own is counted by itself.
 * The first use and the last are known, and each counts in its own time.
 */
function usedInVain({ used, usedExpired, decided, status }: Approval, { window }: Span): boolean {
  if (used === undefined || status === 'self_approved') return false;
  const never = status !== 'approved';
  const early = decided !== undefined && millisOf(used.first.time) < millisOf(decided.time);
  return (
    ((never || early) && within(used.first.time, window)) ||
    ((never || usedExpired === true) && within(used.last.time, window))
  );
}

/** K20: none is known to be none only where something was decided. */
export function breaches(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  const now = spanNow(input);
  return {
    figure: breachesIn(input, now),
    sample: `of ${decidedIn(input, now).length} decided; ${since(now, 'actions/unapproved')} ran under none`,
    prior: ofBefore(input, (span) => breachesIn(input, span)),
  };
}

function breachesIn(input: ReportInput, span: Span): Figure {
  const decided = decidedIn(input, span);
  const own = decided.filter((a) => a.status === 'self_approved').length;
  const vain = input.approvals.filter((a) => usedInVain(a, span)).length;
  const value = own + vain + since(span, 'actions/unapproved');
  return value === 0 && decided.length === 0
    ? unknown('none_decided', 'no approval decided in the period')
    : observed(value);
}

export const usedBreakGlass = (approval: Approval): boolean =>
  approval.requested?.breakGlass === true || approval.decided?.breakGlass === true;

/** K15. */
export function breakGlass(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  if (input.approvals.length === 0)
    return { figure: unknown('no_approval', 'no approval recorded'), sample: 'no approval source was heard' };
  const uses = input.approvals.filter((a) => a.decided !== undefined && usedBreakGlass(a));
  const inPeriod = uses.filter(({ decided }) => decided && within(decided.time, input.window)).length;
  return {
    figure: observed(unreviewed(uses, spanNow(input))),
    sample: `${inPeriod} used in the period`,
    prior: ofBefore(input, (span) => observed(unreviewed(uses, span))),
  };
}

/** Uses that had no review by then, a day after the decision. */
const unreviewed = (uses: readonly Approval[], { until }: Span): number =>
  uses.filter(
    ({ decided, reviewed }) =>
      decided &&
      millisOf(decided.time) + 24 * hour <= millisOf(until) &&
      (!reviewed || millisOf(reviewed.time) > millisOf(until)),
  ).length;
