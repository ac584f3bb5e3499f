import { Refusal } from '../kernel/refusal.js';
import { jsonOf, mediaTypeOf } from './json-body.js';

/** What one request may hold. Bytes of the body, bytes of one event in canonical form, events of a batch. */
export const admissionLimits = { bodyBytes: 1024 * 1024, eventBytes: 64 * 1024, batchEvents: 500 } as const;

/** Body of a request as it arrived. Header names are in lower case. */
export type PostedBody = {
  contentType: string | null;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};

/** One event of a body, not yet looked at. The pointer leads to it from the body's root; empty for a single event. */
export type RawEvent = {
  index: number;
  pointer: string;
  format: 'cloudevent' | 'cavra';
  value: unknown;
};

const structured = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';
const plain = 'application/json';

/**
 * The events of a body: CloudEvents 1.0 over HTTP in structured, batch and binary mode (HTTP protocol binding 1.0.2,
 * section 3), or plain JSON holding CloudEvents or CAVRA documents, one or an array of them.
 * @throws Refusal for what makes the whole body unreadable; faults of single events are found later.
 */
export function readEvents(posted: PostedBody): RawEvent[] {
  if (posted.body.length > admissionLimits.bodyBytes)
    throw new Refusal('body_too_large', `a body holds at most ${admissionLimits.bodyBytes} bytes`);
  if (posted.body.length === 0) throw new Refusal('empty_body', 'the body is empty');
  const mediaType = mediaTypeOf(posted.contentType, [structured, batch, plain]);
  const value = jsonOf(posted.body);
  if (mediaType === structured) return [single(value, 'cloudevent')];
  if (mediaType === batch) return elements(value).map((v, i) => element(v, i, 'cloudevent'));
  if (posted.headers['ce-specversion'] !== undefined)
    return [single(binaryEvent(posted.headers, value), 'cloudevent')];
  if (!Array.isArray(value)) return [single(value, formatOf(value))];
  return elements(value).map((v, i) => element(v, i, formatOf(v)));
}

const single = (value: unknown, format: RawEvent['format']): RawEvent => ({
  index: 0,
  pointer: '',
  format,
  value,
});
const element = (value: unknown, index: number, format: RawEvent['format']): RawEvent => ({
  index,
  pointer: `/${index}`,
  format,
  value,
});

/** `specversion` is what a CloudEvent must have (CloudEvents 1.0.2, 3.1) and no CAVRA document has. */
const formatOf = (value: unknown): RawEvent['format'] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, 'specversion')
    ? 'cavra'
    : 'cloudevent';

function elements(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_request', 'a batch is a JSON array of events');
  if (value.length === 0) throw new Refusal('empty_body', 'the batch holds no event');
  if (value.length > admissionLimits.batchEvents)
    throw new Refusal('batch_too_large', `a batch holds at most ${admissionLimits.batchEvents} events`);
  return value;
}

/** Context attributes from `ce-` headers, data from the body (HTTP protocol binding, 3.1). */
function binaryEvent(headers: Readonly<Record<string, string>>, data: unknown): unknown {
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, text]) => [name.slice(3), headerText(name, text)]);
  return Object.fromEntries([...attributes, ['datacontenttype', plain], ['data', data]]) as unknown;
}

/** Header values are percent-encoded (HTTP protocol binding, 3.1.3.2). */
function headerText(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('invalid_request', `the header ${name} is not percent-encoded UTF-8`);
  }
}
