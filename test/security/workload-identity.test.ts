import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startIssuer, type Issuer } from '../../infra/local/issuer/server.js';
import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { guardedOutbound } from '../../shared/adapters/outbound.js';
import { jwksTokens } from '../../shared/adapters/tokens.js';
import { acme, at, caller, openDesk, type Desk } from '../http/desk.js';
import { decisionEvent, runtimeUri } from '../ingest/intake.js';

/* A tenant's own issuer, through the routes: registered by its admin, and good for posting into that tenant only. */

const outbound = guardedOutbound({ hosts: [], loopback: true });
const audience = 'api://aispm';
let directory: string;
let [service, ci]: Issuer[] = [];
let desk: Desk;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'issuers-'));
  const start = (name: string) => startIssuer({ port: 0, directory: join(directory, name), audience });
  [service, ci] = await Promise.all([start('service'), start('ci')]);
  desk = openDesk();
  desk.tokens = jwksTokens(service, { own: outbound, tenants: outbound }, desk.telemetry);
  desk.clock.set(Date.parse('2026-06-01T12:00:00Z'));
});
afterAll(async () => {
  await Promise.all([service?.close(), ci?.close()]);
  await rm(directory, { recursive: true });
});

const subject = 'repo:acme/shop:environment:production';
const admin = async (tenant: string) =>
  (await service?.token({ sub: `admin-${tenant}`, roles: ['admin'], tenants: [tenant] })) ?? '';
const workload = async (over: object = {}) =>
  (await ci?.token({ sub: subject, roles: ['admin'], ...over })) ?? '';

it('lets the runtimes of a tenant post with tokens of their own issuer, into that tenant and nothing else', async () => {
  const tenants = caller(desk, tenantRoutes, tenantHandlers);
  const ingest = caller(desk, ingestRoutes, ingestHandlers);
  const source = {
    id: 'ci',
    uri: runtimeUri,
    connectorType: 'github_actions',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
  };
  const settings = { displayName: 'A tenant', timeZone: 'UTC' };
  for (const [tenantId, sources] of Object.entries({ acme: [source], globex: [] }))
    await tenants('putTenant', {
      token: await admin(tenantId),
      params: { tenantId },
      body: { settings, sources },
    });
  const post = async (token: string, tenantId = 'acme') =>
    (
      await ingest('ingestEvidence', {
        token,
        params: { tenantId },
        body: decisionEvent(),
        contentType: 'application/cloudevents+json',
      })
    ).status;

  expect(await post(await workload())).toBe(401);
  const issuer = { issuer: ci?.issuer, jwksUri: ci?.jwksUri, subjects: [subject] };
  const registered = await tenants('putIssuer', {
    token: await admin('acme'),
    params: { issuerId: 'ci' },
    body: issuer,
  });
  const evidenceId = String(at(registered.json, 'evidence', 'id'));
  const stored = await desk.stores.open(acme).evidence.get(evidenceId);
  expect(stored?.event.data).toMatchObject({ change: 'issuer', subject: 'ci' });

  expect(await post(await workload())).toBe(202);
  expect(await post(await workload({ sub: 'repo:mallory/shop:environment:production' }))).toBe(401);
  expect(await post(await workload({ tenants: ['globex'] }), 'globex')).toBe(401);
  expect(await post(await workload(), 'nobody')).toBe(401);
  const read = await caller(
    desk,
    evidenceRoutes,
    evidenceHandlers,
  )('searchEvidence', { token: await workload() });
  expect(read.status).toBe(401);
  const raise = { token: await workload(), params: { subject }, body: { roles: ['admin'] } };
  expect((await tenants('putMember', raise)).status).toBe(401);

  await tenants('removeIssuer', { token: await admin('acme'), params: { issuerId: 'ci' } });
  expect(await post(await workload())).toBe(401);
});

it('is not to be had for the service’s own issuer, nor for keys where nobody may be called', async () => {
  const tenants = caller(desk, tenantRoutes, tenantHandlers);
  for (const body of [
    { issuer: service?.issuer, jwksUri: ci?.jwksUri, subjects: ['x'] },
    { issuer: 'https://ci.example', jwksUri: 'https://ci.example/jwks', subjects: ['x'] },
    { issuer: 'https://ci.example', jwksUri: 'https://169.254.169.254/jwks', subjects: ['x'] },
    { issuer: 'https://ci.example', jwksUri: 'ftp://ci.example/jwks', subjects: ['x'] },
    { issuer: 'https://ci.example', jwksUri: ci?.jwksUri, subjects: [] },
  ]) {
    const told = await tenants('putIssuer', {
      token: await admin('acme'),
      params: { issuerId: 'bad' },
      body,
    });
    expect([body.jwksUri, told.status]).toEqual([body.jwksUri, 400]);
  }
});

it('and a group that the token names is a member like any other', async () => {
  const tenants = caller(desk, tenantRoutes, tenantHandlers);
  const token = async (groups: string[]) => (await service?.token({ sub: 'eve', roles: [], groups })) ?? '';
  expect((await tenants('readTenant', { token: await token(['g-1']) })).status).toBe(404);
  const params = { subject: 'group:g-1' };
  await tenants('putMember', { token: await admin('acme'), params, body: { roles: ['viewer'] } });
  expect((await tenants('readTenant', { token: await token(['g-1']) })).status).toBe(200);
  expect((await tenants('readTenant', { token: await token(['g-2']) })).status).toBe(404);
  expect((await tenants('listMembers', { token: await token(['g-1']) })).status).toBe(403);
});
