import { isEvidenceOf } from '../../../schemas/evidence.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Day } from '../../core/projections/documents.js';
import { dayId } from '../../core/projections/keys.js';
import type { BoardInput, EarlierPeriod } from '../../core/reports/board/input.js';
import { toldBy, updatesByIncident } from '../../core/reports/incident/updates.js';
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
  return {
    ...input,
    earlier: before.map((period) => earlierOf(period, dayOf, input)),
    gate,
    incidents: ever ? await incidentsOf(stores, input) : null,
  };
}

/** Most events of a kind that are looked through for incidents. */
const mostEvents = 1000;

/** Incidents by name, and what the last determination of each says. */
async function incidentsOf(
  stores: TenantStores,
  { window, posture: { asOf } }: ReportInput,
): Promise<NonNullable<BoardInput['incidents']>> {
  const opened = await eventsWithin(stores, 'incident.opened', window, mostEvents);
  const updated = await eventsWithin(stores, 'incident.updated', window, mostEvents);
  const names = new Set(
    opened.events.flatMap((one) => (isEvidenceOf(one, 'incident.opened') ? [one.event.data.incident] : [])),
  );
  const updates = updatesByIncident(updated.events);
  const outcomes = [...names].map(
    (name) => toldBy(updates.get(name) ?? [], asOf, new Set()).materiality?.outcome,
  );
  const count = (outcome: 'material' | 'not_material'): number =>
    outcomes.filter((one) => one === outcome).length;
  return { opened: names.size, material: count('material'), notMaterial: count('not_material') };
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
