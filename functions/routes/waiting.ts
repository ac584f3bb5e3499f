import { waitingListSchema } from '../../schemas/answers/waiting.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

/** What waits for a second person, of whatever kind. */
export const waitingRoutes = {
  listWaiting: {
    method: 'GET',
    path: 'tenants/{tenantId}/waiting',
    access: { roles: readers },
    summary:
      'Everything that one person asked for and another decides: changes of members, sources and settings, overrides, limits, delivery, keys, access, reports. Only kinds that the reader sees on their own routes; the others are named.',
    answers: { 200: { description: 'What waits, whose time is over first.', schema: waitingListSchema } },
  },
} as const satisfies RouteTable;
