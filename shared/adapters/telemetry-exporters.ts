import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import type { AzureMonitorOpenTelemetryOptions } from '@azure/monitor-opentelemetry';

import type { TelemetryTarget } from './telemetry.js';

type Options = Required<AzureMonitorOpenTelemetryOptions>;

/** No library is watched: what a request costs at a store, the store itself counts, and each call would be a record to pay for. */
const nothingWatched: Options['instrumentationOptions'] = Object.fromEntries(
  ['http', 'azureSdk', 'mongoDb', 'mySql', 'postgreSql', 'redis', 'redis4', 'bunyan', 'winston'].map(
    (name) => [name, { enabled: false }],
  ),
);

/** Longest that an instance that ends waits for its last telemetry. */
const stopWithinMs = 5_000;

/**
 * Starts the Azure Monitor distribution of OpenTelemetry. With a receiver on this machine it is the same distribution,
 * with OTLP beside it, and what would go to Application Insights goes to the receiver too.
 * @returns what sends the rest and stops.
 */
export async function startExporters({
  insights,
  otlp,
  traceRatio,
}: TelemetryTarget): Promise<() => Promise<void>> {
  // The library would report about itself to an address of its maker. We send nowhere that no setting names.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';
  process.env['APPLICATIONINSIGHTS_SDKSTATS_DISABLED'] = 'true';
  const { useAzureMonitor, shutdownAzureMonitor } = await import('@azure/monitor-opentelemetry');
  useAzureMonitor({
    azureMonitorExporterOptions: {
      ...(insights ?? (otlp === undefined ? {} : standIn(otlp))),
      // Telemetry that cannot be sent is lost, not kept on a disk that nobody looks after.
      disableOfflineStorage: true,
    },
    instrumentationOptions: nothingWatched,
    samplingRatio: traceRatio,
    // By share, not by rate: instances that each keep so many a second keep different ones.
    tracesPerSecond: 0,
    // An alert must not depend on whether a trace was kept.
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    ...(otlp === undefined ? {} : await otlpBeside(otlp)),
  });
  return async () => {
    let late: NodeJS.Timeout | undefined;
    const impatience = new Promise<void>((resolve) => (late = setTimeout(resolve, stopWithinMs)));
    await Promise.race([shutdownAzureMonitor(), impatience]);
    clearTimeout(late);
  };
}

/** Sends what is meant for Application Insights to the receiver, which takes plain HTTP. */
function standIn(otlp: string): Options['azureMonitorExporterOptions'] {
  const http = createDefaultHttpClient();
  const httpClient: HttpClient = {
    sendRequest(request) {
      request.url = new URL(new URL(request.url).pathname, otlp).href;
      request.allowInsecureConnection = true;
      return http.sendRequest(request);
    },
  };
  return { connectionString: 'InstrumentationKey=00000000-0000-0000-0000-000000000000', httpClient };
}

async function otlpBeside(
  endpoint: string,
): Promise<Pick<Options, 'spanProcessors' | 'metricReaders' | 'logRecordProcessors'>> {
  const [traces, metrics, logs, { BatchSpanProcessor }, readers, { BatchLogRecordProcessor }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/exporter-metrics-otlp-http'),
      import('@opentelemetry/exporter-logs-otlp-http'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/sdk-logs'),
    ]);
  const url = (signal: string): string => new URL(`/v1/${signal}`, endpoint).href;
  // Soon, for somebody is looking.
  const soonMs = 200;
  const soon = { scheduledDelayMillis: soonMs };
  return {
    spanProcessors: [new BatchSpanProcessor(new traces.OTLPTraceExporter({ url: url('traces') }), soon)],
    metricReaders: [
      new readers.PeriodicExportingMetricReader({
        exporter: new metrics.OTLPMetricExporter({
          url: url('metrics'),
          temporalityPreference: readers.AggregationTemporality.DELTA,
        }),
        exportIntervalMillis: soonMs,
        exportTimeoutMillis: soonMs,
      }),
    ],
    logRecordProcessors: [new BatchLogRecordProcessor(new logs.OTLPLogExporter({ url: url('logs') }), soon)],
  };
}
