import { createServer, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { readBody, sendJson, urlOf } from '../exchange.js';
import { listen } from '../listen.js';
import {
  logsOf,
  pointsOf,
  spansOf,
  type LogsBody,
  type MetricsBody,
  type ReceivedLog,
  type ReceivedPoint,
  type ReceivedSpan,
  type TracesBody,
} from './otlp.js';

/** What Application Insights' ingestion takes: a record, and the table it goes to by its `baseType`. */
export type Envelope = {
  name: string;
  data: { baseType: string; baseData: Record<string, unknown> };
  tags: Record<string, string>;
};

export type Receiver = {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  spans(): readonly ReceivedSpan[];
  points(): readonly ReceivedPoint[];
  logs(): readonly ReceivedLog[];
  /** What Application Insights would have been sent. */
  envelopes(): readonly Envelope[];
  close(): Promise<void>;
};

const largest = 16 * 1024 * 1024;

/** An OTLP receiver over HTTP in JSON, which takes what is meant for Application Insights too. Keeps all in memory. */
export const startReceiver = async ({ port }: { port: number }): Promise<Receiver> => {
  const kept = {
    spans: [] as ReceivedSpan[],
    points: [] as ReceivedPoint[],
    logs: [] as ReceivedLog[],
    envelopes: [] as Envelope[],
  };
  const take = (path: string, body: string): object | null => {
    switch (path) {
      case '/v1/traces':
        kept.spans.push(...spansOf(JSON.parse(body) as TracesBody));
        return { partialSuccess: {} };
      case '/v1/metrics':
        kept.points.push(...pointsOf(JSON.parse(body) as MetricsBody));
        return { partialSuccess: {} };
      case '/v1/logs':
        kept.logs.push(...logsOf(JSON.parse(body) as LogsBody));
        return { partialSuccess: {} };
      case '/v2.1/track': {
        const envelopes = envelopesIn(body);
        kept.envelopes.push(...envelopes);
        return { itemsReceived: envelopes.length, itemsAccepted: envelopes.length, errors: [] };
      }
      default:
        return null;
    }
  };
  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => take(urlOf(request).pathname, body))
      .then(
        (answer) => sendJson(response, answer === null ? 404 : 200, answer ?? { error: 'no such path' }),
        () => sendJson(response, 400, { error: 'the body is not what this path takes' }),
      );
  });
  const listening = await listen(server, port, 'the telemetry receiver');
  return {
    endpoint: `http://127.0.0.1:${listening.port}`,
    spans: () => kept.spans,
    points: () => kept.points,
    logs: () => kept.logs,
    envelopes: () => kept.envelopes,
    close: () => listening.close(),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const bytes = await readBody(request, largest);
  if (bytes === undefined) throw new Error('the body is too large');
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  return plain.toString();
};

/** An array, or one record a line. */
const envelopesIn = (body: string): Envelope[] =>
  body.trimStart().startsWith('[')
    ? (JSON.parse(body) as Envelope[])
    : body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Envelope);
