import type { TokenCredential } from '@azure/identity';

import type { Fields } from '../core/kernel/trace.js';
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

/** What of the fields may leave, made safe. */
export const keptFields = (fields: Fields = {}): Fields =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => allowed.has(name))
      .map(([name, value]) => [name, typeof value === 'string' ? safe(value) : value]),
  );

/** One JSON object a line, for a person or the host to collect: instant, level, event and kept fields. No metrics, no traces. */
export function jsonTelemetry(
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Telemetry {
  return {
    log: (level, event, fields) =>
      write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...keptFields(fields) })}\n`),
    measure: () => undefined,
    span: (_span, work) => work(),
    spanned: () => undefined,
    traceparent: () => undefined,
    start: () => Promise.resolve(),
    destination: () => 'local',
    stop: () => Promise.resolve(),
  };
}

/** Where telemetry goes: Application Insights as the app's identity, or a receiver of OTLP on this machine. */
export type TelemetryTarget = {
  insights?: { connectionString: string; credential: TokenCredential };
  otlp?: string;
  /** Share of traces that are kept, 0 to 1: by trace id, so that every instance keeps the same ones, whole. */
  traceRatio: number;
};
