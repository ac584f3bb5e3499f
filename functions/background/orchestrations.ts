import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

import type { Orchestrations } from '../../shared/ports.js';

/** The durable client of one invocation; the function needs `df.input.durableClient()` among its extra inputs. */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  const client = df.getClient(context);
  return {
    async start(name, id, input) {
      try {
        await client.startNew(name, { instanceId: id, input });
      } catch (error) {
        // It runs: the same request came again, or two came at once. Older extensions say so with 500, newer with 409.
        if (!(error instanceof Error) || !/already exists|status code: 409/i.test(error.message)) throw error;
      }
    },
    async raise(id, event) {
      try {
        await client.raiseEvent(id, event, {});
      } catch (error) {
        // The instance is over or was never started: what woke it stands in the log either way.
        if (!(error instanceof Error) || !/no instance with id|404/i.test(error.message)) throw error;
      }
    },
  };
}
