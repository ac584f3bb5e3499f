import { z } from 'zod';

import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import {
  decideReportSchema,
  reportCatalogueSchema,
  reportViewSchema,
  requestReportSchema,
} from '../../schemas/reports.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const params = z.strictObject({ reportId: z.uuid() });
const answers = { 200: { description: 'The report as it stands.', schema: reportViewSchema } } as const;
const access = { roles: ['approver', 'admin'] } as const;

export const reportRoutes = {
  reportCatalogue: {
    method: 'GET',
    path: 'tenants/{tenantId}/reports/catalogue',
    access: { roles: readers },
    summary: 'The eight reports: ready, or waiting for what.',
    answers: { 200: { description: 'The catalogue.', schema: reportCatalogueSchema } },
  },
  requestReport: {
    method: 'POST',
    path: 'tenants/{tenantId}/reports',
    access: { roles: ['operator', 'admin'] },
    summary: 'Requests a report: frozen now, rendered, approved where policy asks, mailed to each recipient.',
    body: requestReportSchema,
    durable: true,
    answers: { 202: { description: 'Recorded; production runs.', schema: reportViewSchema } },
    problems: ['conflict'],
  },
  listReports: {
    method: 'GET',
    path: 'tenants/{tenantId}/reports',
    access: { roles: readers },
    summary: 'Reports, in order of request.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(reportViewSchema) } },
  },
  readReport: {
    method: 'GET',
    path: 'tenants/{tenantId}/reports/{reportId}',
    access: { roles: readers },
    summary: 'A report: status, artifacts with digests, deliveries on the provider’s word.',
    params,
    answers,
    problems: ['not_found'],
  },
  approveReport: {
    method: 'POST',
    path: 'tenants/{tenantId}/reports/{reportId}/approve',
    access,
    summary: 'Approves a rendered report. Never by who requested it.',
    params,
    body: decideReportSchema.optional(),
    durable: true,
    answers,
    problems: ['not_found', 'conflict', 'separation_of_duties'],
  },
  rejectReport: {
    method: 'POST',
    path: 'tenants/{tenantId}/reports/{reportId}/reject',
    access,
    summary: 'Rejects a rendered report; it is not mailed.',
    params,
    body: decideReportSchema.optional(),
    durable: true,
    answers,
    problems: ['not_found', 'conflict'],
  },
  cancelReport: {
    method: 'POST',
    path: 'tenants/{tenantId}/reports/{reportId}/cancel',
    access: { roles: ['operator', 'admin'] },
    summary: 'Stops a report at any step: mails that have not left do not leave.',
    params,
    body: decideReportSchema.optional(),
    durable: true,
    answers,
    problems: ['not_found', 'conflict'],
  },
  readArtifact: {
    method: 'GET',
    path: 'tenants/{tenantId}/reports/{reportId}/artifacts/{format}',
    access: { roles: readers },
    summary: 'One artifact, byte for byte as its digest in the manifest; each retrieval is evidence.',
    params: z.strictObject({
      reportId: z.uuid(),
      format: z.enum(['pdf', 'html', 'xlsx', 'csv', 'md', 'json', 'jsonl', 'zip', 'document', 'manifest']),
    }),
    answers: { 200: { description: 'The bytes.', contentType: 'application/octet-stream' } },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
