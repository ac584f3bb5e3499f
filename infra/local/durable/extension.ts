import { randomBytes } from 'node:crypto';
import type { ExtensionRequest, HostExtension } from '../host/extension.js';
import type { WorkerLog } from '../host/worker.js';
import { durableClientInput, type Place, webhookPath } from './client-binding.js';
import { createEngine, type Engine } from './engine.js';
import { functionsOf } from './functions.js';
import { answer } from './management-api.js';
import { openStore } from './store.js';

type Running = { engine: Engine; place: Place; rpcPath: string };

const triggers = ['orchestrationtrigger', 'activitytrigger', 'entitytrigger'];

/**
 * Durable Functions for the local host: the unmodified `durable-functions` library replays the orchestrators, this
 * drives them from histories kept in the folder `state`. Start it once per folder at a time.
 */
export function durableExtension(options: { state: string; log: WorkerLog }): HostExtension {
  let running: Running | undefined;

  return {
    claims: (trigger) => triggers.includes(trigger.type.toLowerCase()),
    inputFor: (binding) => {
      if (!running || !/^(durable|orchestration)client$/i.test(binding.type)) return undefined;
      return durableClientInput(running.place, `${running.place.origin}${running.rpcPath}/`);
    },
    routes: async (request) => (running ? route(running, request) : undefined),
    start: ({ worker, baseUrl, systemKey }) => {
      for (const entity of functionsOf(worker, 'entity')) {
        options.log(
          'error',
          entity.name,
          `The local host does not drive entities: '${entity.name}' never runs.`,
        );
      }
      const { origin } = new URL(baseUrl);
      const engine = createEngine(worker, openStore(options.state), options.log);
      // The library's own calls carry no key. The real host listens for them on a port of their own; here they share
      // the port with everybody, so the path is a secret of this process.
      const rpcPath = `/durabletask/${randomBytes(16).toString('hex')}`;
      running = { engine, place: { origin, key: systemKey }, rpcPath };
      engine.recover();
      return Promise.resolve();
    },
    stop: async () => running?.engine.stop(),
  };
}

async function route(running: Running, request: ExtensionRequest): Promise<Response | undefined> {
  const path = request.url.pathname;
  const overRpc = isBelow(path, running.rpcPath);
  if (!overRpc && !isBelow(path, webhookPath)) return undefined;
  if (!overRpc && request.key !== 'system' && request.key !== 'master') {
    return new Response(null, { status: request.key === 'host' ? 403 : 401 });
  }
  const base = overRpc ? running.rpcPath : webhookPath;
  return answer(running.engine, {
    method: request.method,
    url: request.url,
    segments: path.slice(base.length).split('/').filter(Boolean).map(decoded),
    headers: request.headers,
    text: Buffer.from(request.body).toString(),
    ...(overRpc ? {} : { place: { origin: request.url.origin, key: running.place.key } }),
  });
}

const isBelow = (path: string, base: string): boolean =>
  `${path}/`.toLowerCase().startsWith(`${base}/`.toLowerCase());

/** An encoded slash stays encoded, as the real host leaves it: an id never gains a segment. */
function decoded(segment: string): string {
  try {
    return segment.split(/%2f/i).map(decodeURIComponent).join('%2F');
  } catch {
    return segment;
  }
}
