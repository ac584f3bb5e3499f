import type { ServerResponse } from 'node:http';
import { keyOf } from './keys.js';
import type { HostRequest } from './request.js';
import { sendEmpty, sendText } from './response.js';
import type { Runtime } from './runtime.js';

/**
 * The webhook of Event Grid triggers, `/runtime/webhooks/EventGrid?functionName=F`: deliveries in the Event Grid and
 * CloudEvents schemas (one event, an array, a batch), each event one invocation, all in parallel, and the two
 * subscription handshakes. Answers when all invocations have ended: 202, or 500 when one failed.
 */
export async function answerEventGrid(
  runtime: Runtime,
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  const key = keyOf(runtime.keys, request.headers, request.url.searchParams);
  if (key === 'host' || key === 'function') return sendEmpty(response, 403);
  if (key !== 'system' && key !== 'master') {
    return sendEmpty(response, 401, { 'www-authenticate': 'Bearer' });
  }
  if (request.method === 'OPTIONS') {
    return sendEmpty(response, 200, { 'webhook-allowed-origin': 'eventgrid.azure.net' });
  }
  if (request.method === 'GET') return sendEmpty(response, 400);
  const name = functionName(request.url.searchParams);
  if (runtime.functions.get(name)?.trigger.type.toLowerCase() !== 'eventgridtrigger') {
    return sendText(response, 404, `cannot find function: '${name}'`);
  }
  switch (request.headers.get('aeg-event-type')?.toLowerCase()) {
    case 'notification':
      return deliver(runtime, name, request, response);
    case 'subscriptionvalidation':
      return validate(request, response);
    case 'unsubscribe':
      return sendEmpty(response, 202);
    default:
      return sendEmpty(response, 400);
  }
}

const functionName = (query: URLSearchParams): string =>
  [...query].find(([name]) => name.toLowerCase() === 'functionname')?.[1] ?? '';

async function deliver(
  runtime: Runtime,
  name: string,
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  const events = eventsOf(request);
  if (!events) return sendEmpty(response, 500);
  const many = runtime.functions.get(name)?.trigger.cardinality === 'many';
  const deliveries = many ? [events] : events;
  const results = await Promise.allSettled(
    deliveries.map((data) => runtime.invoke(name, ...eventInput(data))),
  );
  if (results.every(({ status }) => status === 'fulfilled')) return sendEmpty(response, 202);
  sendText(response, 500, `Exception while executing function: Functions.${name}`);
}

type CloudOrGridEvent = { data?: unknown };

/** The trigger's data and metadata for one event, or for several when the trigger's cardinality is many. */
export function eventInput(
  given: CloudOrGridEvent | readonly CloudOrGridEvent[],
): [{ json: string }, Record<string, { json: string }>] {
  const data = Array.isArray(given)
    ? (given as readonly CloudOrGridEvent[]).map((event) => event.data ?? null)
    : ((given as CloudOrGridEvent).data ?? null);
  return [{ json: JSON.stringify(given) }, { data: { json: JSON.stringify(data) } }];
}

// The content type is not looked at: what is no JSON object or array of objects fails the delivery.
function eventsOf(request: HostRequest): CloudOrGridEvent[] | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(request.body ?? []).toString('utf8'));
    const events: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    return events.every(isEvent) ? events : undefined;
  } catch {
    return undefined;
  }
}

const isEvent = (value: unknown): value is CloudOrGridEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function validate(request: HostRequest, response: ServerResponse): void {
  const data = eventsOf(request)?.[0]?.data;
  const code = isEvent(data) && 'validationCode' in data ? data.validationCode : undefined;
  if (typeof code !== 'string') return sendEmpty(response, 500);
  const answer = JSON.stringify({ validationResponse: code });
  sendText(response, 200, answer, 'text/plain; charset=utf-8');
}
