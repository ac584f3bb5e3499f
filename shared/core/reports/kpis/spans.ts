import type { Figure } from '../../../../schemas/report-figures.js';
import { millisOf } from '../../kernel/time.js';
import type { Counters, ReportInput } from '../input.js';
import { unknown } from '../text.js';

/*
 * Figures of a period are measured over a span: this period, or the one before it with what stood at its two ends, so that
 * now and then are measured alike.
 */

export type Span = {
  window: ReportInput['window'];
  /** The instant up to which is told: the as-of, or the end of a period that is over. */
  until: string;
  /** Counters at its two ends; null at a beginning where nothing was counted yet. */
  start: Counters | null;
  end: Counters;
};

export const noPrior = unknown('no_prior', 'nothing was known at the end of the period before');

export const spanNow = ({ window, posture, counters, priorCounters }: ReportInput): Span => ({
  window,
  until: posture.asOf,
  start: priorCounters,
  end: counters,
});

/** A figure as it was in the period before; none where nothing was known when that ended. */
export function ofBefore(
  { before, prior, priorCounters }: ReportInput,
  figureOf: (span: Span) => Figure,
): Figure {
  if (!prior || !priorCounters) return noPrior;
  return figureOf({
    window: before.window,
    until: before.window.to,
    start: before.start,
    end: priorCounters,
  });
}

/** How far a counter that only grows grew over the span. */
export const since = ({ start, end }: Pick<Span, 'start' | 'end'>, name: string): number =>
  (end.totals[name] ?? 0) - (start?.totals[name] ?? 0);

export const within = (instant: string, { from, to }: ReportInput['window']): boolean => {
  const ms = millisOf(instant);
  return ms >= millisOf(from) && ms < millisOf(to);
};
