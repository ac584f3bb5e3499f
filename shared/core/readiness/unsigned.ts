import type { z } from 'zod';

import { eventDataSchemas, type EventName } from '../../../schemas/events/types.js';
import type { Environment } from '../../../schemas/primitives.js';

/** An event that is still to be signed. */
export type Unsigned = Record<string, unknown> & { id: string; type: string; time: string };

/** An event of a source of the tenant, of this type. @throws ZodError for what is not of its form */
export function unsignedEvent<N extends EventName>(
  name: N,
  id: string,
  at: { source: string; time: string; environment: Environment },
  data: z.input<(typeof eventDataSchemas)[N]>,
): Unsigned {
  return { specversion: '1.0', id, ...at, type: `aispm.${name}`, data: eventDataSchemas[name].parse(data) };
}
