import {
  appetiteParamsSchema,
  appetiteRequestSchema,
  appetiteSchema,
  requestAppetiteSchema,
} from '../../schemas/answers/appetite.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import { decideSchema } from '../../schemas/answers/two-person.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const requests = 'tenants/{tenantId}/appetite/requests';
const answers = { 200: { description: 'The request as it stands.', schema: appetiteRequestSchema } } as const;

/** What indicators are judged by, and who approved it. */
export const appetiteRoutes = {
  readAppetite: {
    method: 'GET',
    path: 'tenants/{tenantId}/appetite',
    access: { roles: readers },
    summary: 'Targets and limits of the indicators: approved by two people, or the service’s own proposal.',
    answers: { 200: { description: 'The limits, and their approval.', schema: appetiteSchema } },
  },
  requestAppetite: {
    method: 'POST',
    path: requests,
    access: { roles: ['operator', 'admin'] },
    summary:
      'Asks to hold the reports to the limits that a body of the tenant set. Nothing changes before a second person approves.',
    body: requestAppetiteSchema,
    answers: { 202: { description: 'Waits for a second person.', schema: appetiteRequestSchema } },
  },
  listAppetiteRequests: {
    method: 'GET',
    path: requests,
    access: { roles: readers },
    summary: 'Limits that were asked for, and what became of them.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(appetiteRequestSchema) } },
  },
  approveAppetite: {
    method: 'POST',
    path: `${requests}/{requestId}/approve`,
    access: { roles: ['approver', 'admin'] },
    summary:
      'Approves limits: they are evidence from now on, in place of all approved before, and stand until they expire. Never by who asked.',
    params: appetiteParamsSchema,
    body: decideSchema.optional(),
    answers,
    problems: ['conflict', 'separation_of_duties'],
  },
  rejectAppetite: {
    method: 'POST',
    path: `${requests}/{requestId}/reject`,
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Rejects limits that are not decided on yet, or takes them back.',
    params: appetiteParamsSchema,
    body: decideSchema.optional(),
    answers,
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
