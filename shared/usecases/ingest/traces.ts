import { distinctTraces, traceContextOf } from '../../core/kernel/trace.js';
import type { Millis } from '../../core/kernel/time.js';
import type { Telemetry } from '../../ports.js';

/*
 * Work done for many at once belongs to many traces: a span each, so that whoever posted finds their own trace whole.
 */

/** Spans of work that ends now, one for each trace among `traceparents` but the one that runs here. */
export function spannedFor(
  telemetry: Telemetry,
  span: { name: string; from: Millis; attributes: Readonly<Record<string, string | number>> },
  traceparents: readonly (string | undefined)[],
): void {
  const here = traceContextOf(telemetry.traceparent())?.traceId;
  for (const parent of distinctTraces(traceparents))
    if (traceContextOf(parent)?.traceId !== here) telemetry.spanned({ ...span, parent });
}

/**
 * The trace that an event goes on in: that of the work which admits it, nearer than the sender's own span where both are
 * one trace; else the one the event names.
 */
export function traceOf(telemetry: Telemetry, named: string | undefined): string | undefined {
  const here = telemetry.traceparent();
  const own = traceContextOf(named);
  return own === null || own.traceId === traceContextOf(here)?.traceId ? here : named;
}
