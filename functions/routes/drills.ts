import {
  closeDrillSchema,
  drillParamsSchema,
  drillStepParamsSchema,
  drillStepSchema,
  drillViewSchema,
  startDrillSchema,
} from '../../schemas/answers/drills.js';
import { pageOf, pageQuerySchema } from '../../schemas/answers/paging.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: ['operator', 'admin'] } as const;
const answers = { 200: { description: 'The drill as it stands.', schema: drillViewSchema } } as const;

/** Advisory drills, run by their script. */
export const drillRoutes = {
  startDrill: {
    method: 'POST',
    path: 'tenants/{tenantId}/drills',
    access,
    summary: 'Starts an advisory drill by its script.',
    body: startDrillSchema.optional(),
    answers,
  },
  listDrills: {
    method: 'GET',
    path: 'tenants/{tenantId}/drills',
    access: { roles: readers },
    summary: 'Advisory drills that were started here, in the order of their ids.',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageOf(drillViewSchema) } },
  },
  readDrill: {
    method: 'GET',
    path: 'tenants/{tenantId}/drills/{drill}',
    access: { roles: readers },
    summary: 'A drill: what was done when, what comes next, what came of it.',
    params: drillParamsSchema,
    answers,
    problems: ['not_found'],
  },
  doDrillStep: {
    method: 'POST',
    path: 'tenants/{tenantId}/drills/{drill}/steps/{step}',
    access,
    summary: 'Says that the next step of the script was done now; the service takes the time.',
    params: drillStepParamsSchema,
    body: drillStepSchema,
    answers,
    problems: ['not_found', 'conflict'],
  },
  closeDrill: {
    method: 'POST',
    path: 'tenants/{tenantId}/drills/{drill}/close',
    access,
    summary: 'Ends a drill and records it with its follow-ups: passed where every step was done in its time.',
    params: drillParamsSchema,
    body: closeDrillSchema,
    answers,
    problems: ['not_found', 'conflict'],
  },
} as const satisfies RouteTable;
