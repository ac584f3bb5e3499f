import { day, millisOf } from '../core/kernel/time.js';
import { dayOf } from '../core/reviews/zone.js';

/** Calendar days of a report, both included, in a zone; `label` is the period's name. */
export type ReportPeriod = { label: string; from: string; to: string; zone: string };

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Month to date in the tenant's zone: `1–24 Nov 2026`. @throws RangeError for an unknown zone. */
export function defaultPeriod(asOf: string, zone: string): ReportPeriod {
  const today = dayOf(millisOf(asOf), zone);
  return periodOf(`${today.slice(0, 7)}-01`, today, zone);
}

/** A period with its name: `October 2026` for a whole month, else `1–24 Nov 2026`. */
export const periodOf = (from: string, to: string, zone: string): ReportPeriod => ({
  label: labelOf(from, to),
  from,
  to,
  zone,
});

function labelOf(from: string, to: string): string {
  const [a, b] = [partsOf(from), partsOf(to)];
  const last = new Date(Date.UTC(b.year, b.month, 0)).getUTCDate();
  const oneMonth = a.year === b.year && a.month === b.month;
  if (oneMonth && a.date === 1 && b.date === last) return `${monthNames[b.month - 1] ?? ''} ${b.year}`;
  const end = `${b.date} ${months[b.month - 1] ?? ''} ${b.year}`;
  if (from === to) return end;
  if (oneMonth) return `${a.date}–${end}`;
  const begin = `${a.date} ${months[a.month - 1] ?? ''}`;
  return a.year === b.year ? `${begin} – ${end}` : `${begin} ${a.year} – ${end}`;
}

function partsOf(iso: string): { year: number; month: number; date: number } {
  const [year = 0, month = 1, date = 1] = iso.split('-').map(Number);
  return { year, month, date };
}

/**
 * So many periods of the same length before a period, oldest first. One that begins with a month is measured in whole
 * months, a month to date as its month; any other in days.
 */
export function periodsBefore({ from, to, zone }: ReportPeriod, count: number): ReportPeriod[] {
  const [a, b] = [partsOf(from), partsOf(to)];
  const months = a.date === 1 ? (b.year - a.year) * 12 + b.month - a.month + 1 : 0;
  const length = Math.round((millisOf(`${to}T00:00:00Z`) - millisOf(`${from}T00:00:00Z`)) / day) + 1;
  const startOf = (back: number): string =>
    months > 0
      ? isoDay(Date.UTC(a.year, a.month - 1 - months * back, 1))
      : isoDay(Date.UTC(a.year, a.month - 1, a.date - length * back));
  return Array.from({ length: count }, (_, i) => {
    const back = count - i;
    return periodOf(startOf(back), isoDay(millisOf(`${startOf(back - 1)}T00:00:00Z`) - day), zone);
  });
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
