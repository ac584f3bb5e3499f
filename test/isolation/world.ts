import { readdirSync } from 'node:fs';

import { depsFor } from '../../functions/produce-report.js';
import { areas, routes } from '../../functions/routes/all-routes.js';
import type { Route, RouteHandler } from '../../functions/http/route.js';
import { servicesOf } from '../../functions/http/tenant-services.js';
import { uuidOf } from '../../shared/core/kernel/ids.js';
import type { Orchestrations } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import { leavesAs } from '../../shared/usecases/delivery/pack-link.js';
import { tenantNamed } from '../tenants.js';
import { at, call, foldAll, openDesk, type Asked, type Desk, type Told } from '../http/desk.js';
import { decisionEvent, newSigner, signed } from '../ingest/intake.js';

/*
 * Two tenants live, each with the same things under its own names, reached through every route of the table with the
 * handler that is registered for it.
 */

export const [a, b] = ['acme', 'globex'] as const;
export type NamedRoute = Route & { name: string };

/** Handlers of every trigger file, by function name. */
export async function handlersByName(): Promise<Record<string, RouteHandler<Route>>> {
  const folder = new URL('../../functions/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const found: Record<string, RouteHandler<Route>> = {};
  for (const file of files) {
    const module: unknown = await import(new URL(file, folder).href);
    if (typeof module === 'object' && module !== null && 'handlers' in module)
      Object.assign(found, module.handlers);
  }
  return found;
}

/** Long-running work is noted and not run. */
const idle: Orchestrations = { start: () => Promise.resolve(), raise: () => Promise.resolve() };

export type World = {
  desk: Desk;
  ask: (name: string, asked: Asked, services?: Services) => Promise<Told>;
  handlers: Record<string, RouteHandler<Route>>;
  signers: Record<string, ReturnType<typeof newSigner>>;
};

export const routeNamed = (name: string): NamedRoute => {
  const route = routes.find((one) => one.name === name);
  if (route === undefined) throw new Error(`there is no route ${name}`);
  return route;
};

export async function openWorld(): Promise<World> {
  const desk = openDesk();
  const handlers = await handlersByName();
  const ask: World['ask'] = (name, asked, services = desk) => {
    const { durable: _durable, ...route } = routeNamed(name);
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`no trigger file exports a handler of ${name}`);
    const idling: RouteHandler<Route> = (request, own) =>
      // as: what http.ts adds for a durable route, beside what the type of any route has.
      handler({ ...request, orchestrations: idle } as unknown as typeof request, own);
    return call<Route>(services, name, route, idling, asked);
  };
  const world: World = { desk, ask, handlers, signers: { [a]: newSigner('key-a'), [b]: newSigner('key-b') } };
  for (const tenant of [a, b]) await furnish(world, tenant);
  await foldAll(desk);
  return world;
}

export const sourceUri = (tenant: string): string => `urn:agent-runtime:${tenant}`;

