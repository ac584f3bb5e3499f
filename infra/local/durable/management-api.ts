import { setTimeout as pause } from 'node:timers/promises';
import { managementUrls, type Place } from './client-binding.js';
import { alreadyExists } from './children.js';
import type { Engine, Outcome } from './engine.js';
import { matching, pageOf, purgeable } from './instance-query.js';
import { type Instance, isFinished } from './instance.js';
import { statusOf } from './status.js';

/** A request below the base of the management API. */
export type ApiRequest = {
  method: string;
  url: URL;
  /** Percent-decoded, without the base and without empty ones. */
  segments: string[];
  headers: Headers;
  text: string;
  /** Where the links of an answer point; undefined over RPC, whose answers carry no links. */
  place?: Place;
};

const empty = (status: number): Response => new Response(null, { status });

const message = (status: number, text: string): Response => Response.json({ Message: text }, { status });

const failure = (text: string, type: string): Response =>
  Response.json(
    {
      Message: 'Something went wrong while processing your request',
      ExceptionMessage: text,
      ExceptionType: type,
      StackTrace: null,
    },
    { status: 500 },
  );

/** Answers as the Durable extension's HTTP API does; what the local host does not do is 501 and named. */
export async function answer(engine: Engine, request: ApiRequest): Promise<Response> {
  const [family, id, operation, event] = request.segments;
  if (family === 'entities') return message(501, 'The local host does not drive entities.');
  if (family === 'orchestrators' && id !== undefined && request.method === 'POST') {
    return start(engine, request, id, operation);
  }
  if (family !== 'instances') return empty(404);
  if (id === undefined) return onAll(engine, request);
  if (operation === undefined) return onOne(engine, request, id);
  if (request.method !== 'POST') return empty(404);
  if (operation.toLowerCase() === 'raiseevent') return raiseEvent(engine, request, id, event);
  return operate(engine, request, id, operation.toLowerCase());
}

