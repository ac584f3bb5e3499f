import { context, metrics as meters, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Counter, Histogram, Span as OpenSpan } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

import { problems } from '../../schemas/problem.js';
import { errorName } from '../core/kernel/error-name.js';
import { metrics, type MetricName } from '../core/kernel/metrics.js';
import { Refusal } from '../core/kernel/refusal.js';
import { traceContextOf, traceparentOf, type Span } from '../core/kernel/trace.js';
import type { Telemetry } from '../ports.js';
import { startExporters } from './telemetry-exporters.js';
import { keptFields, type TelemetryTarget } from './telemetry.js';

/** Names the instrumentation in what is exported. */
const scope = 'aispm';

const severities = {
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const;

/** The context that work goes on in: that of `parent`, a new trace where it says nothing, or what runs here. */
function contextFor({ parent }: Span): Context {
  if (parent === undefined) return context.active();
  const found = traceContextOf(parent);
  if (found === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = found;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

/** What went wrong, by name alone: a message may quote what was sent. */
function settle(span: OpenSpan, error: unknown): void {
  const kind = error instanceof Refusal ? error.code : errorName(error);
  span.setAttribute('error.type', kind);
  const callers = error instanceof Refusal && problems[error.code].status < 500;
  if (!callers) span.setStatus({ code: SpanStatusCode.ERROR, message: kind });
}

/** Starts what exports, and speaks to it through the API of OpenTelemetry. */
export async function openTelemetry(target: TelemetryTarget): Promise<Telemetry> {
  const stop = await startExporters(target);
  const tracer = trace.getTracer(scope);
  const logger = logs.getLogger(scope);
  const instruments = makeInstruments();
  return {
    log: (level, event, fields) =>
      logger.emit({
        severityNumber: severities[level],
        severityText: level,
        body: event,
        attributes: { ...keptFields(fields) },
      }),
    measure: (metric, value, attributes) => instruments[metric](value, { ...attributes }),
    span: (span, work) =>
      tracer.startActiveSpan(
        span.name,
        { attributes: keptFields(span.attributes) },
        contextFor(span),
        async (running) => {
          try {
            return await work();
          } catch (error) {
            settle(running, error);
            throw error;
          } finally {
            running.end();
          }
        },
      ),
    spanned: (span) => {
      const options = { startTime: span.from, attributes: keptFields(span.attributes) };
      tracer.startSpan(span.name, options, contextFor(span)).end();
    },
    traceparent: () => {
      const running = trace.getActiveSpan()?.spanContext();
      return running && traceparentOf({ ...running, flags: running.traceFlags });
    },
    start: () => Promise.resolve(),
    destination: () => 'exported',
    stop,
  };
}

type Instrument = (value: number, attributes: Readonly<Record<string, string>>) => void;

function makeInstruments(): Record<MetricName, Instrument> {
  const meter = meters.getMeter(scope);
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { kind, unit, description }]) => {
      const options = { unit, description };
      if (kind === 'counter') {
        const counter: Counter = meter.createCounter(name, options);
        return [name, counter.add.bind(counter)];
      }
      const histogram: Histogram = meter.createHistogram(name, options);
      return [name, histogram.record.bind(histogram)];
    }),
  ) as Record<MetricName, Instrument>;
}
