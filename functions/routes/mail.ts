import {
  deliveryParamsSchema,
  deliveryValidationParamsSchema,
  deliveryValidationSchema,
  mailStateSchema,
  resumeDeliverySchema,
  validateDeliverySchema,
} from '../../schemas/delivery-validation.js';
import type { RouteTable } from '../route.js';
import { readers } from './readers.js';

/** What operators do about mails: prove that they arrive, and look after those that did not. */
export const mailRoutes = {
  validateDelivery: {
    method: 'POST',
    path: 'tenants/{tenantId}/validations/delivery',
    access: { roles: ['operator', 'admin'] },
    summary:
      'Sends a validation report to the approved recipients, exercising retry and escalation on the way; what comes of it is recorded.',
    body: validateDeliverySchema.optional(),
    durable: true,
    answers: {
      202: {
        description: 'Requested; it waits for its approval like any report.',
        schema: deliveryValidationSchema,
      },
    },
    problems: ['conflict', 'invalid_request'],
  },
  readDeliveryValidation: {
    method: 'GET',
    path: 'tenants/{tenantId}/validations/delivery/{validationId}',
    access: { roles: readers },
    summary: 'A delivery validation: for whom it waits, or its outcome with the evidence.',
    params: deliveryValidationParamsSchema,
    answers: { 200: { description: 'As it stands.', schema: deliveryValidationSchema } },
    problems: ['not_found'],
  },
  resumeDelivery: {
    method: 'POST',
    path: 'tenants/{tenantId}/deliveries/{operation}/resume',
    access: { roles: ['operator', 'admin'] },
    summary: 'Takes up a dead letter: a mail that surely did not leave is tried anew.',
    params: deliveryParamsSchema,
    body: resumeDeliverySchema.optional(),
    durable: true,
    answers: { 202: { description: 'It is tried again.', schema: mailStateSchema } },
    problems: ['not_found', 'conflict'],
  },
} as const satisfies RouteTable;
