import type { Services } from '../shared/services.js';
import { putIssuer, removeIssuer } from '../shared/usecases/tenants/manage-issuers.js';
import { tenantAnswer } from '../shared/usecases/tenants/manage-tenants.js';
import { putMember, removeMember } from '../shared/usecases/tenants/members/put-member.js';
import { applyRetention } from '../shared/usecases/log/retention.js';
import { putSettings } from '../shared/usecases/tenants/settings/put-settings.js';
import { requestSourceChange } from '../shared/usecases/tenants/sources/change-requests.js';
import { putSource } from '../shared/usecases/tenants/sources/put-source.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { seesRecipients } from './routes/readers.js';
import { tenantRoutes } from './routes/tenants.js';

export const handlers: RouteHandlers<typeof tenantRoutes> = {
  readTenant: ({ document, roles }) =>
    Promise.resolve({ status: 200, body: tenantAnswer(document.tenant, seesRecipients(roles)) }),
  putTenant: async ({ document, stores, body, caller }, { keys, clock }) => {
    const { settings, sources = [], members = [], reason } = body;
    const asked = { id: crypto.randomUUID(), actor: caller.subject, reason };
    const put = await putSettings({ stores, keys, clock }, settings, asked, { sources, members });
    // What is stored already follows the new retention; the nightly timer completes it.
    await applyRetention({ stores, clock });
    if ('pending' in put) return { status: 202, body: put.pending };
    return { status: document === null ? 201 : 200, body: put.inForce };
  },
  listSources: ({ document }) => Promise.resolve({ status: 200, body: { items: document.tenant.sources } }),
  putSource: async ({ stores, params, body, caller }, { keys, clock }) => {
    const { reason, ...registration } = body;
    const asked = { id: crypto.randomUUID(), actor: caller.subject, reason };
    const put = await putSource({ stores, keys, clock }, { id: params.sourceId, ...registration }, asked);
    return 'pending' in put ? { status: 202, body: put.pending } : { status: 200, body: put.inForce };
  },
  requestSourceRetirement: async ({ stores, params, body, caller }, { keys, clock }) => {
    const asked = { id: crypto.randomUUID(), actor: caller.subject, reason: body.reason };
    const wish = { source: params.sourceId };
    return { status: 202, body: await requestSourceChange({ stores, keys, clock }, wish, asked) };
  },
  listIssuers: ({ document }) => Promise.resolve({ status: 200, body: { items: document.tenant.issuers } }),
  putIssuer: async ({ stores, params, body, caller }, { keys, clock, tokens }) => {
    const issuer = { id: params.issuerId, ...body };
    return { status: 200, body: await putIssuer({ stores, keys, clock, tokens }, issuer, caller.subject) };
  },
  removeIssuer: async ({ stores, params, caller }, { keys, clock }) => ({
    status: 200,
    body: await removeIssuer({ stores, keys, clock }, params.issuerId, caller.subject),
  }),
  listMembers: ({ document }) => Promise.resolve({ status: 200, body: { items: document.tenant.members } }),
  putMember: async ({ stores, params, body, caller }, { keys, clock }) => {
    const asked = { id: crypto.randomUUID(), actor: caller.subject, reason: body.reason };
    const member = { subject: params.subject, roles: body.roles };
    const put = await putMember({ stores, keys, clock }, member, asked);
    return 'pending' in put ? { status: 202, body: put.pending } : { status: 200, body: put.inForce };
  },
  removeMember: async ({ stores, params, caller }, { keys, clock }) => ({
    status: 200,
    body: await removeMember({ stores, keys, clock }, params.subject, caller.subject),
  }),
};

export const register = (services: Services): void => serveAll(services, tenantRoutes, handlers);
