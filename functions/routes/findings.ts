import {
  acceptFindingSchema,
  assignFindingSchema,
  dismissFindingSchema,
  findingDetailSchema,
  findingParamsSchema,
  reopenFindingSchema,
  resolveFindingSchema,
} from '../../schemas/findings.js';
import type { RouteTable } from '../http/route.js';

const params = findingParamsSchema;
const answers = {
  200: { description: 'The finding as the command left it.', schema: findingDetailSchema },
} as const;
/** Who asks and who agrees; which of the two a caller may do follows from the body. */
const both = { roles: ['operator', 'approver', 'admin'] } as const;
const problems = ['not_found', 'conflict', 'separation_of_duties'] as const;

/** What operators do to a finding. Each is evidence, decided in the log. */
export const findingRoutes = {
  assignFinding: {
    method: 'POST',
    path: 'tenants/{tenantId}/findings/{findingId}/assign',
    access: { roles: ['operator', 'admin'] },
    summary: 'Gives a finding its owner, and if need be a nearer due date.',
    params,
    body: assignFindingSchema,
    answers,
    problems,
  },
  acceptFinding: {
    method: 'POST',
    path: 'tenants/{tenantId}/findings/{findingId}/accept',
    access: both,
    summary:
      'Asks that the risk be accepted until an expiry (operator), or accepts it as another asked (approver).',
    params,
    body: acceptFindingSchema,
    answers,
    problems,
  },
  resolveFinding: {
    method: 'POST',
    path: 'tenants/{tenantId}/findings/{findingId}/resolve',
    access: both,
    summary:
      'Claims that the cause is gone (operator), or verifies another’s claim and closes it (approver).',
    params,
    body: resolveFindingSchema,
    answers,
    problems,
  },
  dismissFinding: {
    method: 'POST',
    path: 'tenants/{tenantId}/findings/{findingId}/dismiss',
    access: both,
    summary:
      'Asks to dismiss it as no finding until an expiry (operator), or dismisses it as asked (approver).',
    params,
    body: dismissFindingSchema,
    answers,
    problems,
  },
  reopenFinding: {
    method: 'POST',
    path: 'tenants/{tenantId}/findings/{findingId}/reopen',
    access: both,
    summary: 'Back to open: ends an acceptance or dismissal, refutes a claim, declines what was asked for.',
    params,
    body: reopenFindingSchema,
    answers,
    problems,
  },
} as const satisfies RouteTable;
