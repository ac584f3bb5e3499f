import type { Services } from '../shared/services.js';
import { adoptCatalogue, readCatalogue } from '../shared/usecases/governance/adopt-catalogue.js';
import {
  decideOverride,
  listOverrides,
  requestOverride,
} from '../shared/usecases/governance/override-control.js';
import { readDrift } from '../shared/usecases/posture/read-drift.js';
import { listFrameworks, readFramework } from '../shared/usecases/posture/read-frameworks.js';
import { listResponses, recordResponse } from '../shared/usecases/governance/record-response.js';
import { decisionHandlers } from './http/change-handlers.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { controlRoutes } from './routes/controls.js';

type OverrideParams = Parameters<typeof decideOverride>[1];
const overrides = decisionHandlers((own, decision, params: OverrideParams, { actor: subject, reason }) =>
  decideOverride(own, params, { decision, subject, reason }),
);

export const handlers: RouteHandlers<typeof controlRoutes> = {
  listFrameworks: async ({ stores, now }, { blobs, scratchLedger: scratch }) => ({
    status: 200,
    body: await listFrameworks({ stores, blobs, scratch }, now),
  }),
  readFramework: async ({ stores, params, now }, { blobs, scratchLedger: scratch }) => ({
    status: 200,
    body: await readFramework({ stores, blobs, scratch }, params.frameworkId, now),
  }),
  readPolicyDrift: async ({ stores, now }, { blobs, scratchLedger: scratch }) => ({
    status: 200,
    body: await readDrift({ stores, blobs, scratch }, now),
  }),
  requestOverride: async ({ stores, params, body, caller }, { keys, clock }) => ({
    status: 202,
    body: await requestOverride({ stores, keys, clock }, params.controlId, body, caller.subject),
  }),
  listOverrides: async ({ stores, params, query }, { keys, clock }) => ({
    status: 200,
    body: await listOverrides({ stores, keys, clock }, params.controlId, query),
  }),
  approveOverride: overrides.approve,
  rejectOverride: overrides.reject,
  recordResponse: async ({ stores, params, body, caller, roles }, { keys, clock }) => {
    const person = { subject: caller.subject, roles };
    const deps = { stores, keys, clock };
    return {
      status: 200,
      body: await recordResponse(deps, params.controlId, body, person, crypto.randomUUID()),
    };
  },
  listResponses: async ({ stores, params, query }) => ({
    status: 200,
    body: await listResponses(stores, params.controlId, query),
  }),
  readCatalogue: async ({ stores }) => ({ status: 200, body: await readCatalogue(stores) }),
  adoptCatalogue: async ({ stores, body, caller }, { keys, clock }) => ({
    status: 200,
    body: await adoptCatalogue({ stores, keys, clock }, body.version, caller.subject),
  }),
};

export const register = (services: Services): void => serveAll(services, controlRoutes, handlers);
