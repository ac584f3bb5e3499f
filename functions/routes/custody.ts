import { integritySchema } from '../../schemas/answers/integrity.js';
import { exportPageSchema, exportQuerySchema } from '../../schemas/export.js';
import type { RouteTable } from '../route.js';

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
} as const satisfies RouteTable;
