import type { Figure, KpiRow, Unit } from '../../../schemas/report-figures.js';

// Numbers and dates of reports. No Intl, no locale, no clock: ICU versions differ, and with them the bytes.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const minus = '\u2212';
/** Not broken over lines: `31 Oct 2026` stays together where a renderer honours it. */
const nbsp = '\u00a0';

/**
 * A number with comma thousands and a point, rounded half away from zero. U+2212 for minus; never "-0".
 * @throws RangeError for what is not finite: an unknown number is said in words, not here.
 */
export function number(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) throw new RangeError('not a finite number');
  const scale = 10 ** decimals;
  // The nudge undoes binary error just below a half (1.005 × 100 = 100.49999…).
  const units = Math.round(Math.abs(value) * scale * (1 + Number.EPSILON));
  const whole = String(Math.floor(units / scale)).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = decimals > 0 ? `.${String(units % scale).padStart(decimals, '0')}` : '';
  return `${value < 0 && units > 0 ? minus : ''}${whole}${fraction}`;
}

/**
 * Tenths of a percent from two counts, rounded half up, floored at the edges (rule R1): 1000 only if num = den, 0 only if
 * num = 0, so that 1,283 of 1,284 never reads 100%.
 */
export function percentTenths(num: number, den: number): number {
  if (!Number.isInteger(num) || !Number.isInteger(den) || den <= 0 || num < 0 || num > den)
    throw new RangeError(`not a share: ${num} of ${den}`);
  if (num === 0 || num === den) return num === 0 ? 0 : 1000;
  // floor((2000·num + den) / 2·den) is half up without a fraction.
  return Math.min(999, Math.max(1, Math.floor((2000 * num + den) / (2 * den))));
}

/** `95.9%`. */
export const percent = (num: number, den: number): string => `${number(percentTenths(num, den) / 10, 1)}%`;

/** `95.9% (1,231 of 1,284)`; below ten the counts speak alone: `3 of 4`. */
export function share(num: number, den: number): string {
  const counts = `${number(num)} of ${number(den)}`;
  return den < 10 ? counts : `${percent(num, den)} (${counts})`;
}

/** `81.4` from 814. */
export const points = (tenths: number): string => number(tenths / 10, 1);

/** A change with its sign: `+2.5`, `−1.2`, `0.0`. */
export function signed(value: number, decimals: number): string {
  const text = number(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** `31 Oct 2026` from `2026-10-31`. */
export function day(calendarDay: string): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(calendarDay) ?? [];
  if (!year || !month || !date) throw new RangeError('not a calendar day');
  return `${Number(date)}${nbsp}${months[Number(month) - 1]}${nbsp}${year}`;
}

/** An instant in UTC as the five parts a reader needs. */
const utc = (instant: string): string => {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new RangeError('not an instant');
  return new Date(ms).toISOString();
};

/** `31 Oct 2026, 23:59 UTC`. */
export const instant = (at: string): string => `${day(utc(at))}, ${utc(at).slice(11, 16)}${nbsp}UTC`;

/** `2026-10-31T23:59:59Z`, for tables and data. */
export const dataInstant = (at: string): string => `${utc(at).slice(0, 19)}Z`;

/** `1–31 Oct 2026 (Europe/London)`; parts that both ends share are said once. */
export function period(from: string, to: string, zone: string): string {
  const [a, b] = [day(from).split(nbsp), day(to).split(nbsp)];
  const shared = a[2] !== b[2] ? 3 : a[1] !== b[1] ? 2 : a[0] !== b[0] ? 1 : 0;
  return `${shared === 0 ? '' : `${a.slice(0, shared).join(nbsp)}${shared === 1 ? '–' : ' – '}`}${b.join(nbsp)} (${zone})`;
}

/** A length of time: `48 s`, `14 min`, `1 h 36 min`, and from two days on `6.0 d`. Rounded half up in its last unit. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new RangeError('not a length of time');
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}${nbsp}s`;
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 60) return `${minutes}${nbsp}min`;
  if (minutes < 2880) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${nbsp}h${rest > 0 ? ` ${rest}${nbsp}min` : ''}`;
  }
  return `${number(milliseconds / 86_400_000, 1)}${nbsp}d`;
}

const suffixes: Record<Unit, string> = {
  percent: '%',
  points: '',
  count: '',
  of: '',
  days: `${nbsp}d`,
  minutes: `${nbsp}min`,
  seconds: `${nbsp}s`,
};
const decimalsOf: Record<Unit, number> = {
  percent: 1,
  points: 1,
  count: 0,
  of: 0,
  days: 1,
  minutes: 0,
  seconds: 0,
};

/** A bare number in a unit, for targets and limits: `95.0%`, `30 min`, `0`. */
export const inUnit = (value: number, unit: Unit): string =>
  `${number(value, decimalsOf[unit])}${suffixes[unit]}`;

/** A figure as it prints; an unknown one prints "not observed" in the value's own place, its reason beside it. */
export function figure(value: Figure, unit: Unit): string {
  if (value.state === 'not_observed') return 'not observed';
  const { num, den } = value;
  if (num !== undefined && den !== undefined) {
    if (unit === 'percent') return percent(num, den);
    if (unit === 'of') return `${number(num)} of ${number(den)}`;
  }
  return inUnit(value.value, unit);
}

/** A figure's number as it prints, so that a chart can never contradict the text beside it. */
export function printed(value: Figure, unit: Unit): number | null {
  if (value.state === 'not_observed') return null;
  if (unit === 'percent' && value.num !== undefined && value.den !== undefined)
    return percentTenths(value.num, value.den) / 10;
  return value.value;
}

/** Direction and meaning of a change: `↑ better`, `↓ better`, `→ unchanged`, `no comparison`. */
export function trend(row: Pick<KpiRow, 'trend' | 'figure' | 'prior' | 'unit'>): string {
  const [now, then] = [printed(row.figure, row.unit), printed(row.prior, row.unit)];
  if (row.trend === 'no_comparison' || now === null || then === null) return 'no comparison';
  if (row.trend === 'unchanged') return '→ unchanged';
  return `${now > then ? '↑' : now < then ? '↓' : '→'} ${row.trend}`;
}

/** `connector live, runtime_01` from `connector_live:runtime_01`: a check of a validator, and of what, in that one's own letters. */
export function checkWords(check: string): string {
  const [kind = '', ...name] = check.split(':');
  const words = kind.replaceAll('_', ' ');
  return name.length === 0 ? words : `${words}, ${name.join(':')}`;
}

/** The first digits of a digest: 8 in tables, 16 on covers and in furniture. Never broken. */
export const digest = (sha256: string, digits: 8 | 16): string => sha256.slice(0, digits);
