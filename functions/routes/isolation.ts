import { isolationValidationSchema, validateIsolationSchema } from '../../schemas/isolation.js';
import type { RouteTable } from '../http/route.js';

export const isolationRoutes = {
  validateIsolation: {
    method: 'POST',
    path: 'tenants/{tenantId}/validations/isolation',
    access: { roles: ['operator', 'admin'] },
    summary:
      'Proves on the live deployment, through its public routes, that one canary tenant cannot reach another; records every attempt and answer.',
    body: validateIsolationSchema,
    answers: { 200: { description: 'Recorded, passed or failed.', schema: isolationValidationSchema } },
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
