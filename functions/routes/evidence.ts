import { z } from 'zod';

import {
  checkpointSchema,
  consistencyQuerySchema,
  consistencySchema,
  evidenceAnswerSchema,
  evidenceParamsSchema,
  evidenceQuerySchema,
  evidenceRowSchema,
  logKeysSchema,
  proofSchema,
  quarantineRowSchema,
} from '../../schemas/answers/evidence.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;

export const evidenceRoutes = {
  searchEvidence: {
    method: 'GET',
    path: 'tenants/{tenantId}/evidence',
    access,
    summary: 'Evidence by type, agent, repository, session and time, newest first.',
    query: evidenceQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(evidenceRowSchema) } },
  },
  readEvidence: {
    method: 'GET',
    path: 'tenants/{tenantId}/evidence/{evidenceId}',
    access,
    summary: 'One event as it is stored and digested.',
    params: evidenceParamsSchema,
    answers: { 200: { description: 'The event.', schema: evidenceAnswerSchema } },
  },
  readProof: {
    method: 'GET',
    path: 'tenants/{tenantId}/evidence/{evidenceId}/proof',
    access,
    summary: 'The inclusion proof of an event, up to a signed checkpoint.',
    params: evidenceParamsSchema,
    answers: { 200: { description: 'The proof.', schema: proofSchema } },
  },
  readCheckpoint: {
    method: 'GET',
    path: 'tenants/{tenantId}/log/checkpoint',
    access,
    summary: 'The signed head of the log.',
    answers: { 200: { description: 'The checkpoint.', schema: checkpointSchema } },
  },
  readConsistency: {
    method: 'GET',
    path: 'tenants/{tenantId}/log/consistency',
    access,
    summary: 'Proof that one size of the log is a prefix of another.',
    query: consistencyQuerySchema,
    answers: { 200: { description: 'The proof.', schema: consistencySchema } },
  },
  readKeys: {
    method: 'GET',
    path: 'tenants/{tenantId}/keys',
    access: { public: 'public keys only, so that anyone who holds a report or a proof can check it' },
    summary: 'Public keys that sign the log, reports and decisions.',
    params: z.strictObject({ tenantId: z.string() }),
    answers: { 200: { description: 'The keys.', schema: logKeysSchema } },
    problems: ['not_found'],
  },
  listQuarantine: {
    method: 'GET',
    path: 'tenants/{tenantId}/quarantine',
    access: { roles: ['operator', 'auditor', 'admin'] },
    summary: 'What was posted and could not be admitted: reason and place, never the bytes. Newest first.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(quarantineRowSchema) } },
  },
} as const satisfies RouteTable;