async function start(
  engine: Engine,
  request: ApiRequest,
  name: string,
  id: string | undefined,
): Promise<Response> {
  if (id !== undefined && !isValidId(id)) {
    return message(400, 'Instance ids must not start with @ or contain /, \\, #, ? or control characters.');
  }
  // The real host takes no body for an empty string, which is then what the orchestrator gets as its input.
  const input = request.text === '' ? '""' : jsonText(request.text);
  if (input === undefined) return message(400, 'The body is not JSON.');
  const started = await engine.start({ name, ...(id === undefined ? {} : { id }), input });
  if (started === 'no such orchestrator') {
    return message(
      400,
      `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`,
    );
  }
  if ('alreadyExists' in started) {
    return failure(
      alreadyExists(started.alreadyExists),
      'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    );
  }
  return (await outcomeInTime(engine, request, started.id)) ?? accepted(request, started.id);
}

const isValidId = (id: string): boolean =>
  !id.startsWith('@') && !/[/\\#?]/.test(id) && [...id].every((character) => character >= ' ');

function jsonText(text: string): string | undefined {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function accepted(request: ApiRequest, id: string): Response {
  if (!request.place) return Response.json({ id }, { status: 202 });
  const { rewindPostUri: _, ...urls } = managementUrls(request.place, id);
  const headers = { Location: urls.statusQueryGetUri ?? '', 'Retry-After': '10' };
  return Response.json(urls, { status: 202, headers });
}

/** With `?timeout=` (seconds) the start waits for the end, looking every `pollingInterval` seconds. */
async function outcomeInTime(engine: Engine, request: ApiRequest, id: string): Promise<Response | undefined> {
  const query = request.url.searchParams;
  const deadline = Date.now() + Number(query.get('timeout') ?? 0) * 1000;
  while (Date.now() < deadline) {
    const instance = engine.find(id);
    if (instance && isFinished(instance)) return endOf(instance);
    await pause(Math.min(Number(query.get('pollingInterval') ?? 1) * 1000, deadline - Date.now()));
  }
  return undefined;
}

function endOf(instance: Instance): Response {
  if (instance.status === 'Completed') return Response.json(instance.output);
  const status = instance.status === 'Failed' ? 500 : 200;
  return Response.json(statusOf(instance, optionsOf(new URLSearchParams())), { status });
}

const optionsOf = (query: URLSearchParams) => ({
  showInput: query.get('showInput')?.toLowerCase() !== 'false',
  showHistory: query.get('showHistory')?.toLowerCase() === 'true',
  showHistoryOutput: query.get('showHistoryOutput')?.toLowerCase() === 'true',
});

async function onOne(engine: Engine, request: ApiRequest, id: string): Promise<Response> {
  if (request.method === 'DELETE') {
    return (await engine.purge(id)) ? Response.json({ instancesDeleted: 1 }) : empty(404);
  }
  const instance = engine.find(id);
  if (request.method !== 'GET' || !instance) return empty(404);
  const query = request.url.searchParams;
  const status = statusOf(instance, optionsOf(query));
  if (!isFinished(instance)) {
    return Response.json(status, {
      status: 202,
      headers: { Location: request.url.href, 'Retry-After': '5' },
    });
  }
  const asError = query.get('returnInternalServerErrorOnFailure')?.toLowerCase() === 'true';
  return Response.json(status, { status: instance.status === 'Failed' && asError ? 500 : 200 });
}

async function onAll(engine: Engine, request: ApiRequest): Promise<Response> {
  const query = request.url.searchParams;
  if (request.method === 'DELETE') {
    if (!query.has('createdTimeFrom')) return message(400, 'Please provide createdTimeFrom.');
    const chosen = purgeable(engine.list(), query);
    for (const instance of chosen) await engine.purge(instance.id);
    return chosen.length === 0 ? empty(404) : Response.json({ instancesDeleted: chosen.length });
  }
  if (request.method !== 'GET') return empty(404);
  const token = request.headers.get('x-ms-continuation-token');
  const page = pageOf(matching(engine.list(), query), query, token);
  return Response.json(
    page.instances.map((instance) => statusOf(instance, optionsOf(query))),
    page.continuationToken === undefined
      ? {}
      : { headers: { 'x-ms-continuation-token': page.continuationToken } },
  );
}

async function raiseEvent(
  engine: Engine,
  request: ApiRequest,
  id: string,
  event: string | undefined,
): Promise<Response> {
  if (event === undefined) return empty(404);
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return message(400, 'Only application/json request content is supported');
  const input = jsonText(request.text);
  if (input === undefined) return message(400, 'The body is not JSON.');
  return fromOutcome(await engine.raiseEvent(id, event, input), 'raise an event to');
}

async function operate(
  engine: Engine,
  request: ApiRequest,
  id: string,
  operation: string,
): Promise<Response> {
  const reason = request.url.searchParams.get('reason');
  switch (operation) {
    case 'terminate':
      return fromOutcome(await engine.terminate(id, reason), operation);
    case 'suspend':
      return fromOutcome(await engine.suspend(id, reason), operation);
    case 'resume':
      return fromOutcome(await engine.resume(id, reason), operation);
    case 'restart':
      return restart(engine, request, id);
    case 'rewind':
      return message(501, 'The local host does not rewind orchestrations.');
    default:
      return empty(404);
  }
}

function fromOutcome(outcome: Outcome, operation: string): Response {
  const status = { accepted: 202, unknown: 404, finished: 410, conflict: 500 }[outcome];
  if (outcome !== 'conflict') return empty(status);
  return failure(
    `Cannot ${operation} an orchestration instance in its present state.`,
    'System.InvalidOperationException',
  );
}

async function restart(engine: Engine, request: ApiRequest, id: string): Promise<Response> {
  const instance = engine.find(id);
  if (!instance) return empty(404);
  const sameId = request.url.searchParams.get('restartWithNewInstanceId')?.toLowerCase() === 'false';
  const path = { ...request, text: instance.input };
  return start(engine, path, instance.name, sameId ? id : undefined);
}
