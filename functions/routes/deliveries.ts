import {
  deliveryAnswerSchema,
  deliveryQuerySchema,
  deliveryStatisticsSchema,
  statisticsQuerySchema,
} from '../../schemas/answers/deliveries.js';
import { pageOf } from '../../schemas/answers/paging.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

/** The audit of what went out. */
export const deliveriesRoutes = {
  listDeliveries: {
    method: 'GET',
    path: 'tenants/{tenantId}/deliveries',
    access: { roles: readers },
    summary:
      'Mails of reports, by report, recipient, status and time, oldest first. Addresses for admin and auditor only.',
    query: deliveryQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(deliveryAnswerSchema) } },
  },
  deliveryStatistics: {
    method: 'GET',
    path: 'tenants/{tenantId}/deliveries/statistics',
    access: { roles: readers },
    summary:
      'Success and bounce rate, median and 95th percentile of seconds to delivery and to approval, each with its sample; by default of the last 30 days.',
    query: statisticsQuerySchema,
    answers: { 200: { description: 'The figures.', schema: deliveryStatisticsSchema } },
  },
  exportDeliveries: {
    method: 'GET',
    path: 'tenants/{tenantId}/deliveries/export',
    access: { roles: ['auditor', 'admin'] },
    summary:
      'The delivery audit as JSON Lines in the shape of CAVRA’s delivery audit event, oldest first; by default of the last 30 days, at most 10,000 events.',
    query: statisticsQuerySchema,
    answers: { 200: { description: 'One event a line.', contentType: 'application/jsonl' } },
  },
} as const satisfies RouteTable;
