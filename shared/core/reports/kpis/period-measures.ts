import type { Severity } from '../../../../schemas/primitives.js';
import type { Figure } from '../../../../schemas/report-figures.js';
import { day, millisOf } from '../../kernel/time.js';
import type { Exception, Finding } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import type { Told } from './measures.js';
import { longest, median, p95 } from './statistics.js';
import { noPrior, ofBefore, since, spanNow, within, type Span } from './spans.js';
import { severities, share, sum, unknown } from '../text.js';

/*
 * Figures about what happened in the period. They need every document concerned: where a list was cut, the figure is not
 * observed rather than that of a part.
 */

export const daysToClose = (finding: Finding): number =>
  Math.max(0, (millisOf(finding.closedAt ?? finding.lastSeen) - millisOf(finding.openedAt)) / day);

/** Days to close by severity, closed in the period; worst first; severities without any are absent. */
export function closingTimes(
  closed: readonly Finding[],
): { severity: Severity; days: number[]; middle: number; longest: number; p95: number | null }[] {
  return severities.flatMap((severity) => {
    const days = closed.filter((f) => f.severity === severity).map(daysToClose);
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

/** K12; before: of what is known now about the findings that fell due then. */
export function closedInTime(input: ReportInput): Told {
  const { closedInPeriod, closedBefore, findings, posture, window, before, prior } = input;
  const overdue = findings.filter((f) => f.state === 'open' && f.overdue);
  if (!input.closedComplete || overdue.length < sum(Object.values(posture.layers.findings.overdue)))
    return {
      figure: unknown('too_many', 'more findings than one report reads'),
      sample: `${closedInPeriod.length} closed were read`,
    };
  const [onTime, all] = inTime(closedInPeriod, overdue, window);
  const [onTimeThen, allThen] = inTime(closedBefore, [...overdue, ...closedInPeriod], before.window);
  const known = {
    prior:
      prior === null
        ? noPrior
        : allThen === 0
          ? unknown('none_due', 'none due in the period before')
          : share(onTimeThen, allThen),
  };
  return all === 0
    ? {
        figure: unknown('none_due', 'none due in the period'),
        sample: 'no finding closed or fell due',
        ...known,
      }
    : { figure: share(onTime, all), sample: `${onTime} of ${all}`, ...known };
}

/** Of findings closed, and of those that fell due and were open when the period ended: closed on time, and all. */
function inTime(
  closed: readonly Finding[],
  open: readonly Finding[],
  window: ReportInput['window'],
): [onTime: number, all: number] {
  return [
    closed.filter((f) => millisOf(f.closedAt ?? f.lastSeen) <= millisOf(f.dueOn)).length,
    closed.length + open.filter((f) => within(f.dueOn, window)).length,
  ];
}

/** K17: what was folded in the period, from the counters at its two ends. */
export function signed(input: ReportInput): Told {
  const now = spanNow(input);
  const [live, trusted] = [since(now, 'live'), since(now, 'trusted')];
  return {
    figure: signedIn(now),
    sample: live <= 0 ? 'no live event' : `${trusted} of ${live} live events`,
    prior: ofBefore(input, signedIn),
  };
}

function signedIn(span: Span): Figure {
  const [live, trusted] = [since(span, 'live'), since(span, 'trusted')];
  return live <= 0 || trusted > live
    ? unknown('no_live_event', 'no live event in the period')
    : share(Math.max(0, trusted), live);
}

/** K08: actions of the period, each judged when it came in, from the counters at its two ends. */
export function enforcedActions(input: ReportInput): Told {
  const now = spanNow(input);
  const [all, enforced] = [since(now, 'actions/high_risk'), since(now, 'actions/high_risk_enforced')];
  return {
    figure: enforcedIn(now),
    sample: all <= 0 ? 'no high-risk action' : `${enforced} of ${all} actions`,
    prior: ofBefore(input, enforcedIn),
  };
}

export function enforcedIn(span: Pick<Span, 'start' | 'end'>): Figure {
  const [all, enforced] = [since(span, 'actions/high_risk'), since(span, 'actions/high_risk_enforced')];
  return all <= 0
    ? unknown('no_high_risk_action', 'no high-risk action recorded in the period')
    : share(Math.min(enforced, all), all);
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
