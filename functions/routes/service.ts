import { z } from 'zod';

import { linkSchema } from '../../schemas/answers/paging.js';
import { healthSchema } from '../../schemas/answers/tenants.js';
import { nameSchema } from '../../schemas/primitives.js';
import type { RouteTable } from '../http/route.js';

const schemaListSchema = z.strictObject({
  items: z.array(z.strictObject({ name: z.string(), link: linkSchema })),
});

export const serviceRoutes = {
  health: {
    method: 'GET',
    path: 'health',
    access: {
      public: 'says that the process answers, its version, its build, and whether its telemetry leaves it',
    },
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
  listSchemas: {
    method: 'GET',
    path: 'schemas',
    access: { public: 'published contracts, which hold nothing of any tenant' },
    summary: 'Names of the published JSON Schemas: each event by its type, and what is sent and answered.',
    answers: { 200: { description: 'The names, each with its link.', schema: schemaListSchema } },
  },
  readSchema: {
    method: 'GET',
    path: 'schemas/{name}',
    access: { public: 'published contracts, which hold nothing of any tenant' },
    summary: 'One published JSON Schema (draft 2020-12).',
    params: z.strictObject({ name: nameSchema }),
    answers: {
      200: { description: 'The schema.', contentType: 'application/schema+json' },
    },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
