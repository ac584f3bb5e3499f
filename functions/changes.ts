import { Refusal } from '../shared/core/kernel/refusal.js';
import { second } from '../shared/core/kernel/time.js';
import type { Services } from '../shared/services.js';
import { diffPosture } from '../shared/usecases/posture/diff-posture.js';
import { parseEventId, watchPosture } from '../shared/usecases/posture/watch-posture.js';
import { isStillLetIn } from './http/authorise.js';
import { serveAll } from './http/http.js';
import type { Reply, RouteHandlers } from './http/route.js';
import { changeRoutes } from './routes/changes.js';

/*
 * The stream is a chain of answers: each is whole, ends at the first change or before any timeout on the way, and names
 * the place that the reader goes on from, on whatever instance. So nothing is lost between two answers, and nothing is
 * held by an instance but the waiting itself.
 */

/** Readers of one tenant that wait on this instance at a time. */
const mostWaiting = 20;
const waiting = new Map<string, number>();

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const handlers: RouteHandlers<typeof changeRoutes> = {
  diffPosture: async ({ stores, query, now }, { blobs, scratchLedger: scratch }) => ({
    status: 200,
    body: await diffPosture({ stores, blobs, scratch }, query, now),
  }),
  streamPosture: async ({ stores, tenant, caller, query, headers }, { clock }) => {
    const id = headers['last-event-id'];
    const last = id === undefined || id === '' ? null : parseEventId(id);
    const others = waiting.get(tenant) ?? 0;
    if (others >= mostWaiting)
      throw new Refusal('too_many_requests', 'enough readers of this tenant wait here', {
        retryAfterSeconds: 30,
      });
    waiting.set(tenant, others + 1);
    try {
      const event = await watchPosture({ stores, pause }, last, query.wait * second);
      if (!(await isStillLetIn({ caller, tenant, stores }, changeRoutes.streamPosture, clock.now())))
        throw new Refusal('forbidden', 'access ended while this waited');
      return eventReply(event, 3 * second);
    } finally {
      const left = (waiting.get(tenant) ?? 1) - 1;
      if (left > 0) waiting.set(tenant, left);
      else waiting.delete(tenant);
    }
  },
};

/** One answer of the stream (HTML, section 9.2): an event, or a comment where nothing changed, and when to ask again. */
export function eventReply(event: { id: string; data: unknown } | null, retryMs: number): Reply {
  const lines =
    event === null
      ? [': no change']
      : [`id: ${event.id}`, 'event: posture', `data: ${JSON.stringify(event.data)}`];
  return {
    status: 200,
    body: `${[`retry: ${retryMs}`, ...lines].join('\n')}\n\n`,
    headers: { 'Content-Type': 'text/event-stream' },
  };
}

export const register = (services: Services): void => serveAll(services, changeRoutes, handlers);
