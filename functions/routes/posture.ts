import { pageOf, pastQuerySchema } from '../../schemas/answers/paging.js';
import {
  controlDetailSchema,
  controlListSchema,
  controlParamsSchema,
  controlQuerySchema,
} from '../../schemas/answers/posture.js';
import {
  findingDetailSchema,
  findingParamsSchema,
  findingQuerySchema,
  findingSchema,
} from '../../schemas/findings.js';
import { trendQuerySchema, trendSchema } from '../../schemas/answers/trend.js';
import { postureSchema } from '../../schemas/posture.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;

export const postureRoutes = {
  readPosture: {
    method: 'GET',
    path: 'tenants/{tenantId}/posture',
    access,
    summary: 'The five layers, the score with its counts, and the verdict; now or as of a past instant.',
    query: pastQuerySchema,
    answers: { 200: { description: 'The posture.', schema: postureSchema } },
    problems: ['conflict'],
  },
  readTrend: {
    method: 'GET',
    path: 'tenants/{tenantId}/posture/trend',
    access,
    summary: 'The posture day by day: score, coverage, open findings, overdue, freshness.',
    query: trendQuerySchema,
    answers: { 200: { description: 'One point a day, oldest first.', schema: trendSchema } },
  },
  listControls: {
    method: 'GET',
    path: 'tenants/{tenantId}/controls',
    access,
    summary: 'Every control with its state and counts; now or as of a past instant.',
    query: pastQuerySchema,
    answers: { 200: { description: 'The controls.', schema: controlListSchema } },
    problems: ['conflict'],
  },
  readControl: {
    method: 'GET',
    path: 'tenants/{tenantId}/controls/{controlId}',
    access,
    summary: 'One control, what it demands, and the items it is judged for with the evidence that decides.',
    params: controlParamsSchema,
    query: controlQuerySchema,
    answers: { 200: { description: 'The control and a page of its items.', schema: controlDetailSchema } },
  },
  listFindings: {
    method: 'GET',
    path: 'tenants/{tenantId}/findings',
    access,
    summary: 'Findings by severity or due date, open ones first; filtered by state, owner and more.',
    query: findingQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(findingSchema) } },
  },
  readFinding: {
    method: 'GET',
    path: 'tenants/{tenantId}/findings/{findingId}',
    access,
    summary: 'One finding, what happened to it, by whom and why, and what may be done with it now.',
    params: findingParamsSchema,
    answers: { 200: { description: 'The finding.', schema: findingDetailSchema } },
  },
} as const satisfies RouteTable;
