import type { Millis } from './time.js';

/** What is told beside a log line or a span. Only names that telemetry knows leave the process. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

/** A piece of work in a trace. The name is one of ours, never data. */
export type Span = {
  name: string;
  /** W3C `traceparent` of what the work goes on from. Absent: what runs here now, or nothing. */
  parent?: string | undefined;
  attributes?: Fields;
};
export type PastSpan = Span & { from: Millis };

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

export type TraceContext = { traceId: string; spanId: string; flags: number };

/** What a `traceparent` says (W3C Trace Context, 3.2.2); null for one that says nothing. */
export function traceContextOf(traceparent: string | undefined): TraceContext | null {
  const [, traceId, spanId, flags] = form.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Version 00, which every reader understands. */
export const traceparentOf = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;

/** One `traceparent` for each trace that is named, the first of it; those that say nothing are left out. */
export function distinctTraces(traceparents: readonly (string | undefined)[]): string[] {
  const byTrace = new Map<string, string>();
  for (const traceparent of traceparents) {
    const found = traceContextOf(traceparent);
    if (found && traceparent !== undefined && !byTrace.has(found.traceId))
      byTrace.set(found.traceId, traceparent);
  }
  return [...byTrace.values()];
}
