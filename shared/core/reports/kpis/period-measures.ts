import type { Severity } from '../../../../schemas/primitives.js';
import { day, hour, millisOf, minute } from '../../kernel/time.js';
import type { Approval, Exception, Finding } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import type { Told } from './measures.js';
import { observed, severities, share, sum, unknown } from '../text.js';

/*
 * Figures about what happened in the period. They need every document concerned: where a list was cut, the figure is not
 * observed rather than that of a part.
 */

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const longest = (values: readonly number[]): number => Math.max(0, ...values);

export function median(values: readonly number[]): number {
  const order = sorted(values);
  const middle = Math.floor(order.length / 2);
  const upper = order[middle] ?? 0;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? upper) + upper) / 2;
}

/** Nearest rank, ceil(0.95 n). */
const p95 = (values: readonly number[]): number => sorted(values)[Math.ceil(0.95 * values.length) - 1] ?? 0;

export const within = (instant: string, { from, to }: ReportInput['window']): boolean => {
  const ms = millisOf(instant);
  return ms >= millisOf(from) && ms < millisOf(to);
};

export const daysToClose = (finding: Finding): number =>
  Math.max(0, (millisOf(finding.closedAt ?? finding.lastSeen) - millisOf(finding.openedAt)) / day);

/** Days to close by severity, closed in the period; worst first; severities without any are absent. */
export function closingTimes(
  input: ReportInput,
): { severity: Severity; days: number[]; middle: number; longest: number; p95: number | null }[] {
  return severities.flatMap((severity) => {
    const days = input.closedInPeriod.filter((f) => f.severity === severity).map(daysToClose);
    if (days.length === 0) return [];
    return [
      {
        severity,
        days,
        middle: median(days),
        longest: longest(days),
        p95: days.length < 20 ? null : p95(days),
      },
    ];
  });
}

/** K12. */
export function closedInTime(input: ReportInput): Told {
  const { closedInPeriod, findings, posture } = input;
  const overdue = findings.filter((f) => f.state === 'open' && f.overdue);
  if (!input.closedComplete || overdue.length < sum(Object.values(posture.layers.findings.overdue)))
    return {
      figure: unknown('too_many', 'more findings than one report reads'),
      sample: `${closedInPeriod.length} closed were read`,
    };
  const onTime = closedInPeriod.filter((f) => millisOf(f.closedAt ?? f.lastSeen) <= millisOf(f.dueOn)).length;
  const all = closedInPeriod.length + overdue.filter((f) => within(f.dueOn, input.window)).length;
  return all === 0
    ? { figure: unknown('none_due', 'none due in the period'), sample: 'no finding closed or fell due' }
    : { figure: share(onTime, all), sample: `${onTime} of ${all}` };
}

const complete = (input: ReportInput): boolean => input.approvals.length >= input.approvalTotal;
const tooMany = (input: ReportInput): Told => ({
  figure: unknown(
    'too_many',
    `more approvals than one report reads (${input.approvals.length} of ${input.approvalTotal})`,
  ),
  sample: `${input.approvals.length} of ${input.approvalTotal} approvals were read`,
});

export const decidedInPeriod = (input: ReportInput): Approval[] =>
  input.approvals.filter((a) => a.decided !== undefined && within(a.decided.time, input.window));

/** Minutes from request to decision, for requests decided in the period. */
export const latencies = (input: ReportInput): number[] =>
  decidedInPeriod(input).flatMap(({ requested, decided }) =>
    requested && decided ? [Math.max(0, millisOf(decided.time) - millisOf(requested.time)) / minute] : [],
  );

