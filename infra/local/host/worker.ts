import { randomUUID } from 'node:crypto';
import Module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

// What crosses between host and worker, as the host's RPC contract names it.
export type TypedData = {
  json?: string;
  string?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: unknown;
};
export type Binding = { type: string; direction: string; [option: string]: unknown };
export type RegisteredFunction = {
  name: string;
  bindings: Record<string, Binding>;
  trigger: Binding;
  triggerName: string;
  retryOptions?: unknown;
};
export type Invocation = { outputData: { name: string; data: TypedData }[]; returnValue: TypedData | null };
export type RetryContext = {
  retryCount: number;
  maxRetryCount: number;
  exception?: { message: string; source: string; stackTrace: string };
};
export type Worker = {
  functions: ReadonlyMap<string, RegisteredFunction>;
  /**
   * One attempt. Rejects with what the handler or a hook threw. For a function whose return binding is HTTP,
   * `returnValue.http` is an `HttpAnswer`, and null when the handler returned nothing.
   */
  invoke(
    name: string,
    inputs: Record<string, TypedData>,
    triggerMetadata?: Record<string, TypedData>,
    retryContext?: RetryContext,
  ): Promise<Invocation>;
};
export type LoadedWorker = Worker & { terminate(): Promise<void> };
export type WorkerLog = (level: string, functionName: string, message: string) => void;

/** A response as the handler gave it: the body is not read, so that a stream reaches the client as it is written. */
export type HttpAnswer = {
  status: number;
  headers: Headers;
  cookies: readonly Record<string, unknown>[];
  body: ReadableStream<Uint8Array> | null;
};

type Handler = (...args: unknown[]) => unknown;
type HookContext = Record<string, unknown>;
type Hook = (context: HookContext) => unknown;
type Context = { options: { trigger: { type: string }; return?: { direction?: string } } };
type InvocationModel = {
  getArguments(): Promise<{ context: Context; inputs: unknown[] }>;
  invokeFunction(context: Context, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(
    context: Context,
    result: unknown,
  ): Promise<{ outputData?: { name: string; data: TypedData }[]; returnValue?: TypedData | null }>;
};
type ProgrammingModel = { getInvocationModel(context: Record<string, unknown>): InvocationModel };
type Library = { HttpResponse: new (init: unknown) => HttpAnswer };
type Metadata = { name: string; bindings: Record<string, Binding>; retryOptions?: unknown };
type App = {
  functions: Map<string, RegisteredFunction>;
  handlers: Map<string, Handler>;
  hooks: Map<string, Hook[]>;
  log: WorkerLog;
};

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation'];

// The library asks for the core module once per process and keeps it, so the core is one object that
// hands every registration to the app that is loading now; apps load one after another.
let loading: App | undefined;
let model: ProgrammingModel | undefined;
let loads = 0;
let previousLoad: Promise<unknown> = Promise.resolve();

const core = {
  version: '3.9.1',
  hostVersion: '4.1037.0',
  Disposable: class {
    constructor(private readonly onDispose: () => void) {}
    dispose(): void {
      this.onDispose();
    }
  },
  setProgrammingModel: (given: ProgrammingModel): void => {
    model = given;
  },
  getProgrammingModel: () => model,
  registerFunction: (metadata: Metadata, handler: Handler) => {
    const app = loadingApp('function');
    if (app.functions.has(metadata.name)) {
      throw new Error(`A function with id "${metadata.name}" has already been registered.`);
    }
    const [triggerName, trigger] = triggerOf(metadata);
    app.functions.set(metadata.name, { ...metadata, trigger, triggerName });
    app.handlers.set(metadata.name, handler);
    return new core.Disposable(() => {
      app.functions.delete(metadata.name);
      app.handlers.delete(metadata.name);
    });
  },
  registerHook: (name: string, hook: Hook) => {
    if (!hookNames.includes(name)) throw new RangeError(`Unrecognized hook "${name}"`);
    const { hooks } = loadingApp('hook');
    hooks.set(name, [...(hooks.get(name) ?? []), hook]);
    return new core.Disposable(() => {
      hooks.set(
        name,
        (hooks.get(name) ?? []).filter((other) => other !== hook),
      );
    });
  },
  log: (level: string, _category: string, message: string): void => loading?.log(level, '', message),
};

function loadingApp(what: string): App {
  if (!loading) throw new Error(`A ${what} can only be registered during app startup.`);
  return loading;
}

function triggerOf(metadata: Metadata): [string, Binding] {
  const found = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new Error(`Function "${metadata.name}" has no trigger.`);
  return found;
}

// `@azure/functions-core` exists only inside the real worker, which puts it in place by the same means.
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === '@azure/functions-core' ? core : load(request, ...rest));

/**
 * Loads a compiled functions app with the real `@azure/functions` and returns what it registered.
 *
 * Several apps can be loaded into one process, one after another; each load evaluates the entry file anew, but
 * modules that it imports are evaluated once per process, so registrations belong in the entry (`register(services)`).
 * An entry that throws leaves a worker without functions and an error in the log, as the real worker does.
 * `app.setup({ enableHttpStream })` is accepted and changes nothing: responses always stream here, and the library's
 * proxy on ports 55000–55025 is never started.
 */
