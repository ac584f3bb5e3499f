import type { SparkPoint } from '../../../../schemas/report-figures.js';
import { postureOf } from '../../posture/posture.js';
import type { ReportInput, View } from '../input.js';
import { day as dayWords } from '../format.js';

/** The view of each stored day, oldest first, judged with the settings of now. */
export function dayViews(input: ReportInput): { label: string; view: View }[] {
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
        ...input.adopted,
      },
      counts,
      totals,
      ...(inventoryAt === undefined ? {} : { inventoryAt }),
    });
    return { label: dayWords(day).slice(0, -5), view: { posture, counters: { counts, totals } } };
  });
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
