import {
  acknowledgeReviewSchema,
  reviewListSchema,
  reviewParamsSchema,
  reviewQuerySchema,
  reviewViewSchema,
} from '../../schemas/answers/reviews.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

export const reviewRoutes = {
  listReviews: {
    method: 'GET',
    path: 'tenants/{tenantId}/reviews',
    access: { roles: readers },
    summary: 'Reviews: waiting to be acknowledged, acknowledged, or overdue.',
    query: reviewQuerySchema,
    answers: { 200: { description: 'One page, overdue ones first.', schema: reviewListSchema } },
  },
  readReview: {
    method: 'GET',
    path: 'tenants/{tenantId}/reviews/{cadence}/{period}',
    access: { roles: readers },
    summary: 'One review: its document, signed, and who acknowledged it.',
    params: reviewParamsSchema,
    answers: { 200: { description: 'The review.', schema: reviewViewSchema } },
    problems: ['not_found'],
  },
  acknowledgeReview: {
    method: 'POST',
    path: 'tenants/{tenantId}/reviews/{cadence}/{period}/acknowledge',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Says that a review was read and what came of it. By its owning role alone; the first stands.',
    params: reviewParamsSchema,
    body: acknowledgeReviewSchema,
    answers: { 200: { description: 'The review as acknowledged.', schema: reviewViewSchema } },
    problems: ['not_found', 'conflict'],
  },
} as const satisfies RouteTable;
