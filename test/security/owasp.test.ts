import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Route } from '../../functions/http/route.js';
import { routes } from '../../functions/routes/all-routes.js';
import { openApiDocument } from '../../functions/http/openapi.js';
import { handlers as custodyHandlers } from '../../functions/custody.js';
import { handlers as evidenceHandlers } from '../../functions/evidence.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { custodyRoutes } from '../../functions/routes/custody.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import {
  acme,
  at,
  call,
  caller,
  collect,
  foldAll,
  openDesk,
  type Asked,
  type Desk,
  type Told,
} from '../http/desk.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/*
 * OWASP API Security Top 10 (2023), item by item, each with the request that would exploit it. Where a suite of its own
 * walks an item over all routes, the item names it and tries the one attack that suite does not.
 */

const globex = tenantNamed('globex');
const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });
let desk: Desk;
beforeAll(async () => {
  desk = openDesk();
  for (const tenant of [acme, globex]) {
    const stores = desk.stores.open(tenant);
    await putTenant({ stores, keys: desk.keys, clock: desk.clock }, settings, 'root');
    const found = await stores.tenant.get();
    if (found === null) throw new Error('no tenant');
    await stores.tenant.put(
      { ...found.tenant, sources: [source({ id: 'runtime', uri: runtimeUri })] },
      found.etag,
    );
  }
  for (const tenant of ['acme', 'globex'])
    await caller(
      desk,
      ingestRoutes,
      ingestHandlers,
    )('ingestEvidence', {
      token: `collector@${tenant}`,
      params: { tenantId: tenant },
      contentType: 'application/cloudevents-batch+json',
      body: [decisionEvent({ id: `of-${tenant}` })],
    });
  await foldAll(desk);
});

const evidence = (name: keyof typeof evidenceRoutes, asked: Asked): Promise<Told> =>
  caller(desk, evidenceRoutes, evidenceHandlers)(name, asked);
const code = ({ status, json }: Told): unknown[] => [status, at(json, 'code')];
const guarded = routes.filter((route) => 'roles' in route.access);

describe('API1 broken object level authorization', () => {
  it('an id of another tenant under one’s own path is an id that does not exist', async () => {
    const { items } = await desk.stores.open(globex).evidence.search({ limit: 10 });
    // What the service says of every tenant has the same id in each.
    for (const { id } of items.filter(({ event }) => event.source === runtimeUri))
      for (const name of ['readEvidence', 'readProof'] as const) {
        const foreign = await evidence(name, { token: 'admin@acme', params: { evidenceId: id } });
        const absent = await evidence(name, { token: 'admin@acme', params: { evidenceId: 'f'.repeat(64) } });
        expect(code(foreign)).toEqual([404, 'not_found']);
        expect(foreign.text).toBe(absent.text);
      }
  });

  it('a cursor of another tenant is no cursor here', async () => {
    const export1 = await caller(
      desk,
      custodyRoutes,
      custodyHandlers,
    )('exportTenant', {
      token: 'admin@globex',
      params: { tenantId: 'globex' },
    });
    const told = await caller(
      desk,
      custodyRoutes,
      custodyHandlers,
    )('exportTenant', {
      token: 'admin@acme',
      query: { cursor: String(at(export1.json, 'cursor')) },
    });
    expect(code(told)).toEqual([400, 'invalid_request']);
  });
});

describe('API2 broken authentication (tokens.test.ts walks the tokens)', () => {
  it('a token is taken from the header alone', async () => {
    for (const asked of [
      { query: { access_token: 'admin@acme' } },
      { headers: { cookie: 'token=admin@acme' } },
    ])
      expect(code(await evidence('readCheckpoint', asked))).toEqual([401, 'unauthenticated']);
  });
});

/** Objects in a JSON schema that would take a member nobody named. */
function openObjects(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, additionalProperties } = schema as Record<string, unknown>;
  const open = type === 'object' && 'properties' in schema && additionalProperties !== false ? [path] : [];
  return [
    ...open,
    ...Object.entries(schema).flatMap(([name, inner]) => openObjects(inner, `${path}/${name}`)),
  ];
}

describe('API3 broken object property level authorization', () => {
  it('no body takes a member that its route does not name, at any depth', () => {
    for (const { name, body } of routes) {
      if (body === undefined || body === 'bytes') continue;
      expect([name, openObjects(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }))]).toEqual([
        name,
        [],
      ]);
    }
  });

  it('what only the service sets cannot be assigned by sending it along', async () => {
    const put = caller(desk, tenantRoutes, tenantHandlers);
    for (const extra of [
      { sample: true },
      { revision: 1 },
      { keys: [] },
      { memberChanges: [] },
      { legalHold: null },
    ]) {
      const body = { settings: { displayName: 'A', timeZone: 'UTC' }, ...extra };
      expect(code(await put('putTenant', { token: 'admin@acme', body }))).toEqual([400, 'invalid_request']);
    }
    const admission = { provenance: 'live', sourceId: 'aispm' };
    const told = await collect(desk, [
      { ...decisionEvent({ id: 'assigned' }), admission, digest: 'a'.repeat(64) },
    ]);
    expect([told.status, at(told.json, 'rejected', 0, 'code')]).toEqual([422, 'schema_invalid']);
  });
});

describe('API4 unrestricted resource consumption (regexps.test.ts holds the patterns)', () => {
  it('every list has a most, and refuses to give more', () => {
    for (const { name, query } of routes) {
      if (query === undefined || !('limit' in query.shape)) continue;
      for (const limit of ['201', '1e9', '-1', '0', 'all', '9'.repeat(400)])
        expect([name, limit, query.safeParse({ limit }).success]).toEqual([name, limit, false]);
    }
  });

  it('every text and list of a body has a most', () => {
    const endless = routes.flatMap(({ name, body }) =>
      body === undefined || body === 'bytes'
        ? []
        : unbounded(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })).map((p) => `${name} ${p}`),
    );
    expect(endless).toEqual([]);
  });
});

