import type { SparkPoint } from '../../../../schemas/report-figures.js';
import { postureOf } from '../../posture/posture.js';
import type { Day } from '../../projections/documents.js';
import type { ReportInput, View } from '../input.js';
import { day as dayWords } from '../format.js';

/** What a stored day's counters said at an instant, judged with the settings of now: targets that moved are no change. */
export function viewOf(input: ReportInput, stored: Day, clock: string): View {
  const { counts, totals, inventoryAt, position } = stored;
  const posture = postureOf(input.tenantId, {
    id: 'summary',
    kind: 'summary',
    basis: {
      size: position,
      clock,
      foldVersion: input.posture.foldVersion,
      sample: input.posture.sample,
      settings: input.settings,
      ...input.adopted,
    },
    counts,
    totals,
    ...(inventoryAt === undefined ? {} : { inventoryAt }),
  });
  return { posture, counters: { counts, totals } };
}

/** The view of each stored day, oldest first, judged with the settings of now. */
export function dayViews(input: ReportInput): { label: string; view: View }[] {
  return input.days.slice(-12).map((stored) => ({
    label: dayWords(stored.day).slice(0, -5),
    view: viewOf(input, stored, `${stored.day}T23:59:59.999Z`),
  }));
}

/** A line of days ending in now; empty while fewer than two points are observed. */
export function sparkOf(
  input: ReportInput,
  valueOf: (view: View) => number | null,
  now: number | null,
): SparkPoint[] {
  const days = dayViews(input).map(({ label, view }) => ({ label, value: valueOf(view) }));
  const points = [...days, { label: 'now', value: now }];
  return points.filter(({ value }) => value !== null).length < 2 ? [] : points;
}
