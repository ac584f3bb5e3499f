import {
  grantAnswerSchema,
  grantListSchema,
  grantParamsSchema,
  requestGrantSchema,
} from '../../schemas/access.js';
import { z } from 'zod';

import {
  confirmStepSchema,
  journeySchema,
  proposePilotSchema,
  stepBackSchema,
} from '../../schemas/journey.js';
import { textSchema } from '../../schemas/primitives.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const answers = { 200: { description: 'The journey as it stands.', schema: journeySchema } } as const;
const grant = { description: 'The grant as it stands.', schema: grantAnswerSchema };

/** The eight steps from a trial to production, and access that ends by itself. */
export const journeyRoutes = {
  readJourney: {
    method: 'GET',
    path: 'tenants/{tenantId}/journey',
    access: { roles: readers },
    summary: 'Where the tenant stands between trial and production, and what each step still needs.',
    answers,
  },
  confirmStep: {
    method: 'POST',
    path: 'tenants/{tenantId}/journey/confirm',
    access: { roles: ['operator', 'approver', 'auditor', 'admin'] },
    summary: 'Confirms the step where the journey stands, by the role that the step names.',
    body: confirmStepSchema,
    answers,
    problems: ['conflict', 'separation_of_duties'],
  },
  stepBack: {
    method: 'POST',
    path: 'tenants/{tenantId}/journey/step-back',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Goes back to an earlier step; it and all after it are to be confirmed again.',
    body: stepBackSchema,
    answers,
    problems: ['conflict'],
  },
  proposePilot: {
    method: 'POST',
    path: 'tenants/{tenantId}/journey/pilot',
    access: { roles: ['operator', 'admin'] },
    summary: 'Proposes what a pilot is to govern, from when until when, and who answers for it.',
    body: proposePilotSchema,
    answers,
    problems: ['conflict'],
  },
  listGrants: {
    method: 'GET',
    path: 'tenants/{tenantId}/access-grants',
    access: { roles: ['approver', 'auditor', 'admin'] },
    summary: 'Trial and evidence room access: for whom, for what, until when.',
    answers: { 200: { description: 'All grants.', schema: grantListSchema } },
  },
  requestGrant: {
    method: 'POST',
    path: 'tenants/{tenantId}/access-grants',
    access: { roles: ['operator', 'admin'] },
    summary: 'Asks for a guest’s access; it opens when another person approves it.',
    body: requestGrantSchema,
    answers: { 201: grant },
    problems: ['conflict'],
  },
  approveGrant: {
    method: 'POST',
    path: 'tenants/{tenantId}/access-grants/{grantId}/approve',
    access: { roles: ['approver', 'admin'] },
    summary: 'Opens the access that another person asked for.',
    params: grantParamsSchema,
    answers: { 200: grant },
    problems: ['not_found', 'conflict', 'separation_of_duties'],
  },
  revokeGrant: {
    method: 'POST',
    path: 'tenants/{tenantId}/access-grants/{grantId}/revoke',
    access: { roles: ['operator', 'approver', 'admin'] },
    summary: 'Ends the access now.',
    params: grantParamsSchema,
    body: z.strictObject({ reason: textSchema.min(1).optional() }).optional(),
    answers: { 200: grant },
    problems: ['not_found', 'conflict'],
  },
} as const satisfies RouteTable;
