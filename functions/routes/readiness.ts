import { z } from 'zod';

import { decideReadinessSchema, readinessSchema, readinessTargetSchema } from '../../schemas/readiness.js';
import type { RouteTable } from '../route.js';
import { readers } from './readers.js';

export const readinessRoutes = {
  previewReadiness: {
    method: 'GET',
    path: 'tenants/{tenantId}/readiness',
    access: { roles: [...readers, 'pipeline'] },
    summary: 'What the gate would say now. Recorded nowhere and not signed.',
    query: z.strictObject({ target: readinessTargetSchema.default('production') }),
    answers: { 200: { description: 'The preview.', schema: readinessSchema } },
  },
  readiness: {
    method: 'POST',
    path: 'tenants/{tenantId}/readiness',
    access: { roles: ['pipeline', 'operator', 'admin'] },
    summary: 'Decides, records and signs. Unknown blocks.',
    body: decideReadinessSchema,
    answers: { 200: { description: 'The decision.', schema: readinessSchema } },
  },
} as const satisfies RouteTable;
