import type { Telemetry } from '../ports.js';

/** The only fields that leave: names, numbers and codes of our own. Whatever else is passed is dropped. */
const allowed = new Set([
  'attempt',
  'cadence',
  'charge',
  'code',
  'component',
  'count',
  'detail',
  'durationMs',
  'error',
  'eventId',
  'failed',
  'function',
  'instance',
  'invocationId',
  'method',
  'operation',
  'operationId',
  'period',
  'position',
  'reason',
  'report',
  'retryAfterMs',
  'route',
  'size',
  'status',
  'tenantId',
  'type',
]);
const longest = 300;

/** Text cut to a length that cannot hold a body, and without anything that looks like a mail address or a token. */
const safe = (value: string): string =>
  value
    .slice(0, longest)
    .replace(/[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/g, '[address]')
    .replace(/\bey[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[token]');

/** One JSON object a line, for the host to collect: instant, level, event and allowed fields. */
export function jsonTelemetry(
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Telemetry {
  return {
    log(level, event, fields = {}) {
      const kept = Object.entries(fields)
        .filter(([name]) => allowed.has(name))
        .map(([name, value]) => [name, typeof value === 'string' ? safe(value) : value]);
      const own = [
        ['at', new Date().toISOString()],
        ['level', level],
        ['event', event],
      ];
      write(`${JSON.stringify(Object.fromEntries([...own, ...kept]))}\n`);
    },
  };
}
