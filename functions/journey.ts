import type { Services } from '../shared/services.js';
import { approveGrant, grantAnswer, requestGrant, revokeGrant } from '../shared/usecases/journey/grants.js';
import { moveJourney, proposePilot } from '../shared/usecases/journey/move-journey.js';
import { readJourney } from '../shared/usecases/journey/read-journey.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { journeyRoutes } from './routes/journey.js';

export const handlers: RouteHandlers<typeof journeyRoutes> = {
  readJourney: async ({ stores }, { clock }) => ({ status: 200, body: await readJourney({ stores, clock }) }),
  confirmStep: async ({ stores, body, caller, roles }, { keys, clock }) => {
    const by = { subject: caller.subject, roles };
    await moveJourney({ stores, keys, clock }, { act: 'confirmed', body }, by, crypto.randomUUID());
    return { status: 200, body: await readJourney({ stores, clock }) };
  },
  stepBack: async ({ stores, body, caller, roles }, { keys, clock }) => {
    const by = { subject: caller.subject, roles };
    await moveJourney({ stores, keys, clock }, { act: 'stepped_back', body }, by, crypto.randomUUID());
    return { status: 200, body: await readJourney({ stores, clock }) };
  },
  proposePilot: async ({ stores, body, caller }, { keys, clock }) => {
    await proposePilot({ stores, keys, clock }, body, caller.subject, crypto.randomUUID());
    return { status: 200, body: await readJourney({ stores, clock }) };
  },
  listGrants: ({ document, now }) =>
    Promise.resolve({
      status: 200,
      body: { items: document.tenant.grants.map((grant) => grantAnswer(grant, now)) },
    }),
  requestGrant: async ({ stores, body, caller, now }, { keys, clock }) => {
    const asked = { id: crypto.randomUUID(), actor: caller.subject };
    return { status: 201, body: grantAnswer(await requestGrant({ stores, keys, clock }, body, asked), now) };
  },
  approveGrant: async ({ stores, params, caller, now }, { keys, clock }) => {
    const asked = { id: params.grantId, actor: caller.subject };
    return { status: 200, body: grantAnswer(await approveGrant({ stores, keys, clock }, asked), now) };
  },
  revokeGrant: async ({ stores, params, body, caller, now }, { keys, clock }) => {
    const reason = body?.reason === undefined ? {} : { reason: body.reason };
    const asked = { id: params.grantId, actor: caller.subject, ...reason };
    return { status: 200, body: grantAnswer(await revokeGrant({ stores, keys, clock }, asked), now) };
  },
};

export const register = (services: Services): void => serveAll(services, journeyRoutes, handlers);
