import {
  adoptCatalogueSchema,
  catalogueAnswerSchema,
  frameworkDetailSchema,
  frameworkListSchema,
  frameworkParamsSchema,
  overrideParamsSchema,
  overrideSchema,
  policyDriftSchema,
  requestOverrideSchema,
} from '../../schemas/answers/controls.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import { controlParamsSchema } from '../../schemas/answers/posture.js';
import { recordResponseSchema, responseSchema } from '../../schemas/answers/responses.js';
import { decideSchema } from '../../schemas/answers/two-person.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;
const override = { 200: { description: 'The override as it stands.', schema: overrideSchema } } as const;
const catalogue = { 200: { description: 'Versions, and the one in force.', schema: catalogueAnswerSchema } };

export const controlRoutes = {
  listFrameworks: {
    method: 'GET',
    path: 'tenants/{tenantId}/frameworks',
    access,
    summary: 'The frameworks that controls are mapped to, and how many of their clauses nothing answers.',
    answers: { 200: { description: 'The frameworks.', schema: frameworkListSchema } },
  },
  readFramework: {
    method: 'GET',
    path: 'tenants/{tenantId}/frameworks/{frameworkId}',
    access,
    summary: 'One framework by clause: controls, state, evidence, and what nothing covers.',
    params: frameworkParamsSchema,
    answers: { 200: { description: 'The framework.', schema: frameworkDetailSchema } },
  },
  readPolicyDrift: {
    method: 'GET',
    path: 'tenants/{tenantId}/controls/drift',
    access,
    summary: 'Policy versions that decisions carry against those in force; controls that fell to shadow.',
    answers: { 200: { description: 'The drift.', schema: policyDriftSchema } },
  },
  requestOverride: {
    method: 'POST',
    path: 'tenants/{tenantId}/controls/{controlId}/overrides',
    access: { roles: ['operator', 'admin'] },
    summary:
      'Asks to override a control, with reason and expiry. Nothing changes before a second person approves.',
    params: controlParamsSchema,
    body: requestOverrideSchema,
    answers: { 202: { description: 'Waits for a second person.', schema: overrideSchema } },
  },
  listOverrides: {
    method: 'GET',
    path: 'tenants/{tenantId}/controls/{controlId}/overrides',
    access,
    summary: 'Overrides of a control: pending, decided, in force. A page may be short of its limit.',
    params: controlParamsSchema,
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(overrideSchema) } },
  },
  approveOverride: {
    method: 'POST',
    path: 'tenants/{tenantId}/controls/{controlId}/overrides/{overrideId}/approve',
    access: { roles: ['approver', 'admin'] },
    summary:
      'Approves an override: it is evidence from now on, and in force until it expires. Within 72 hours, and never by who asked.',
    params: overrideParamsSchema,
    body: decideSchema.optional(),
    answers: override,
    problems: ['conflict', 'separation_of_duties'],
  },
  rejectOverride: {
    method: 'POST',
    path: 'tenants/{tenantId}/controls/{controlId}/overrides/{overrideId}/reject',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Rejects an override that is not decided yet, or takes it back.',
    params: overrideParamsSchema,
    body: decideSchema.optional(),
    answers: override,
    problems: ['conflict'],
  },
  recordResponse: {
    method: 'POST',
    path: 'tenants/{tenantId}/controls/{controlId}/responses',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary:
      'Answers exceptions to a control for management, as the SOC 2-style packet quotes it. Never by an auditor of the tenant.',
    params: controlParamsSchema,
    body: recordResponseSchema,
    answers: { 200: { description: 'The response as recorded.', schema: responseSchema } },
    problems: ['conflict', 'separation_of_duties'],
  },
  listResponses: {
    method: 'GET',
    path: 'tenants/{tenantId}/controls/{controlId}/responses',
    access,
    summary: 'What management answered to exceptions to a control, newest first.',
    params: controlParamsSchema,
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(responseSchema) } },
  },
  readCatalogue: {
    method: 'GET',
    path: 'tenants/{tenantId}/catalogue',
    access,
    summary: 'Published versions of the control catalogue, and the one in force.',
    answers: catalogue,
  },
  adoptCatalogue: {
    method: 'POST',
    path: 'tenants/{tenantId}/catalogue',
    access: { roles: ['admin'] },
    summary: 'Adopts a later published version of the control catalogue; everything is judged by it at once.',
    body: adoptCatalogueSchema,
    answers: catalogue,
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
