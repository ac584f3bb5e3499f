import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import {
  connectorNonceSchema,
  connectorParamsSchema,
  connectorValidationSchema,
  validateConnectorSchema,
} from '../../schemas/connectors.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

export const connectorRoutes = {
  validateConnector: {
    method: 'POST',
    path: 'tenants/{tenantId}/validations/connectors',
    access: { roles: ['operator', 'admin'] },
    summary:
      'Issues a nonce that the connector returns as the id of its next event; what comes of it is recorded.',
    body: validateConnectorSchema,
    durable: true,
    answers: { 201: { description: 'The nonce, shown here alone.', schema: connectorNonceSchema } },
    problems: ['not_found', 'conflict'],
  },
  listConnectorValidations: {
    method: 'GET',
    path: 'tenants/{tenantId}/validations/connectors',
    access: { roles: readers },
    summary: 'Connector validations and their outcomes.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(connectorValidationSchema) } },
  },
  readConnectorValidation: {
    method: 'GET',
    path: 'tenants/{tenantId}/validations/connectors/{validationId}',
    access: { roles: readers },
    summary: 'One connector validation: waiting, or its outcome with the evidence.',
    params: connectorParamsSchema,
    answers: { 200: { description: 'As it stands.', schema: connectorValidationSchema } },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
