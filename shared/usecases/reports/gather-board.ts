import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Day } from '../../core/projections/documents.js';
import { dayId } from '../../core/projections/keys.js';
import type { BoardInput, EarlierPeriod } from '../../core/reports/board/input.js';
import type { ReportInput } from '../../core/reports/input.js';
import { viewOf } from '../../core/reports/kpis/days.js';
import { addDays } from '../../core/reviews/zone.js';
import type { TenantStores } from '../../ports.js';
import { periodsBefore, type ReportPeriod } from '../periods.js';
import { eventsWithin } from './read-proofs.js';

/** Loads what the board pack says beside the posture: three periods before, incidents of this one, and the gate. */
export async function gatherBoard(
  stores: TenantStores,
  input: ReportInput,
  gate: BoardInput['gate'],
): Promise<BoardInput> {
  const before = periodsBefore(input.period, 3);
  const ids = before.flatMap(({ from, to }) => [dayId(addDays(from, -1)), dayId(to)]);
  const found = await stores.ledger.read([...new Set(ids)]);
  const dayOf = (date: string): Day | null => {
    const document = found.get(dayId(date));
    return document?.kind === 'day' ? document : null;
  };
  const ever = (input.counters.totals['type/incident.opened'] ?? 0) > 0;
  const opened = ever ? await eventsWithin(stores, 'incident.opened', input.window, 1000) : null;
  return {
    ...input,
    earlier: before.map((period) => earlierOf(period, dayOf, input)),
    gate,
    incidents: opened?.events.length ?? null,
  };
}

function earlierOf(
  { label, from, to }: ReportPeriod,
  dayOf: (date: string) => Day | null,
  input: ReportInput,
): EarlierPeriod {
  const [start, end] = [dayOf(addDays(from, -1)), dayOf(to)];
  if (!end) return { label, view: null, before: null };
  const clock = instantOf(millisOf(`${end.day}T00:00:00Z`) + day);
  return {
    label,
    view: viewOf(input, end, clock),
    before: start && { counts: start.counts, totals: start.totals },
  };
}
