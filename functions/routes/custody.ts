import { erasureSchema } from '../../schemas/answers/custody.js';
import { integritySchema } from '../../schemas/answers/integrity.js';
import { changeSchema } from '../../schemas/answers/tenants.js';
import { exportPageSchema, exportQuerySchema } from '../../schemas/export.js';
import { erasePersonSchema, putLegalHoldSchema } from '../../schemas/tenant.js';
import type { RouteTable } from '../http/route.js';

/** What is done with a tenant's record as a whole. */
export const custodyRoutes = {
  validateIntegrity: {
    method: 'POST',
    path: 'tenants/{tenantId}/validations/integrity',
    access: { roles: ['operator', 'auditor', 'admin'] },
    summary:
      'Hold everything stored against the log, and the log against what was signed of it. Recorded; a fault is a critical finding.',
    answers: {
      200: { description: 'What was checked, and each fault with its position.', schema: integritySchema },
    },
  },
  exportTenant: {
    method: 'GET',
    path: 'tenants/{tenantId}/export',
    access: { roles: ['auditor', 'admin'] },
    summary:
      'Everything the tenant has, a page at a time, each signed: aispm export downloads it, aispm verify checks it offline.',
    query: exportQuerySchema,
    answers: { 200: { description: 'One page; its cursor leads to the next.', schema: exportPageSchema } },
  },
  putLegalHold: {
    method: 'PUT',
    path: 'tenants/{tenantId}/legal-hold',
    access: { roles: ['admin'] },
    summary:
      'Place a legal hold, which suspends deletion and erasure, or release it. The reason stands in the log.',
    body: putLegalHoldSchema,
    answers: { 200: { description: 'What the change came to.', schema: changeSchema } },
    problems: ['conflict'],
  },
  erasePerson: {
    method: 'POST',
    path: 'tenants/{tenantId}/people/erase',
    access: { roles: ['admin'] },
    summary:
      'Erase a person: name, membership and recipient. The log keeps a pseudonym that leads to nobody, and verifies.',
    body: erasePersonSchema,
    answers: { 200: { description: 'What was erased.', schema: erasureSchema } },
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
