import { diffQuerySchema, diffSchema, streamQuerySchema } from '../../schemas/answers/changes.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;

/** How posture changed, and as it changes. */
export const changeRoutes = {
  diffPosture: {
    method: 'GET',
    path: 'tenants/{tenantId}/posture/diff',
    access,
    summary: 'What changed between two instants, in words, each change with the evidence that caused it.',
    query: diffQuerySchema,
    answers: { 200: { description: 'The changes, oldest first.', schema: diffSchema } },
    problems: ['conflict'],
  },
  streamPosture: {
    method: 'GET',
    path: 'tenants/{tenantId}/stream',
    access,
    summary:
      'Posture changes as server-sent events: answered at the next change, or empty after `wait` seconds; resumed by `Last-Event-ID`.',
    query: streamQuerySchema,
    answers: { 200: { description: 'An event `posture`, or a comment.', contentType: 'text/event-stream' } },
  },
} as const satisfies RouteTable;
