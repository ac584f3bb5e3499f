import {
  archiveParamsSchema,
  archiveViewSchema,
  closeArchiveSchema,
  quarterArchivesSchema,
  signOffBodySchema,
  signOffParamsSchema,
} from '../../schemas/answers/reviews.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

export const archiveRoutes = {
  readArchives: {
    method: 'GET',
    path: 'tenants/{tenantId}/archives/{period}',
    access: { roles: readers },
    summary: 'A quarter: its sign-offs, given and missing, and the operating archives built of it.',
    params: archiveParamsSchema,
    answers: { 200: { description: 'The quarter.', schema: quarterArchivesSchema } },
  },
  signOff: {
    method: 'POST',
    path: 'tenants/{tenantId}/archives/{period}/sign-offs/{signOff}',
    access: { roles: ['operator', 'approver', 'auditor', 'admin'] },
    summary: 'Signs off what the archive of a quarter must carry. By the named role alone; the first stands.',
    params: signOffParamsSchema,
    body: signOffBodySchema,
    answers: { 200: { description: 'The quarter as signed off.', schema: quarterArchivesSchema } },
    problems: ['conflict'],
  },
  closeArchive: {
    method: 'POST',
    path: 'tenants/{tenantId}/archives/{period}/close',
    access: { roles: ['operator', 'admin'] },
    summary: 'Closes the operating archive of a quarter: built of what there is, verified, stored, recorded.',
    params: archiveParamsSchema,
    body: closeArchiveSchema.optional(),
    answers: { 200: { description: 'The archive.', schema: archiveViewSchema } },
    problems: ['conflict'],
  },
  readArchiveFile: {
    method: 'GET',
    path: 'tenants/{tenantId}/archives/{period}/file',
    access: { roles: readers },
    summary: 'The ZIP of the quarter’s newest archive, which `aispm verify` checks offline.',
    params: archiveParamsSchema,
    answers: { 200: { description: 'The ZIP.', contentType: 'application/zip' } },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
