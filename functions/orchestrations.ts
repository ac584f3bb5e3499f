import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

import type { Orchestrations } from '../shared/ports.js';

/** The durable client of one invocation; the function needs `df.input.durableClient()` among its extra inputs. */
export function orchestrationsOf(context: InvocationContext): Orchestrations {
  const client = df.getClient(context);
  return {
    async start(name, id, input) {
      await client.startNew(name, { instanceId: id, input });
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
