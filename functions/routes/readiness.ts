import { z } from 'zod';

import { packetListSchema } from '../../schemas/packets.js';
import {
  decideReadinessSchema,
  readinessSchema,
  readinessTargetSchema,
  releaseBodySchema,
  releaseShape,
} from '../../schemas/readiness.js';
import { planSchema } from '../../schemas/plan.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const target = readinessTargetSchema.default('production');

export const readinessRoutes = {
  previewReadiness: {
    method: 'GET',
    path: 'tenants/{tenantId}/readiness',
    access: { roles: [...readers, 'pipeline'] },
    summary: 'What the gate would say now. Recorded nowhere and not signed.',
    query: z.strictObject({ target }),
    answers: { 200: { description: 'The preview.', schema: readinessSchema } },
  },
  previewPackets: {
    method: 'GET',
    path: 'tenants/{tenantId}/readiness/packets',
    access: { roles: [...readers, 'pipeline'] },
    summary: 'What the four validators find in the log now. Recorded nowhere and not signed.',
    answers: { 200: { description: 'A packet a validator.', schema: packetListSchema } },
  },
  readinessPlan: {
    method: 'GET',
    path: 'tenants/{tenantId}/readiness/plan',
    access: { roles: [...readers, 'pipeline'] },
    summary: 'What is still to do for a target, in order, by whom, and which evidence it leaves.',
    query: z.strictObject({ target, ...releaseShape }),
    answers: { 200: { description: 'The plan; empty where nothing stands in the way.', schema: planSchema } },
  },
  packets: {
    method: 'POST',
    path: 'tenants/{tenantId}/readiness/packets',
    access: { roles: ['pipeline', 'operator', 'auditor', 'admin'] },
    summary: 'The four packets for a release, each signed and kept by its digest.',
    body: releaseBodySchema,
    answers: { 200: { description: 'A packet a validator.', schema: packetListSchema } },
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