export function loadWorker(entry: string, log: WorkerLog): Promise<LoadedWorker> {
  const next = previousLoad.then(() => loadNow(entry, log));
  previousLoad = next.catch(() => undefined);
  return next;
}

async function loadNow(entry: string, log: WorkerLog): Promise<LoadedWorker> {
  const app: App = { functions: new Map(), handlers: new Map(), hooks: new Map(), log };
  let library: Library | undefined;
  loads += 1;
  loading = app;
  try {
    library = createRequire(pathToFileURL(entry))('@azure/functions') as Library;
    await import(/* @vite-ignore */ `${pathToFileURL(entry).href}?load=${loads}`);
    await runHooks(app, 'appStart', { hookData: {} });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('error', '', `Worker was unable to load entry point "${entry}": ${reason}`);
    app.functions.clear();
    app.handlers.clear();
    app.hooks.clear();
  } finally {
    loading = undefined;
  }
  return {
    functions: app.functions,
    invoke: (name, inputs, triggerMetadata, retryContext) =>
      invoke(app, library, name, { inputs, triggerMetadata, retryContext }),
    terminate: () => runHooks(app, 'appTerminate', { hookData: {} }),
  };
}

async function runHooks(app: App, name: string, context: HookContext): Promise<void> {
  for (const hook of app.hooks.get(name) ?? []) await hook(context);
}

type Request = {
  inputs: Record<string, TypedData>;
  triggerMetadata: Record<string, TypedData> | undefined;
  retryContext: RetryContext | undefined;
};

async function invoke(
  app: App,
  library: Library | undefined,
  name: string,
  request: Request,
): Promise<Invocation> {
  const registered = app.functions.get(name);
  const handler = app.handlers.get(name);
  if (!registered || !handler || !model || !library) throw new Error(`Function "${name}" is not registered.`);
  const overHttp = registered.bindings.$return?.type.toLowerCase() === 'http';
  const coreContext: Record<string, unknown> = {
    invocationId: randomUUID(),
    metadata: { ...registered, bindings: modelBindings(registered) },
    request: {
      inputData: Object.entries(request.inputs).map(([key, data]) => ({ name: key, data })),
      triggerMetadata: request.triggerMetadata ?? {},
      retryContext: request.retryContext,
      traceContext: { traceParent: '', traceState: '', attributes: {} },
    },
    log: (level: string, _category: string, ...parts: unknown[]) => app.log(level, name, format(...parts)),
  };
  const invocation = model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  restoreOptions(context, registered);
  const result = await runHandler(app, coreContext, invocation, { context, inputs, handler });
  const response = await invocation.getResponse(context, overHttp ? undefined : result);
  return {
    outputData: response.outputData ?? [],
    returnValue: overHttp ? answerOf(library, result) : (response.returnValue ?? null),
  };
}

// The library reads a whole HTTP body before it answers, or talks through its own proxy when the app enabled
// streaming. Hidden from it, the trigger's type yields the same request object and leaves the answer to us.
function modelBindings(registered: RegisteredFunction): Record<string, Binding> {
  return Object.fromEntries(
    Object.entries(registered.bindings).map(([name, binding]) => {
      if (binding.type.toLowerCase() === 'httptrigger') return [name, { ...binding, type: 'hostedTrigger' }];
      if (binding.type.toLowerCase() === 'http') return [name, { ...binding, direction: 'hosted' }];
      return [name, binding];
    }),
  );
}

function restoreOptions(context: Context, registered: RegisteredFunction): void {
  context.options.trigger.type = registered.trigger.type;
  if (context.options.return) context.options.return.direction = 'out';
}

async function runHandler(
  app: App,
  coreContext: Record<string, unknown>,
  invocation: InvocationModel,
  call: { context: Context; inputs: unknown[]; handler: Handler },
): Promise<unknown> {
  const hookData = {};
  const before: HookContext & { inputs: unknown[]; functionCallback: Handler } = {
    hookData,
    invocationContext: call.context,
    inputs: call.inputs,
    functionCallback: call.handler,
  };
  coreContext.state = 'preInvocationHooks';
  await runHooks(app, 'preInvocation', before);

  const after: HookContext & { result: unknown; error: unknown } = {
    hookData,
    invocationContext: call.context,
    inputs: before.inputs,
    result: undefined,
    error: undefined,
  };
  coreContext.state = 'invocation';
  try {
    after.result = await invocation.invokeFunction(call.context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error(String(error));
  }
  coreContext.state = 'postInvocationHooks';
  await runHooks(app, 'postInvocation', after);
  if (after.error !== undefined && after.error !== null) throw after.error as Error;
  return after.result;
}

function answerOf(library: Library, result: unknown): TypedData | null {
  if (result === undefined || result === null) return null;
  if (typeof result !== 'object') {
    throw new Error(
      'The HTTP response must be an object with optional properties "body", "status", "headers", and "cookies".',
    );
  }
  const response = result instanceof library.HttpResponse ? result : new library.HttpResponse(result);
  return {
    http: {
      status: response.status,
      headers: response.headers,
      cookies: response.cookies,
      body: response.body,
    } satisfies HttpAnswer,
  };
}
