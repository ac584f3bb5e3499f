import { z } from 'zod';

import {
  azureCheckQuerySchema,
  newPipelineKeySchema,
  pipelineAcceptedSchema,
  pipelineKeyListSchema,
  pipelineKeyParamsSchema,
  putPipelineKeySchema,
} from '../../schemas/pipelines.js';
import { readinessSchema } from '../../schemas/readiness.js';
import type { RouteTable } from '../http/route.js';

const tenantParams = z.strictObject({ tenantId: z.string() });
const accepted = {
  description: 'Taken on; the outcome goes to the pipeline.',
  schema: pipelineAcceptedSchema,
};

export const pipelineRoutes = {
  answerAzurePipelines: {
    method: 'POST',
    path: 'tenants/{tenantId}/readiness/azure-pipelines',
    access: {
      public:
        'an Entra token with the role pipeline, operator or admin, or a pipeline key as `code` or in the header `x-aispm-pipeline-key`; only organizations the tenant lists are called back',
    },
    summary:
      'The Invoke Azure Function check: decides at once (`mode=response`), or calls back when it can (`mode=callback`).',
    params: tenantParams,
    query: azureCheckQuerySchema,
    emptyQuery: 'absent',
    durable: true,
    answers: {
      200: {
        description: 'The decision, or that it will be posted to the check.',
        schema: z.union([readinessSchema, pipelineAcceptedSchema]),
      },
    },
    problems: ['unauthenticated'],
  },
  answerGithub: {
    method: 'POST',
    path: 'tenants/{tenantId}/readiness/github',
    access: {
      public:
        'the webhook’s HMAC under a secret of the tenant; only repositories and environments the tenant lists are answered',
    },
    summary:
      'GitHub’s deployment protection rule: taken on at once, approved or rejected later with the blockers.',
    params: tenantParams,
    body: 'bytes',
    mediaTypes: ['application/json'],
    durable: true,
    answers: {
      202: accepted,
      204: { description: 'Signed, and nothing was asked.' },
    },
    problems: ['unauthenticated', 'malformed_json', 'body_too_large'],
  },
  listPipelineKeys: {
    method: 'GET',
    path: 'tenants/{tenantId}/pipeline-keys',
    access: { roles: ['auditor', 'admin'] },
    summary: 'Keys by which pipelines ask the gate: their ids and windows, never the keys.',
    answers: { 200: { description: 'All keys.', schema: pipelineKeyListSchema } },
  },
  putPipelineKey: {
    method: 'PUT',
    path: 'tenants/{tenantId}/pipeline-keys/{keyId}',
    access: { roles: ['admin'] },
    summary: 'Make a key, shown in this answer alone; one that has the id stops at once.',
    params: pipelineKeyParamsSchema,
    body: putPipelineKeySchema,
    answers: { 201: { description: 'The key.', schema: newPipelineKeySchema } },
    problems: ['conflict'],
  },
  revokePipelineKey: {
    method: 'DELETE',
    path: 'tenants/{tenantId}/pipeline-keys/{keyId}',
    access: { roles: ['admin'] },
    summary: 'End a key now.',
    params: pipelineKeyParamsSchema,
    answers: { 204: { description: 'It asks no more.' } },
    problems: ['not_found', 'conflict'],
  },
} as const satisfies RouteTable;
