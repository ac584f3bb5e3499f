import { AsyncLocalStorage } from 'node:async_hooks';

import { problems } from '../../../schemas/problem.js';
import type { MetricName } from '../../core/kernel/metrics.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { traceContextOf, traceparentOf, type Fields, type Span } from '../../core/kernel/trace.js';
import type { Telemetry } from '../../ports.js';
import { keptFields } from '../telemetry.js';

/** A span that has ended. `failed`: the error's name, where it failed. */
export type EndedSpan = {
  name: string;
  traceId: string;
  spanId: string;
  parentId: string | null;
  attributes: Fields;
  failed: boolean;
};

export type MemoryTelemetry = Telemetry & {
  readonly lines: readonly { level: 'info' | 'warn' | 'error'; event: string; fields: Fields }[];
  readonly values: readonly {
    metric: MetricName;
    value: number;
    attributes: Readonly<Record<string, string>>;
  }[];
  readonly spans: readonly EndedSpan[];
};

/**
 * The span that runs, for each telemetry that has one. One store for all of them: Node 20 hands every store that was ever used
 * on with every promise, so that one for each telemetry would slow a process down with each that it makes.
 */
const running = new AsyncLocalStorage<ReadonlyMap<object, EndedSpan>>();

/** Keeps what was logged, measured and traced. Ids are numbers in order. */
export function memoryTelemetry(): MemoryTelemetry {
  const lines: MemoryTelemetry['lines'][number][] = [];
  const values: MemoryTelemetry['values'][number][] = [];
  const spans: EndedSpan[] = [];
  const spanHere = (): EndedSpan | undefined => running.getStore()?.get(spans);
  let ids = 0;
  const idOf = (length: number): string => (++ids).toString(16).padStart(length, '0');

  const begin = ({ name, parent, attributes }: Span): EndedSpan => {
    const here = parent === undefined ? spanHere() : undefined;
    const above =
      parent === undefined ? here && { traceId: here.traceId, spanId: here.spanId } : traceContextOf(parent);
    return {
      name,
      traceId: above?.traceId ?? idOf(32),
      spanId: idOf(16),
      parentId: above?.spanId ?? null,
      attributes: keptFields(attributes),
      failed: false,
    };
  };
  return {
    lines,
    values,
    spans,
    log: (level, event, fields) => void lines.push({ level, event, fields: keptFields(fields) }),
    measure: (metric, value, attributes) =>
      void values.push({ metric, value, attributes: { ...attributes } }),
    async span(span, work) {
      const begun = begin(span);
      try {
        return await running.run(new Map(running.getStore()).set(spans, begun), work);
      } catch (error) {
        begun.failed = !(error instanceof Refusal && problems[error.code].status < 500);
        throw error;
      } finally {
        spans.push(begun);
      }
    },
    spanned: (span) => void spans.push(begin(span)),
    traceparent: () => {
      const here = spanHere();
      return here && traceparentOf({ ...here, flags: 1 });
    },
    start: () => Promise.resolve(),
    destination: () => 'local',
    stop: () => Promise.resolve(),
  };
}
