import { z } from 'zod';

import { healthSchema } from '../../schemas/answers/tenants.js';
import type { RouteTable } from '../route.js';

export const serviceRoutes = {
  health: {
    method: 'GET',
    path: 'health',
    access: { public: 'says that the process answers, and its version' },
    summary: 'Liveness. Asks nothing of any store.',
    answers: { 200: { description: 'The process answers.', schema: healthSchema } },
  },
  openapi: {
    method: 'GET',
    path: 'openapi.json',
    access: { public: 'the contract holds nothing of any tenant' },
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) } },
  },
} as const satisfies RouteTable;
