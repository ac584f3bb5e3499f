/*
 * What the three signals of OTLP say in their JSON encoding (OpenTelemetry protocol 1.x, opentelemetry-proto), as far as a
 * person or a test asks.
 */

export type Attributes = Record<string, string | number | boolean>;
export type ReceivedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  scope: string;
  attributes: Attributes;
  /** `message` of an error status; null where the span did not fail. */
  error: string | null;
  /** Milliseconds. */
  duration: number;
};
/** One data point: a counter has a sum alone. */
export type ReceivedPoint = {
  name: string;
  unit: string;
  attributes: Attributes;
  sum: number;
  count: number | null;
};
export type ReceivedLog = {
  level: string;
  event: string;
  attributes: Attributes;
  traceId: string | null;
  scope: string;
};

type Value = { stringValue?: string; boolValue?: boolean; intValue?: number | string; doubleValue?: number };
type Pairs = readonly { key: string; value: Value }[];
type Scoped = { scope?: { name?: string } };

export type TracesBody = {
  resourceSpans?: {
    scopeSpans: (Scoped & {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        startTimeUnixNano: string;
        endTimeUnixNano: string;
        attributes?: Pairs;
        status?: { code?: number; message?: string };
      }[];
    })[];
  }[];
};

type Point = {
  attributes?: Pairs;
  asDouble?: number;
  asInt?: number | string;
  sum?: number;
  count?: number | string;
};

export type MetricsBody = {
  resourceMetrics?: {
    scopeMetrics: {
      metrics: {
        name: string;
        unit?: string;
        sum?: { dataPoints: Point[] };
        histogram?: { dataPoints: Point[] };
      }[];
    }[];
  }[];
};

export type LogsBody = {
  resourceLogs?: {
    scopeLogs: (Scoped & {
      logRecords: { severityText?: string; body?: Value; attributes?: Pairs; traceId?: string }[];
    })[];
  }[];
};

const valueOf = ({ stringValue, boolValue, intValue, doubleValue }: Value): string | number | boolean =>
  stringValue ?? boolValue ?? doubleValue ?? Number(intValue ?? 0);

const attributesOf = (pairs: Pairs = []): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));

const errorStatus = 2;
const nanosPerMs = 1_000_000n;

export const spansOf = ({ resourceSpans = [] }: TracesBody): ReceivedSpan[] =>
  resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ? span.parentSpanId : null,
        name: span.name,
        scope: scope?.name ?? '',
        attributes: attributesOf(span.attributes),
        error: span.status?.code === errorStatus ? (span.status.message ?? '') : null,
        duration: Number((BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / nanosPerMs),
      })),
    ),
  );

export const pointsOf = ({ resourceMetrics = [] }: MetricsBody): ReceivedPoint[] =>
  resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ name, unit = '', sum, histogram }) =>
        (sum ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => ({
          name,
          unit,
          attributes: attributesOf(point.attributes),
          sum: point.sum ?? point.asDouble ?? Number(point.asInt ?? 0),
          count: point.count === undefined ? null : Number(point.count),
        })),
      ),
    ),
  );

export const logsOf = ({ resourceLogs = [] }: LogsBody): ReceivedLog[] =>
  resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(({ severityText = '', body = {}, attributes, traceId }) => ({
        level: severityText,
        event: String(valueOf(body)),
        attributes: attributesOf(attributes),
        traceId: traceId ? traceId : null,
        scope: scope?.name ?? '',
      })),
    ),
  );
