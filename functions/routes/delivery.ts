import {
  changeParamsSchema,
  deliveryChangeAnswerSchema,
  deliveryPolicySchema,
  domainParamsSchema,
  requestChangeSchema,
  runAnswerSchema,
  scheduleAnswerSchema,
  scheduleListSchema,
  scheduleParamsSchema,
} from '../../schemas/answers/delivery.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import { changeSchema } from '../../schemas/answers/tenants.js';
import { decideSchema } from '../../schemas/answers/two-person.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const changes = 'tenants/{tenantId}/delivery-changes';
const schedules = 'tenants/{tenantId}/schedules';
const answers = {
  200: { description: 'The change as it stands.', schema: deliveryChangeAnswerSchema },
} as const;
const deciding = { roles: ['approver', 'admin'] } as const;

/** Who reports may go to, when they go by themselves, and who changes that. */
export const deliveryRoutes = {
  readDeliveryPolicy: {
    method: 'GET',
    path: 'tenants/{tenantId}/delivery-policy',
    access: { roles: readers },
    summary:
      'Domains, audiences, maximum and blackouts in force, and which reports may go to each recipient now.',
    answers: { 200: { description: 'The policy.', schema: deliveryPolicySchema } },
  },
  endDeliveryDomain: {
    method: 'DELETE',
    path: 'tenants/{tenantId}/delivery-policy/domains/{domain}',
    access: { roles: ['admin'] },
    summary: 'End the approval of a domain at once.',
    params: domainParamsSchema,
    answers: { 200: { description: 'What the change came to.', schema: changeSchema } },
    problems: ['conflict'],
  },
  requestDeliveryChange: {
    method: 'POST',
    path: changes,
    access: { roles: ['operator', 'admin'] },
    summary:
      'Ask for a further domain, for a schedule to be made, changed, paused or removed, or that reports need no approval. Nothing changes before a second person agrees.',
    body: requestChangeSchema,
    answers: { 202: { description: 'Asked for; 72 hours to decide.', schema: deliveryChangeAnswerSchema } },
  },
  listDeliveryChanges: {
    method: 'GET',
    path: changes,
    access: { roles: readers },
    summary: 'Changes of delivery that were asked for, and what became of them.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(deliveryChangeAnswerSchema) } },
  },
  readDeliveryChange: {
    method: 'GET',
    path: `${changes}/{changeId}`,
    access: { roles: readers },
    summary: 'A change of delivery.',
    params: changeParamsSchema,
    answers,
  },
  approveDeliveryChange: {
    method: 'POST',
    path: `${changes}/{changeId}/approve`,
    access: deciding,
    summary: 'Agree to a change of delivery, which is in force from then on. Never by who asked for it.',
    params: changeParamsSchema,
    body: decideSchema.optional(),
    answers,
    problems: ['conflict', 'separation_of_duties'],
  },
  rejectDeliveryChange: {
    method: 'POST',
    path: `${changes}/{changeId}/reject`,
    access: deciding,
    summary: 'Refuse or withdraw a change of delivery.',
    params: changeParamsSchema,
    body: decideSchema.optional(),
    answers,
    problems: ['conflict'],
  },
  listSchedules: {
    method: 'GET',
    path: schedules,
    access: { roles: readers },
    summary: 'Schedules: when each is due next, in the tenant’s zone, and what it did last.',
    answers: { 200: { description: 'All schedules.', schema: scheduleListSchema } },
  },
  readSchedule: {
    method: 'GET',
    path: `${schedules}/{scheduleId}`,
    access: { roles: readers },
    summary: 'A schedule.',
    params: scheduleParamsSchema,
    answers: { 200: { description: 'The schedule.', schema: scheduleAnswerSchema } },
  },
  listScheduleRuns: {
    method: 'GET',
    path: `${schedules}/{scheduleId}/runs`,
    access: { roles: readers },
    summary: 'What a schedule did, newest first: requested, skipped in a blackout, or refused and why.',
    params: scheduleParamsSchema,
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(runAnswerSchema) } },
  },
} as const satisfies RouteTable;
