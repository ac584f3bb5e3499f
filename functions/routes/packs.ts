import { z } from 'zod';

import { packLinkSchema, packParamsSchema } from '../../schemas/answers/delivery.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import { decideSchema } from '../../schemas/answers/two-person.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

/** Links that mails hold in place of a report. */
export const packRoutes = {
  openPack: {
    method: 'GET',
    path: 'tenants/{tenantId}/packs/{linkId}',
    access: { roles: readers },
    opensLink: true,
    summary:
      'The report behind a link that a mail held, for a signed-in reader, until the link expires or is taken back. Each use is evidence; refused ones are counted by link and hour.',
    params: packParamsSchema,
    query: z.strictObject({ format: z.enum(['pdf', 'html', 'xlsx', 'zip']).default('pdf') }),
    answers: { 200: { description: 'The bytes.', contentType: 'application/octet-stream' } },
  },
  revokePack: {
    method: 'POST',
    path: 'tenants/{tenantId}/packs/{linkId}/revoke',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Take back a link: from then on every use is refused.',
    params: packParamsSchema,
    body: decideSchema.optional(),
    answers: { 200: { description: 'The link, taken back.', schema: packLinkSchema } },
  },
  listPacks: {
    method: 'GET',
    path: 'tenants/{tenantId}/reports/{reportId}/links',
    access: { roles: ['operator', 'approver', 'auditor', 'admin'] },
    summary: 'The links that a report went out with, and whether they still open.',
    params: z.strictObject({ reportId: z.uuid() }),
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(packLinkSchema) } },
  },
} as const satisfies RouteTable;
