import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.js';
import { answerAdmin, type HostState } from './admin.js';
import { runChangeFeed } from './change-feed.js';
import { answerEventGrid } from './event-grid.js';
import type { ExtensionRequest, HostExtension } from './extension.js';
import { indexFunctions, type Index } from './index-functions.js';
import { keyOf, loadKeys, opens, type Keys } from './keys.js';
import { readRequest, RequestRefused, type HostRequest } from './request.js';
import { sendAnswer, sendEmpty, sendText } from './response.js';
import { pause, withRetry } from './retry.js';
import { matchRoute } from './route.js';
import type { Runtime } from './runtime.js';
import { runTimer } from './timer.js';
import {
  loadWorker,
  type HttpAnswer,
  type LoadedWorker,
  type TypedData,
  type Worker,
  type WorkerLog,
} from './worker.js';

export type HostOptions = {
  /** 0 takes a free port. */
  port: number;
  /** The compiled app's ESM entry file. */
  entry: string;
  /** Folder for keys, timer status and whatever extensions keep; made when absent. */
  state: string;
  /** App settings. They become environment variables of this process until the host closes. */
  settings: Record<string, string>;
  extensions?: readonly HostExtension[];
  /** Keys to use instead of the stored or generated ones. */
  keys?: Partial<Keys>;
  log: WorkerLog;
};

export type Host = {
  url: string;
  masterKey: string;
  systemKey: string;
  /** The app's functions, also those in error; an invocation gets its input bindings filled. */
  worker: Worker;
  /** Takes no more work, waits for what runs (10 s at most), and resolves when nothing of the host is left. */
  close(): Promise<void>;
};

// The recorded host gives running requests as long as functionTimeout; a person who presses Ctrl-C waits less.
const graceMs = 10_000;

type Loaded = { runtime: Runtime; index: Index; state: HostState };