/** Something of everything that a tenant can have. */
async function furnish({ ask, desk, signers }: World, tenant: string): Promise<void> {
  const signer = signers[tenant];
  if (signer === undefined) throw new Error('no signer');
  const as = async (role: string, name: string, rest: Asked = {}): Promise<Told> => {
    const told = await ask(name, {
      token: `${role}@${tenant}`,
      ...rest,
      params: { tenantId: tenant, ...rest.params },
    });
    if (told.status >= 300) throw new Error(`${name}: ${told.status} ${told.text}`);
    return told;
  };
  const settings = {
    displayName: tenant,
    timeZone: 'UTC',
    reports: {
      recipients: [{ address: `ciso@${tenant}.example`, audience: ['ciso'] }],
      allowedDomains: [`${tenant}.example`],
    },
  };
  const window = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
  const source = {
    uri: sourceUri(tenant),
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime', 'exception.granted'],
    keys: [{ kid: signer.kid, jwk: signer.jwk, ...window }],
  };
  const sources = [
    { ...source, id: `${tenant}-runtime` },
    { ...source, id: `${tenant}-leaving`, uri: `urn:${tenant}:leaving`, keys: [] },
  ];
  await as('admin', 'putTenant', { body: { settings, sources } });
  await as('admin', 'putTenant', {
    body: { settings: { ...settings, scoreTarget: 840 }, reason: `${tenant} asks less of itself` },
  });
  await as('admin', 'requestSourceRetirement', {
    params: { sourceId: `${tenant}-leaving` },
    body: { reason: `${tenant} moved` },
  });
  await as('admin', 'putMember', { params: { subject: `${tenant}-person` }, body: { roles: ['viewer'] } });
  const second = { params: { subject: `${tenant}-second` }, body: { roles: ['approver'] } };
  await as('admin', 'putMember', second);
  const issuer = {
    issuer: `https://${tenant}.example`,
    jwksUri: `https://${tenant}.example/k`,
    subjects: [tenant],
  };
  await as('admin', 'putIssuer', { params: { issuerId: `${tenant}-ci` }, body: issuer });
  const event = (id: string, type: string, data: object) =>
    signed({ ...decisionEvent({ id, source: sourceUri(tenant), type: `aispm.${type}` }), data }, signer);
  const own = (name: string): string => `${tenant}-${name}`;
  const decisionData = (agent: string): object => {
    const { data } = decisionEvent({}, { agent });
    return typeof data === 'object' && data !== null ? data : {};
  };
  const decision = (n: number): object => ({
    ...decisionData(own(`agent-${n}`)),
    repository: own('repository'),
    workflow: own('workflow'),
    tool: own('tool'),
    session: own('session'),
    ran: n === 1,
    decision: n === 1 ? 'allow' : 'block',
  });
  const person = 'psn:0123456789abcdef0123456789abcdef';
  const batch = await Promise.all([
    event(own('e1'), 'decision.recorded', decision(1)),
    event(own('e2'), 'decision.recorded', decision(2)),
    event(own('e3'), 'session.recorded', {
      session: own('session'),
      agent: own('agent-1'),
      state: 'started',
    }),
    event(own('e4'), 'approval.requested', {
      approval: own('approval'),
      requestedBy: person,
      expiresAt: '2026-06-02T00:00:00Z',
    }),
    event(own('e5'), 'inventory.declared', { items: [{ kind: 'agent', id: own('agent-1') }] }),
  ]);
  const contentType = 'application/cloudevents-batch+json';
  await as('collector', 'ingestEvidence', { body: batch, contentType });
  await ask('ingestEvidence', {
    token: `collector@${tenant}`,
    params: { tenantId: tenant },
    body: [{ id: own('bad') }],
    contentType,
  });
  const report = await as('admin', 'requestReport', { body: { type: 'ciso' } });
  await linkTo(desk, tenant, String(at(report.json, 'id')));
  const schedule = { id: own('schedule'), report: 'cso', cadence: 'monthly' };
  const change = { change: { kind: 'schedule', schedule }, reason: 'monthly' };
  const asked = await as('operator', 'requestDeliveryChange', { body: change });
  await as('approver', 'approveDeliveryChange', { params: { changeId: String(at(asked.json, 'id')) } });
  const appetite = {
    limits: { K04: { target: 95, limit: 90 } },
    setBy: own('board'),
    setOn: '2026-05-01',
    expiresAt: '2026-12-01T00:00:00Z',
    reason: own('minutes'),
  };
  const limits = await as('operator', 'requestAppetite', { body: appetite });
  await as('approver', 'approveAppetite', { params: { requestId: String(at(limits.json, 'id')) } });
  await as('operator', 'recordResponse', {
    params: { controlId: 'evidence-signed' },
    body: {
      from: '2026-05-01T00:00:00Z',
      until: '2026-06-01T00:00:00Z',
      stance: 'disagrees',
      owner: own('owner'),
      cause: own('cause'),
      action: own('action'),
    },
  });
  await as('operator', 'startDrill', { body: { idempotencyKey: own('drill') } });
  await as('admin', 'requestRotation', { body: { reason: 'yearly' } });
  await as('admin', 'readiness', { body: { target: 'trial' } });
  const guest = { subject: own('guest'), until: '2026-06-30T00:00:00Z' };
  await as('admin', 'requestGrant', { body: { ...guest, purpose: 'trial', roles: ['viewer'] } });
  await as('admin', 'validateConnector', { body: { connector: `${tenant}-runtime` } });
}

/** The link that a mail would hold in place of the report. */
async function linkTo(desk: Desk, tenant: string, id: string): Promise<void> {
  const own = servicesOf(desk, tenantNamed(tenant));
  const found = await own.stores.tenant.get();
  if (found === null) throw new Error('no tenant');
  const deps = { ...depsFor(own), publicUrl: 'https://aispm.example/api' };
  const mail = { operationId: uuidOf('mail', tenant), recipient: 'psn:0123456789abcdef0123456789abcdef' };
  const made = await leavesAs(deps, found.tenant, { id, type: 'incident', publicSafe: false }, mail, {
    bytes: 1,
  });
  if (typeof made === 'string' || made.attach) throw new Error('no link');
}

export const guarded = areas
  .flatMap((area) => Object.entries(area).map(([name, route]): NamedRoute => ({ name, ...route })))
  .flatMap((route) => ('roles' in route.access ? [{ ...route, roles: route.access.roles }] : []));