/** K19: the median from three on; below that the longest stands in its place and is named so. */
export function latency(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  const minutes = latencies(input);
  const n = minutes.length;
  const open = `${input.posture.approvals.pending ?? 0} pending, ${input.posture.approvals.expired ?? 0} expired`;
  if (n === 0) return { figure: unknown('none_decided', 'no approval decided in the period'), sample: open };
  const rounded = (value: number): string => String(Math.round(value));
  if (n < 3)
    return {
      figure: observed(longest(minutes)),
      sample: `n = ${n}; ${open}`,
      label: 'Approval latency, longest',
    };
  const tail = n < 20 ? `longest ${rounded(longest(minutes))} min` : `p95 ${rounded(p95(minutes))} min`;
  return { figure: observed(median(minutes)), sample: `n = ${n}, ${tail}; ${open}` };
}

/** K20: breaches are known when there are any; none found is not none, because runs without approval are not counted. */
export function breaches(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  const decided = decidedInPeriod(input);
  const own = decided.filter((a) => a.status === 'self_approved').length;
  const sample = `of ${decided.length} decided`;
  if (own > 0) return { figure: observed(own), sample };
  const why =
    decided.length === 0 ? 'no approval decided in the period' : 'runs without approval are not counted yet';
  return { figure: unknown(decided.length === 0 ? 'none_decided' : 'not_counted', why), sample };
}

export const usedBreakGlass = (approval: Approval): boolean =>
  approval.requested?.breakGlass === true || approval.decided?.breakGlass === true;

/** K15. */
export function breakGlass(input: ReportInput): Told {
  if (!complete(input)) return tooMany(input);
  if (input.approvals.length === 0)
    return { figure: unknown('no_approval', 'no approval recorded'), sample: 'no approval source was heard' };
  const uses = input.approvals.filter((a) => a.decided !== undefined && usedBreakGlass(a));
  const late = uses.filter(
    ({ decided, reviewed }) =>
      decided && !reviewed && millisOf(decided.time) + 24 * hour <= millisOf(input.posture.asOf),
  );
  const inPeriod = uses.filter(({ decided }) => decided && within(decided.time, input.window)).length;
  return {
    figure: observed(late.length),
    sample: `${inPeriod} used in the period`,
  };
}

/** K17: what was folded in the period, from the counters at its two ends. */
export function signed({ posture, prior }: ReportInput): Told {
  const now = posture.layers.evidence;
  const then = prior?.layers.evidence ?? { live: 0, signedByTrusted: 0 };
  const live = now.live - then.live;
  const trusted = now.signedByTrusted - then.signedByTrusted;
  return live <= 0 || trusted > live
    ? { figure: unknown('no_live_event', 'no live event in the period'), sample: 'no live event' }
    : { figure: share(Math.max(0, trusted), live), sample: `${trusted} of ${live} live events` };
}

/** K08: actions of the period, each judged when it came in, from the counters at its two ends. */
export function enforcedActions({ counters, priorCounters }: ReportInput): Told {
  const since = (name: string): number => (counters.totals[name] ?? 0) - (priorCounters?.totals[name] ?? 0);
  const all = since('actions/high_risk');
  const enforced = since('actions/high_risk_enforced');
  return all <= 0
    ? {
        figure: unknown('no_high_risk_action', 'no high-risk action recorded in the period'),
        sample: 'no high-risk action',
      }
    : { figure: share(Math.min(enforced, all), all), sample: `${enforced} of ${all} actions` };
}

/** When an exception ends, and when it was granted; null where neither was said. */
export const endOf = ({ granted, renewed }: Exception): string | null =>
  (renewed && (!granted || renewed.time > granted.time) ? renewed.expiresAt : granted?.expiresAt) ?? null;

/** Active exceptions that end within 14 days of the as-of, earliest first. */
export function expiring(input: ReportInput): { exception: Exception; ends: string }[] {
  const now = millisOf(input.posture.asOf);
  return input.exceptions
    .filter((e) => e.status === 'active')
    .flatMap((exception) => {
      const ends = endOf(exception);
      return ends !== null && millisOf(ends) > now && millisOf(ends) <= now + 14 * day
        ? [{ exception, ends }]
        : [];
    })
    .sort((a, b) => (a.ends < b.ends ? -1 : a.ends > b.ends ? 1 : a.exception.id < b.exception.id ? -1 : 1));
}