/**
 * Starts a Functions host for one app on 127.0.0.1: HTTP under `/api`, timers, Event Grid's webhook, Cosmos DB change
 * feeds, the admin API, and what the extensions add. It mirrors the real host as recorded, with these differences: a handler is not timed
 * out, responses always stream, chunked request bodies are delivered, and what would make the real host restart its
 * worker (an unhandled rejection) ends this process, so whoever runs it must start it again.
 * Rejects with a message naming the port when that is in use.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const stopping = new AbortController();
  // Every timer, range of a feed and instance waits for it: as many as there are, which is no leak.
  setMaxListeners(0, stopping.signal);
  const work = new Set<Promise<unknown>>();
  const track = <T>(promise: Promise<T>): Promise<T> => {
    work.add(promise);
    const forget = (): boolean => work.delete(promise);
    promise.then(forget, forget);
    return promise;
  };
  // Requests that come while the app is loading wait for it.
  let announce: (loaded: Loaded | undefined) => void = () => undefined;
  const loading = new Promise<Loaded | undefined>((resolve) => (announce = resolve));
  const server = createServer({ maxHeaderSize: 32_768 }, (incoming, response) => {
    void track(
      loading.then((loaded) =>
        loaded ? answer(loaded, options, incoming, response) : sendEmpty(response, 503),
      ),
    );
  });
  const { port } = await listen(server, options.port, 'the Functions host');
  const url = `http://127.0.0.1:${port}`;
  const restore = setEnvironment({ ...options.settings, WEBSITE_HOSTNAME: `127.0.0.1:${port}` });
  const stop = async (): Promise<void> => {
    stopping.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    await Promise.race([Promise.allSettled(work), pause(graceMs, new AbortController().signal)]);
    for (const extension of options.extensions ?? []) await extension.stop();
    server.closeAllConnections();
    await closed;
    restore();
  };
  let closed: Promise<void> | undefined;
  try {
    const loaded = await loadApp(options, url, stopping.signal);
    const { runtime } = loaded;
    for (const extension of options.extensions ?? []) {
      await extension.start({ worker: runtime.worker, baseUrl: url, systemKey: runtime.keys.system });
    }
    announce(loaded);
    startTriggers(loaded, track);
    return {
      url,
      masterKey: runtime.keys.master,
      systemKey: runtime.keys.system,
      worker: runtime.worker,
      close: () => (closed ??= stop().then(() => loaded.terminate())),
    };
  } catch (error) {
    announce(undefined);
    await stop();
    throw error;
  }
}

async function loadApp(
  options: HostOptions,
  baseUrl: string,
  stopping: AbortSignal,
): Promise<Loaded & { terminate: LoadedWorker['terminate'] }> {
  const { log, settings, state, extensions = [] } = options;
  const loaded = await loadWorker(options.entry, log);
  const index = indexFunctions(loaded.functions.values(), settings, extensions, log);
  const worker = withInputs(loaded, extensions);
  const keys = await loadKeys(state, options.keys ?? {}, index.functions.keys());
  const { functions } = index;
  const invoke: Runtime['invoke'] = async (name, data, triggerMetadata, until) => {
    const registered = functions.get(name);
    if (!registered) throw new Error(`Function '${name}' is not known.`);
    const inputs = { [registered.triggerName]: data };
    const end = until ? AbortSignal.any([stopping, until]) : stopping;
    return withRetry(registered.retryOptions, end, async (retryContext) => {
      try {
        return await worker.invoke(name, inputs, triggerMetadata, retryContext);
      } catch (error) {
        log('error', name, `Executed '${name}' (Failed): ${describe(error)}`);
        throw error;
      }
    });
  };
  log('information', '', `${functions.size} functions loaded: ${[...functions.keys()].join(', ')}`);
  return {
    index,
    runtime: { baseUrl, functions, worker, keys, settings, state, log, stopping, invoke },
    state: {
      state: index.errors.length > 0 ? 'Error' : 'Running',
      errors: index.errors,
      startedAt: Date.now(),
    },
    terminate: () => loaded.terminate(),
  };
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

// Every input binding beside the trigger comes from an extension; one that none knows fails the invocation by name.
function withInputs(worker: Worker, extensions: readonly HostExtension[]): Worker {
  return {
    functions: worker.functions,
    invoke: async (name, inputs, triggerMetadata, retryContext) => {
      const all: Record<string, TypedData> = { ...inputs };
      for (const [key, binding] of Object.entries(worker.functions.get(name)?.bindings ?? {})) {
        if (binding.direction !== 'in' || key in all) continue;
        const value = extensions.map((one) => one.inputFor(binding)).find((data) => data !== undefined);
        if (!value) throw new Error(`The local host does not drive the input binding '${binding.type}'.`);
        all[key] = value;
      }
      return worker.invoke(name, all, triggerMetadata, retryContext);
    },
  };
}

function startTriggers(
  { runtime, index, state }: Loaded,
  track: <T>(promise: Promise<T>) => Promise<T>,
): void {
  if (state.state === 'Error') return;
  const failed = (name: string) => (error: unknown) =>
    runtime.log('error', name, `The trigger of '${name}' stopped: ${describe(error)}`);
  for (const [name, timer] of index.timers) void track(runTimer(runtime, name, timer).catch(failed(name)));
  for (const [name, feed] of index.changeFeeds) {
    void track(runChangeFeed(runtime, name, feed).catch(failed(name)));
  }
}

async function answer(
  loaded: Loaded,
  options: HostOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(loaded, options.extensions ?? [], await readRequest(incoming), response);
  } catch (error) {
    if (!(error instanceof RequestRefused)) {
      options.log('error', '', `${incoming.method} ${incoming.url}: ${describe(error)}`);
    }
    if (response.headersSent) return void response.destroy();
    if (!(error instanceof RequestRefused)) return sendEmpty(response, 500);
    sendEmpty(response, error.status, { connection: 'close' });
    // What is still coming of a refused body is thrown away for a moment, or the reset could overtake the answer.
    incoming.resume();
    setTimeout(() => incoming.destroy(), 1000).unref();
  }
}

async function route(
  loaded: Loaded,
  extensions: readonly HostExtension[],
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  const { runtime, state } = loaded;
  const path = request.url.pathname;
  if (path === '/' && ['GET', 'HEAD', 'POST'].includes(request.method)) {
    return sendText(response, 200, 'Your Azure Function App is up and running.', 'text/html');
  }
  if (/^\/admin(\/|$)/i.test(path)) return answerAdmin(runtime, state, request, response);
  if (state.state === 'Error') return sendText(response, 503, 'Function host is not running.');
  if (/^\/runtime\/webhooks\/eventgrid\/?$/i.test(path)) return answerEventGrid(runtime, request, response);
  if (/^\/api\//i.test(path)) return answerFunction(loaded, request, response);
  for (const extension of extensions) {
    const given = await extension.routes(forExtension(runtime, request));
    if (given) return sendAnswer(response, fromResponse(given), request.method, runtime.stopping);
  }
  sendEmpty(response, 404);
}

async function answerFunction(
  { runtime, index }: Loaded,
  request: HostRequest,
  response: ServerResponse,
): Promise<void> {
  const { url, headers, method } = request;
  const found = matchRoute(index.routes, method, url.pathname.slice('/api/'.length));
  if (!found) return sendEmpty(response, 404);
  const key = keyOf(runtime.keys, headers, url.searchParams, found.name);
  if (!opens(key, runtime.functions.get(found.name)?.trigger.authLevel)) return sendEmpty(response, 401);
  let result: HttpAnswer | null;
  try {
    const { returnValue } = await runtime.invoke(found.name, httpInput(request, found.params));
    result = (returnValue?.http ?? null) as HttpAnswer | null;
  } catch {
    // Logged by `invoke`; the caller learns nothing about it.
    return sendEmpty(response, 500);
  }
  await sendAnswer(response, result, method, runtime.stopping);
}

// Repeated query names collapse into one value, "1,2", as the recorded host's default mode has it.
function httpInput(request: HostRequest, params: Record<string, string>): TypedData {
  const query = new Map<string, string>();
  for (const [name, value] of request.url.searchParams) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return {
    http: {
      method: request.method,
      url: request.url.href,
      headers: Object.fromEntries(request.headers),
      query: Object.fromEntries(query),
      params,
      ...(request.body && { body: { bytes: request.body } }),
    },
  };
}

function forExtension(runtime: Runtime, request: HostRequest): ExtensionRequest {
  const { method, url, headers, body } = request;
  const key = keyOf(runtime.keys, headers, url.searchParams);
  return { method, url, headers, body: body ?? new Uint8Array(), key: key === 'function' ? 'host' : key };
}

const fromResponse = ({ status, headers, body }: Response): HttpAnswer => ({
  status,
  headers,
  cookies: [],
  body: body as ReadableStream<Uint8Array> | null,
});

function setEnvironment(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
