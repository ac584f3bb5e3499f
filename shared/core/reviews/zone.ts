import { hour, type Millis } from '../kernel/time.js';

/*
 * Calendar days in a tenant's zone. The IANA rules come from the runtime (Intl), which reads no clock. Formatting for
 * readers never goes through Intl: see core/reports/format.ts.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** Whether the runtime knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Calendar day, `2026-11-24`, that an instant falls on in a zone. @throws RangeError for an unknown zone. */
export function dayOf(at: Millis, zone: string): string {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/**
 * The first instant of a calendar day in a zone. Zones are at most 14 hours from UTC and shift by a quarter of an hour at
 * the finest, so a search by halves over that span finds it, also where midnight does not exist.
 */
export function startOfDay(day: string, zone: string): Millis {
  const utc = Date.parse(`${day}T00:00:00Z`);
  let before = utc - 15 * hour;
  let reached = utc + 15 * hour;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dayOf(middle, zone) >= day) reached = middle;
    else before = middle;
  }
  return reached;
}

/** A calendar day some days later; negative for earlier. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * hour).toISOString().slice(0, 10);
