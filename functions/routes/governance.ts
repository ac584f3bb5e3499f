import {
  approvalAnswerSchema,
  approvalListSchema,
  approvalParamsSchema,
  approvalQuerySchema,
  exceptionListSchema,
  exceptionQuerySchema,
  reviewBreakGlassSchema,
} from '../../schemas/answers/governance.js';
import type { RouteTable } from '../http/route.js';
import { appetiteRoutes } from './appetite.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;

/** Approvals with their latencies, break-glass with its review, exceptions with their ends, the appetite. */
export const governanceRoutes = {
  listApprovals: {
    method: 'GET',
    path: 'tenants/{tenantId}/approvals',
    access,
    summary:
      'Approvals from request to answer to action, break-glass among them; latencies over all of them.',
    query: approvalQuerySchema,
    answers: { 200: { description: 'One page, and the sums.', schema: approvalListSchema } },
  },
  readApproval: {
    method: 'GET',
    path: 'tenants/{tenantId}/approvals/{approval}',
    access,
    summary: 'One approval.',
    params: approvalParamsSchema,
    answers: { 200: { description: 'The approval.', schema: approvalAnswerSchema } },
    problems: ['not_found'],
  },
  reviewBreakGlass: {
    method: 'POST',
    path: 'tenants/{tenantId}/approvals/{approval}/review',
    access: { roles: ['approver', 'auditor', 'admin'] },
    summary: 'Reviews a use of break-glass. Never by who asked for it or let it pass.',
    params: approvalParamsSchema,
    body: reviewBreakGlassSchema,
    answers: { 200: { description: 'The approval as reviewed.', schema: approvalAnswerSchema } },
    problems: ['not_found', 'conflict', 'separation_of_duties'],
  },
  listExceptions: {
    method: 'GET',
    path: 'tenants/{tenantId}/exceptions',
    access,
    summary: 'Policy exceptions with owner, age and end; how many stand, end within 14 days or have expired.',
    query: exceptionQuerySchema,
    answers: { 200: { description: 'One page, and the sums.', schema: exceptionListSchema } },
  },
  ...appetiteRoutes,
} as const satisfies RouteTable;
