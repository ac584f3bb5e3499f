import { changeParamsSchema, decideChangeSchema } from '../../schemas/answers/delivery.js';
import { sourceChangeAnswerSchema, sourceChangeListSchema } from '../../schemas/answers/tenants.js';
import type { RouteTable } from '../route.js';

const changes = 'tenants/{tenantId}/source-changes';
const reading = { roles: ['operator', 'approver', 'auditor', 'admin'] } as const;
const deciding = { roles: ['approver', 'admin'] } as const;
const params = changeParamsSchema;
const answers = {
  200: { description: 'The change as it stands.', schema: sourceChangeAnswerSchema },
} as const;

/** What of a source two people change: asked for by putting or retiring the source, decided here. */
export const sourceChangeRoutes = {
  listSourceChanges: {
    method: 'GET',
    path: changes,
    access: reading,
    summary: 'Changes of sources that wait for a second person, and those decided last, newest first.',
    answers: { 200: { description: 'At most a hundred.', schema: sourceChangeListSchema } },
  },
  readSourceChange: {
    method: 'GET',
    path: `${changes}/{changeId}`,
    access: reading,
    summary: 'A change of a source: what is registered, what would be, and what of that lets it say more.',
    params,
    answers,
  },
  approveSourceChange: {
    method: 'POST',
    path: `${changes}/{changeId}/approve`,
    access: deciding,
    summary: 'Agree to exactly this change, which is in force from then on. Never by who asked for it.',
    params,
    body: decideChangeSchema.optional(),
    answers,
    problems: ['conflict', 'separation_of_duties'],
  },
  rejectSourceChange: {
    method: 'POST',
    path: `${changes}/{changeId}/reject`,
    access: deciding,
    summary: 'Refuse a change of a source, or withdraw one’s own.',
    params,
    body: decideChangeSchema.optional(),
    answers,
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