/** Texts without a length, patterns or choice, and lists without a number of items. */
function unbounded(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const {
    type,
    maxLength,
    pattern,
    format,
    enum: choice,
    const: only,
    maxItems,
  } = schema as Record<string, unknown>;
  const free = [maxLength, pattern, format, choice, only].every((bound) => bound === undefined);
  const own = (type === 'string' && free) || (type === 'array' && maxItems === undefined) ? [path] : [];
  return [...own, ...Object.entries(schema).flatMap(([name, inner]) => unbounded(inner, `${path}/${name}`))];
}

describe('API5 broken function level authorization (authorisation.test.ts walks roles × routes)', () => {
  it('no route is let through by a role alone that its table does not name, admin included', () => {
    const open = guarded.filter(({ access }) => 'roles' in access && access.roles.length === 0);
    expect(open).toEqual([]);
    // Whoever reads may say that a mail arrived: what it takes is the code that stands in the mail.
    const byCode = new Set(['confirmDelivery']);
    const writing = guarded.filter(({ method, name }) => method !== 'GET' && !byCode.has(name));
    for (const { name, access } of writing)
      expect([name, 'roles' in access && access.roles.includes('viewer')]).toEqual([name, false]);
  });
});

describe('API6 unrestricted access to sensitive business flows', () => {
  it('what cannot be undone asks for the highest role', () => {
    for (const name of ['erasePerson', 'putLegalHold', 'putTenant', 'putMember'])
      expect(guarded.find((route) => route.name === name)?.access).toMatchObject({ roles: ['admin'] });
  });
});

describe('API7 server side request forgery', () => {
  it('the handshake calls nobody back, and echoes nothing but a name', async () => {
    const ask = (origin: string, more: Record<string, string> = {}) =>
      caller(
        desk,
        ingestRoutes,
        ingestHandlers,
      )('ingestEvidenceHandshake', {
        headers: { 'webhook-request-origin': origin, ...more },
      });
    const good = await ask('events.example', { 'webhook-request-callback': 'http://169.254.169.254/' });
    expect(good.headers['WebHook-Allowed-Origin']).toBe('events.example');
    for (const origin of ['http://169.254.169.254/', 'a b', '<script>', '*']) {
      const told = await ask(origin);
      expect(told.headers['WebHook-Allowed-Origin']).toBeUndefined();
    }
  });
});

const unread: Told = { status: 0, headers: {}, text: '', json: null };
const headersOfAll = [
  'Content-Security-Policy',
  'X-Content-Type-Options',
  'Cache-Control',
  'Referrer-Policy',
];
const more = ['Strict-Transport-Security', 'X-Frame-Options', 'Cross-Origin-Resource-Policy'];

describe('API8 security misconfiguration', () => {
  it.each(routes.map((route) => [route.name, route] as const))(
    '%s carries every security header on every answer',
    async (_, route) => {
      const opened: Route = { ...route, answers: { 299: { description: 'reached' } } };
      const handlers = [
        () => Promise.resolve({ status: 299, body: { a: 1 } }),
        () => Promise.resolve({ status: 299, body: 'text', headers: { 'Content-Type': 'text/html' } }),
        () => Promise.resolve({ status: 299 }),
        () => Promise.reject(new Error('secret detail at /srv/app.js:7')),
      ];
      for (const handler of handlers)
        for (const asked of [{ token: 'admin@acme' }, {}, { token: 'admin@globex' }]) {
          const quiet: Desk = { ...desk, telemetry: suiteTelemetry() };
          const name = route.name;
          const told = await call<Route>(
            quiet,
            name,
            { ...opened, body: undefined } as unknown as Route,
            handler,
            asked,
          ).catch(() => unread);
          // A page of text is no JSON: the desk's reader stops there, behind what is looked at here.
          if (told.status === 0) continue;
          for (const header of [...headersOfAll, ...more])
            expect([header, told.headers[header]]).not.toContain(undefined);
          expect(told.headers['Access-Control-Allow-Origin']).toBeUndefined();
          expect(told.text).not.toContain('secret detail');
          expect(told.text).not.toContain('app.js');
        }
    },
  );
});

describe('API9 improper inventory management', () => {
  it('every route is in the contract, and the contract names no other', () => {
    const { paths } = openApiDocument(routes) as { paths: Record<string, Record<string, unknown>> };
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => /^(get|put|post|delete|options|patch)$/.test(method))
        .map((method) => `${method.toUpperCase()} ${path.replace(/^\//, '')}`),
    );
    // OpenAPI knows no parameter that takes the rest of a path (`{*path}` in the host).
    const served = routes.map(({ method, path }) => `${method} ${path.replace('{*', '{')}`);
    expect(told.sort()).toEqual(served.sort());
  });
});

describe('API10 unsafe consumption of APIs', () => {
  it('a provider’s word about a mail that was never sent changes nothing', async () => {
    const event = {
      id: 'e',
      data: {
        messageId: '2b1f9f0e-0d4b-5c43-9d5f-3a8d6c0b7e11',
        recipient: 'x\r\nBcc: y@z',
        status: 'Delivered',
      },
    };
    expect(await receiveDelivery({ ...desk }, event)).toBeNull();
    const { items } = await desk.stores.unknownQuarantine.list({ limit: 5 });
    expect(items).toMatchObject([{ code: 'delivery_unknown' }]);
    expect(JSON.stringify(items)).not.toContain('Bcc');
  });
});
