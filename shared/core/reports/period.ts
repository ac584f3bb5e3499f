import { dayOf } from '../reviews/zone.js';
import type { Millis } from '../kernel/time.js';

/** What a report speaks of: calendar days, both included, in the tenant's zone, with the label that prints. */
export type ReportPeriod = { label: string; from: string; to: string; zone: string };

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A period from its first and last day. */
export function reportPeriod(from: string, to: string, zone: string): ReportPeriod {
  return { label: labelOf(from, to), from, to, zone };
}

/** The month so far, in the tenant's zone. */
export function monthToDate(now: Millis, zone: string): ReportPeriod {
  const to = dayOf(now, zone);
  return reportPeriod(`${to.slice(0, 7)}-01`, to, zone);
}

/** `1–24 Nov 2026`; months and years are said once where they are the same. */
function labelOf(from: string, to: string): string {
  const [a, b] = [partsOf(from), partsOf(to)];
  const end = `${b.day} ${b.month} ${b.year}`;
  if (from === to) return end;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${end}`;
  return a.month === b.month ? `${a.day}–${end}` : `${a.day} ${a.month} – ${end}`;
}

function partsOf(day: string): { day: number; month: string; year: number } {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return { day: date, month: months[month - 1] ?? '', year };
}
