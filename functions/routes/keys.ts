import { requestRotationSchema, rotationParamsSchema, rotationSchema } from '../../schemas/answers/keys.js';
import type { RouteTable } from '../http/route.js';

const rotations = 'tenants/{tenantId}/keys/rotations';
const answers = { 200: { description: 'The rotation as it stands.', schema: rotationSchema } } as const;
const params = rotationParamsSchema;

export const keyRoutes = {
  requestRotation: {
    method: 'POST',
    path: rotations,
    access: { roles: ['admin'] },
    summary: 'Ask for another signing key. Nothing changes before a second person agrees.',
    body: requestRotationSchema,
    answers: { 202: { description: 'Asked for; 72 hours to agree.', schema: rotationSchema } },
    problems: ['conflict'],
  },
  readRotation: {
    method: 'GET',
    path: `${rotations}/{rotationId}`,
    access: { roles: ['approver', 'auditor', 'admin'] },
    summary: 'A rotation of the signing key.',
    params,
    answers,
  },
  approveRotation: {
    method: 'POST',
    path: `${rotations}/{rotationId}/approve`,
    access: { roles: ['approver', 'admin'] },
    summary: 'Agree to another signing key, which signs from then on. Never by who asked for it.',
    params,
    answers,
    problems: ['conflict', 'separation_of_duties'],
  },
  cancelRotation: {
    method: 'POST',
    path: `${rotations}/{rotationId}/cancel`,
    access: { roles: ['approver', 'admin'] },
    summary: 'Withdraw or refuse another signing key.',
    params,
    answers,
    problems: ['conflict'],
  },
} as const satisfies RouteTable;
