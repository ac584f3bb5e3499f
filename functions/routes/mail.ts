import { pageOf } from '../../schemas/answers/paging.js';
import {
  clearRecipientSchema,
  confirmDeliverySchema,
  deliveryParamsSchema,
  deliveryValidationParamsSchema,
  deliveryValidationSchema,
  disabledRecipientSchema,
  mailStateSchema,
  recipientParamsSchema,
  resumeDeliverySchema,
  validateDeliverySchema,
  writeOffDeliverySchema,
} from '../../schemas/delivery-validation.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const answers = { 200: { description: 'As it stands now.', schema: mailStateSchema } } as const;

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
  confirmDelivery: {
    method: 'POST',
    path: 'tenants/{tenantId}/deliveries/{operation}/confirm',
    access: { roles: readers },
    summary: 'The recipient says that a mail arrived, by the code in it.',
    params: deliveryParamsSchema,
    body: confirmDeliverySchema,
    durable: true,
    answers,
    problems: ['not_found', 'conflict'],
  },
  writeOffDelivery: {
    method: 'POST',
    path: 'tenants/{tenantId}/deliveries/{operation}/write-off',
    access: { roles: ['operator', 'admin'] },
    summary: 'Says of an unconfirmed mail that its recipient does not have it.',
    params: deliveryParamsSchema,
    body: writeOffDeliverySchema,
    answers,
    problems: ['not_found', 'conflict'],
  },
  listDisabledRecipients: {
    method: 'GET',
    path: 'tenants/{tenantId}/recipients/disabled',
    access: { roles: readers },
    summary: 'Recipients that a hard bounce disabled and nobody has cleared.',
    answers: { 200: { description: 'All of them.', schema: pageOf(disabledRecipientSchema) } },
  },
  clearRecipient: {
    method: 'POST',
    path: 'tenants/{tenantId}/recipients/{recipient}/clear',
    access: { roles: ['operator', 'admin'] },
    summary: 'Clears a recipient that a hard bounce had disabled: mails go there again.',
    params: recipientParamsSchema,
    body: clearRecipientSchema,
    answers: {
      200: { description: 'Those still disabled.', schema: pageOf(disabledRecipientSchema) },
    },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
