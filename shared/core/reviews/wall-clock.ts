import { hour, type Millis } from '../kernel/time.js';

/*
 * Instants from a wall clock in a zone. On the day the clocks go forward a time that does not exist is as much later as
 * they went forward; on the day they go back a time that comes twice is the first of the two (RFC 5545, 3.3.5).
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock in the zone shows, as if it showed UTC. */
function shown(at: Millis, zone: string): Millis {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, format);
  const parts = format.formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

const offsetAt = (at: Millis, zone: string): Millis => shown(at, zone) - Math.floor(at / 1000) * 1000;

/** The instant at which a clock in the zone shows a day and a time. @param time `HH:MM` */
export function instantAt(day: string, time: string, zone: string): Millis {
  const wall = Date.parse(`${day}T${time}:00Z`);
  // A day before and after: clocks change less often than that, and offsets are at most 14 hours.
  const [before, after] = [offsetAt(wall - 24 * hour, zone), offsetAt(wall + 24 * hour, zone)];
  const fitting = [wall - before, wall - after].filter((at) => shown(at, zone) === wall);
  return fitting.length === 0 ? wall - before : Math.min(...fitting);
}
