import { errorName } from '../core/kernel/error-name.js';
import type { Telemetry } from '../ports.js';
import { jsonTelemetry, type TelemetryTarget } from './telemetry.js';

/**
 * Telemetry that leaves the process. The libraries that send it are large and are loaded by `start`, which the host awaits
 * before the first invocation; where they cannot be loaded, the service works on and says so.
 */
export function exportedTelemetry(target: TelemetryTarget, early: Telemetry = jsonTelemetry()): Telemetry {
  let current = early;
  return {
    log: (level, event, fields) => current.log(level, event, fields),
    measure: (metric, value, attributes) => current.measure(metric, value, attributes),
    span: (span, work) => current.span(span, work),
    spanned: (span) => current.spanned(span),
    traceparent: () => current.traceparent(),
    async start() {
      try {
        const { openTelemetry } = await import('./open-telemetry.js');
        current = await openTelemetry(target);
      } catch (error) {
        early.log('error', 'telemetry_failed', { error: errorName(error) });
      }
    },
    destination: () => current.destination(),
    stop: () => current.stop(),
  };
}
