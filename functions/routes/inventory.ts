import {
  agentQuerySchema,
  itemDetailSchema,
  itemParamsSchema,
  itemQuerySchema,
  itemSchema,
  toolQuerySchema,
} from '../../schemas/answers/inventory.js';
import { pageOf } from '../../schemas/answers/paging.js';
import { sessionParamsSchema, sessionQuerySchema, sessionSchema } from '../../schemas/answers/sessions.js';
import type { RouteTable } from '../http/route.js';
import { readers } from './readers.js';

const access = { roles: readers } as const;
const page = { 200: { description: 'One page.', schema: pageOf(itemSchema) } } as const;
const one = { 200: { description: 'The item.', schema: itemDetailSchema } } as const;

export const inventoryRoutes = {
  listAgents: {
    method: 'GET',
    path: 'tenants/{tenantId}/agents',
    access,
    summary: 'Agents: active, idle or retired, declared or not, worst first.',
    query: agentQuerySchema,
    answers: page,
  },
  readAgent: {
    method: 'GET',
    path: 'tenants/{tenantId}/agents/{name}',
    access,
    summary: 'An agent with its controls and findings, each with the way to its evidence.',
    params: itemParamsSchema,
    answers: one,
  },
  listRepositories: {
    method: 'GET',
    path: 'tenants/{tenantId}/repositories',
    access,
    summary: 'Repositories, declared and observed, worst first.',
    query: itemQuerySchema,
    answers: page,
  },
  readRepository: {
    method: 'GET',
    path: 'tenants/{tenantId}/repositories/{name}',
    access,
    summary: 'A repository with its controls and findings, each with the way to its evidence.',
    params: itemParamsSchema,
    answers: one,
  },
  listWorkflows: {
    method: 'GET',
    path: 'tenants/{tenantId}/workflows',
    access,
    summary: 'Workflows, declared and observed, worst first.',
    query: itemQuerySchema,
    answers: page,
  },
  readWorkflow: {
    method: 'GET',
    path: 'tenants/{tenantId}/workflows/{name}',
    access,
    summary: 'A workflow with its controls and findings, each with the way to its evidence.',
    params: itemParamsSchema,
    answers: one,
  },
  listTools: {
    method: 'GET',
    path: 'tenants/{tenantId}/tools',
    access,
    summary: 'Tools and MCP servers: trusted, or risky and why, worst first.',
    query: toolQuerySchema,
    answers: page,
  },
  readTool: {
    method: 'GET',
    path: 'tenants/{tenantId}/tools/{name}',
    access,
    summary: 'A tool with its controls and findings, each with the way to its evidence.',
    params: itemParamsSchema,
    answers: one,
  },
  readSession: {
    method: 'GET',
    path: 'tenants/{tenantId}/sessions/{sessionId}',
    access,
    summary: 'One run of an agent, replayed in time order with its decisions and approvals.',
    params: sessionParamsSchema,
    query: sessionQuerySchema,
    answers: { 200: { description: 'The run and a page of its steps.', schema: sessionSchema } },
  },
} as const satisfies RouteTable;
