import type { ServerResponse } from 'node:http';
import { eventInput } from './event-grid.js';
import { keyOf } from './keys.js';
import type { HostRequest } from './request.js';
import { sendEmpty, sendJson } from './response.js';
import { decodeSegment } from './route.js';
import type { Runtime } from './runtime.js';
import { timerInput } from './timer.js';
import type { RegisteredFunction, TypedData } from './worker.js';

/** What `/admin/host/status` tells beside the fixed part. */
export type HostState = { state: 'Running' | 'Error'; errors: readonly string[]; startedAt: number };

/**
 * The host's own API below `/admin`: ping, status, functions, keys, and `POST /admin/functions/NAME`, which starts
 * any function by name and answers 202 without waiting for it. All but ping need the master key.
 */
export async function answerAdmin(
  runtime: Runtime,
  host: HostState,
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  const path = request.url.pathname.replace(/^\/admin\/?/i, '').replace(/\/$/, '');
  if (/^host\/ping$/i.test(path)) {
    return sendEmpty(response, 200, { 'cache-control': 'no-store,no-cache', pragma: 'no-cache' });
  }
  const key = keyOf(runtime.keys, request.headers, request.url.searchParams);
  if (key === 'none' || key === 'wrong') return sendEmpty(response, 401, { 'www-authenticate': 'Bearer' });
  if (key !== 'master') return sendEmpty(response, 403);

  const [area = '', name = '', rest = ''] = path.split('/');
  const get = request.method === 'GET';
  if (/^host$/i.test(area) && get && /^status$/i.test(name)) return sendJson(response, 200, statusOf(host));
  if (/^host$/i.test(area) && get && /^keys$/i.test(name)) {
    return sendJson(response, 200, keyList({ default: runtime.keys.host }));
  }
  if (!/^functions$/i.test(area)) return sendEmpty(response, 404);
  if (name === '') {
    if (!get) return sendEmpty(response, 404);
    return sendJson(
      response,
      200,
      [...runtime.functions.values()].map((registered) => describe(runtime, registered)),
    );
  }
  const registered = functionNamed(runtime, decodeSegment(name));
  if (!registered) return sendEmpty(response, 404);
  if (request.method === 'POST' && rest === '') return start(runtime, registered, request, response);
  if (!get) return sendEmpty(response, 404);
  if (rest === '') return sendJson(response, 200, describe(runtime, registered));
  if (/^status$/i.test(rest)) return sendJson(response, 200, {});
  if (/^keys$/i.test(rest)) {
    return sendJson(response, 200, keyList({ default: runtime.keys.functions[registered.name] ?? '' }));
  }
  sendEmpty(response, 404);
}

const functionNamed = (runtime: Runtime, name: string): RegisteredFunction | undefined =>
  [...runtime.functions.values()].find((other) => other.name.toLowerCase() === name.toLowerCase());

const statusOf = ({ state, errors, startedAt }: HostState): unknown => ({
  id: 'local',
  state,
  version: '4.1037.0.0',
  versionDetails: '4.1037.0',
  platformVersion: '',
  instanceId: '',
  computerName: '',
  processUptime: Date.now() - startedAt,
  functionAppContentEditingState: 'Unknown',
  ...(errors.length > 0 && { errors }),
});

const keyList = (keys: Record<string, string>): unknown => ({
  keys: Object.entries(keys).map(([name, value]) => ({ name, value })),
  links: [],
});

function describe({ baseUrl }: Runtime, { name, bindings, trigger }: RegisteredFunction): unknown {
  const href = `${baseUrl}/admin/functions/${name}`;
  const overHttp = trigger.type.toLowerCase() === 'httptrigger';
  const route = typeof trigger.route === 'string' ? trigger.route : name;
  return {
    name,
    href,
    language: 'node',
    ...(overHttp && { invoke_url_template: `${baseUrl}/api/${route}` }),
    config: {
      name,
      language: 'node',
      bindings: Object.entries(bindings).map(([key, binding]) => ({ ...binding, name: key })),
    },
    files: null,
    test_data: '',
    isDisabled: false,
    isDirect: false,
    isProxy: false,
  };
}

async function start(
  runtime: Runtime,
  registered: RegisteredFunction,
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  if (request.body === undefined || !/[/+]json\b/i.test(request.headers.get('content-type') ?? '')) {
    return sendEmpty(response, 415);
  }
  const given = parse(request.body);
  if (given === undefined) return sendEmpty(response, 400);
  sendEmpty(response, 202);
  const input = typeof given.input === 'string' ? given.input : '';
  const begin = async (): Promise<void> => {
    await runtime.invoke(registered.name, ...(await triggerInput(runtime, registered, input)));
  };
  // Nobody waits for the outcome, and `invoke` has logged it; only unusable input is left to tell.
  await begin().catch((error: unknown) => {
    runtime.log('error', registered.name, `Manual start failed: ${String(error)}`);
  });
}

function parse(body: Uint8Array): { input?: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function triggerInput(
  runtime: Runtime,
  { name, trigger }: RegisteredFunction,
  input: string,
): Promise<[TypedData, Record<string, TypedData>?]> {
  switch (trigger.type.toLowerCase()) {
    case 'timertrigger':
      return [await timerInput(runtime, name, false)];
    case 'eventgridtrigger':
      return eventInput(JSON.parse(input) as { data?: unknown });
    case 'httptrigger':
      return [
        {
          http: {
            method: 'POST',
            url: `${runtime.baseUrl}/api/${name}`,
            headers: {},
            body: { string: input },
          },
        },
      ];
    default:
      return [{ string: input }];
  }
}
