import {
  changeSchema,
  issuerListSchema,
  issuerParamsSchema,
  memberChangeAnswerSchema,
  memberListSchema,
  memberParamsSchema,
  settingsChangeAnswerSchema,
  sourceChangeAnswerSchema,
  sourceListSchema,
  sourceParamsSchema,
  tenantAnswerSchema,
} from '../../schemas/answers/tenants.js';
import { putMemberSchema } from '../../schemas/members.js';
import {
  putIssuerSchema,
  putSourceSchema,
  putTenantSchema,
  retireSourceSchema,
} from '../../schemas/tenant.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const changed = { description: 'What the change came to.', schema: changeSchema };
const waits = {
  description: 'Asked for; another person has 72 hours to decide.',
  schema: sourceChangeAnswerSchema,
};

export const tenantRoutes = {
  readTenant: {
    method: 'GET',
    path: 'tenants/{tenantId}',
    access: { roles: readers },
    summary:
      'Settings and public keys. Recipients only for admin and auditor; members and sources have their own lists.',
    answers: { 200: { description: 'The tenant.', schema: tenantAnswerSchema } },
  },
  putTenant: {
    method: 'PUT',
    path: 'tenants/{tenantId}',
    access: { roles: ['admin'], creates: true },
    summary:
      'Create the tenant that the token names, with its keys, the sources and people it begins with, or change its settings. What of these holds the tenant to less than before waits for a second person.',
    body: putTenantSchema,
    answers: {
      200: changed,
      201: { ...changed, description: 'The tenant was created.' },
      202: { ...waits, schema: settingsChangeAnswerSchema },
    },
    problems: ['conflict'],
  },
  listSources: {
    method: 'GET',
    path: 'tenants/{tenantId}/sources',
    access: { roles: ['operator', 'approver', 'auditor', 'admin'] },
    summary: 'Registered sources of evidence and their public keys.',
    answers: { 200: { description: 'All sources.', schema: sourceListSchema } },
  },
  putSource: {
    method: 'PUT',
    path: 'tenants/{tenantId}/sources/{sourceId}',
    access: { roles: ['admin'] },
    summary:
      'Register a source, or change what is registered under its id. What lets it say more waits for a second person; what only takes from it, as a revoked key, holds at once.',
    params: sourceParamsSchema,
    body: putSourceSchema,
    answers: { 200: changed, 202: waits },
    problems: ['conflict'],
  },
  requestSourceRetirement: {
    method: 'POST',
    path: 'tenants/{tenantId}/sources/{sourceId}/retirement',
    access: { roles: ['admin'] },
    summary:
      'Ask to retire a source for good: once a second person agrees, its evidence is refused, and no proof is asked of it.',
    params: sourceParamsSchema,
    body: retireSourceSchema,
    answers: { 202: waits },
    problems: ['conflict'],
  },
  listIssuers: {
    method: 'GET',
    path: 'tenants/{tenantId}/issuers',
    access: { roles: ['operator', 'approver', 'auditor', 'admin'] },
    summary: 'Token issuers of the tenant’s own agent runtimes.',
    answers: { 200: { description: 'All issuers.', schema: issuerListSchema } },
  },
  putIssuer: {
    method: 'PUT',
    path: 'tenants/{tenantId}/issuers/{issuerId}',
    access: { roles: ['admin'] },
    summary: 'Let subjects of another issuer post evidence here, and nothing else.',
    params: issuerParamsSchema,
    body: putIssuerSchema,
    answers: { 200: changed },
    problems: ['conflict'],
  },
  removeIssuer: {
    method: 'DELETE',
    path: 'tenants/{tenantId}/issuers/{issuerId}',
    access: { roles: ['admin'] },
    summary: 'End the trust in an issuer.',
    params: issuerParamsSchema,
    answers: { 200: changed },
    problems: ['conflict'],
  },
  listMembers: {
    method: 'GET',
    path: 'tenants/{tenantId}/members',
    access: { roles: ['auditor', 'admin'] },
    summary: 'Token subjects and what they may do in the tenant.',
    answers: { 200: { description: 'All members.', schema: memberListSchema } },
  },
  putMember: {
    method: 'PUT',
    path: 'tenants/{tenantId}/members/{subject}',
    access: { roles: ['admin'] },
    summary:
      'Give a token subject, or a group as `group:<id>`, its roles in the tenant. A role with a part in what takes two people (operator, approver, auditor, admin) waits for a second person; what only takes from a member holds at once.',
    params: memberParamsSchema,
    body: putMemberSchema,
    answers: { 200: changed, 202: { ...waits, schema: memberChangeAnswerSchema } },
    problems: ['conflict'],
  },
  removeMember: {
    method: 'DELETE',
    path: 'tenants/{tenantId}/members/{subject}',
    access: { roles: ['admin'] },
    summary: 'Take every role in the tenant from a token subject or group.',
    params: memberParamsSchema,
    answers: { 200: changed },
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
