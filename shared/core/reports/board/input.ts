import type { Readiness } from '../../../../schemas/readiness.js';
import type { Counters, ReportInput, View } from '../input.js';

/** What stood when an earlier period of the same length ended; null where nothing was known then. */
export type EarlierPeriod = { label: string; view: View | null; before: Counters | null };

export type BoardInput = ReportInput & {
  /** The three periods before, oldest first. */
  earlier: readonly EarlierPeriod[];
  /** What stands between the tenant and production; null where it was not asked. */
  gate: Pick<Readiness, 'blockers'> | null;
  /** Incidents opened in the period, and what was determined of them since; null where none was ever heard of. */
  incidents: { opened: number; material: number; notMaterial: number } | null;
};
