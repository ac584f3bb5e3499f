import { sourceChangeAnswerSchema, sourceChangeListSchema } from '../../schemas/answers/tenants.js';
import type { RouteTable } from '../http/route.js';
import { changeRoutes } from './change-routes.js';

const { list, read, approve, reject } = changeRoutes(
  'source-changes',
  ['operator', 'approver', 'auditor', 'admin'],
  {
    thing: 'source',
    shows: 'what is registered, what would be, and what of that lets it say more',
    never: 'who asked for it',
    answer: sourceChangeAnswerSchema,
    list: sourceChangeListSchema,
  },
);

/** What of a source two people change: asked for by putting or retiring the source, decided here. */
export const sourceChangeRoutes = {
  listSourceChanges: list,
  readSourceChange: read,
  approveSourceChange: approve,
  rejectSourceChange: reject,
} as const satisfies RouteTable;
