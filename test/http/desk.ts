import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';

import { problemSchema } from '../../schemas/problem.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryClock, type MemoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memorySandbox } from '../../shared/adapters/memory/sandbox.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memoryPages } from '../../shared/adapters/memory/pages.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import type { MemoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { azureChecks } from '../../shared/adapters/azure-checks.js';
import { githubDeployments } from '../../shared/adapters/github-deployments.js';
import { guardedOutbound } from '../../shared/adapters/outbound.js';
import { memorySecrets } from '../../shared/adapters/memory/secrets.js';
import { jweBox } from '../../shared/adapters/secret-box.js';
import { evidenceOf } from '../../shared/adapters/cosmos/evidence.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { ncrontab } from '../../shared/adapters/ncrontab.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { readConfiguration } from '../../shared/configuration.js';
import type { Caller, StoredEvidence } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import { tenantLimits } from '../../shared/adapters/tenant-limits.js';
import { foldChanges } from '../../shared/usecases/log/fold-changes.js';
import { answering } from '../../functions/http/http.js';
import { handlers as ingestHandlers } from '../../functions/ingest-evidence.js';
import { ingestRoutes } from '../../functions/routes/ingest.js';
import type { Route, RouteHandler, RouteHandlers, RouteTable } from '../../functions/http/route.js';
import { tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

export const start = Date.parse('2026-06-01T12:00:00.000Z');
export const acme = tenantNamed('acme');

const configuration = readConfiguration({
  AISPM_ENVIRONMENT: 'test',
  COSMOS__accountEndpoint: 'http://127.0.0.1:1',
  COSMOS__accountKey: 'key',
  BLOB__serviceUri: 'http://127.0.0.1:1/devstoreaccount1',
  KEY_VAULT_URI: 'http://127.0.0.1:1',
  KEY_VAULT_TOKEN: 'token',
  MAIL_ENDPOINT: 'http://127.0.0.1:1',
  MAIL_ACCESS_KEY: 'a2V5',
  MAIL_SENDER: 'reports@example.com',
  TOKEN_ISSUER: 'http://127.0.0.1:1',
  TOKEN_AUDIENCE: 'aispm',
  TOKEN_JWKS_URI: 'http://127.0.0.1:1/jwks',
});

/** Callers by token: `<role>@<tenant>`, and `member` whose tenants come from member lists alone. */
const callers: Record<string, Caller> = {
  member: { subject: 'member-1', roles: [], tenants: null },
  'listed-elsewhere': { subject: 'member-2', roles: ['admin'], tenants: ['globex'] },
};
for (const role of ['collector', 'viewer', 'operator', 'approver', 'auditor', 'admin', 'pipeline'])
  for (const tenant of ['acme', 'globex'])
    callers[`${role}@${tenant}`] = { subject: `${role}-1`, roles: [role], tenants: [tenant] };

export type Desk = Services & { clock: MemoryClock; telemetry: MemoryTelemetry };

/** The stand-ins of pipelines' own services, on this machine. */
const loopback = guardedOutbound({ hosts: [], loopback: true });

/** The services, all in memory. */
export const openDesk = (over: Partial<Services> = {}): Desk => {
  const clock = memoryClock(start);
  const keys = memoryKeyRing('seed');
  return {
    configuration,
    build: null,
    clock,
    random: (length) => new Uint8Array(length).fill(7),
    stores: memoryStores(),
    blobs: memoryBlobs(),
    keys,
    secrets: memorySecrets(),
    box: jweBox(keys),
    azure: azureChecks(loopback),
    github: githubDeployments('http://127.0.0.1:1', loopback, clock),
    signatures: joseSignatures(),
    tokens: memoryTokens(callers),
    mail: memoryMail(),
    exporter: memoryMail('export'),
    renderer: reportRenderer,
    telemetry: suiteTelemetry(),
    calendar: ncrontab,
    publicSide: { url: null, outbound: loopback },
    limits: tenantLimits({ requests: 100_000, events: 100_000 }, clock),
    pages: memoryPages({ 'index.html': '<!doctype html>', 'assets/a.js': 'export {}' }),
    evidenceOf,
    scratchLedger: memoryLedger,
    sandbox: memorySandbox,
    ...over,
  } as Desk;
};

export type Asked = {
  token?: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
};
export type Told = { status: number; headers: Record<string, string>; text: string; json: unknown };

/** A member of an answer, wherever it stands; undefined where it does not. */
export const at = (json: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    json,
  );

/** Calls one route as the host would, without a host. An answer in JSON must match the schema the route promises. */
export async function call<R extends Route>(
  services: Services,
  name: string,
  route: R,
  handler: RouteHandler<R>,
  asked: Asked = {},
): Promise<Told> {
  const params = { ...(route.path.includes('{tenantId}') ? { tenantId: 'acme' } : {}), ...asked.params };
  const body =
    asked.body === undefined || typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
  const contentType = asked.contentType ?? (body === undefined ? undefined : 'application/json');
  const request = new HttpRequest({
    method: route.method,
    url: urlOf(route.path, params, asked.query ?? {}),
    params,
    query: asked.query ?? {},
    headers: {
      ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...asked.headers,
    },
    // The host hands a GET over without its body.
    ...(body === undefined || route.method === 'GET' ? {} : { body: { string: body } }),
  });
  const context = new InvocationContext({ functionName: name });
  const answer: HttpResponseInit = await answering(services, name, route, handler)(request, context);
  const text = typeof answer.body === 'string' ? answer.body : '';
  const given = answer.headers as Record<string, string>;
  const isJson = /json/.test(given['Content-Type'] ?? '');
  const told: Told = {
    status: answer.status ?? 200,
    headers: given,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
  promised(route, told);
  return told;
}

function urlOf(path: string, params: Record<string, string>, query: Record<string, string>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? name));
  const search = new URLSearchParams(query).toString();
  return `http://127.0.0.1/api/${filled}${search === '' ? '' : `?${search}`}`;
}

/** One route of a table by name. */
export const caller =
  <T extends RouteTable>(services: Services, routes: T, handlers: RouteHandlers<T>) =>
  (name: keyof T & string, asked: Asked = {}): Promise<Told> =>
    call<Route>(services, name, routes[name] as Route, handlers[name], asked);

function promised(route: Route, { status, headers, json }: Told): void {
  if (headers['Content-Type'] === 'application/problem+json') {
    problemSchema.parse(json);
    return;
  }
  const answer = route.answers[status];
  if (answer === undefined) throw new Error(`the route does not promise ${status}`);
  answer.schema?.parse(json);
}

/** A batch as the tenant's collector posts it. Nothing of it is folded yet. */
export const collect = (services: Services, events: readonly unknown[]): Promise<Told> =>
  caller(
    services,
    ingestRoutes,
    ingestHandlers,
  )('ingestEvidence', {
    token: 'collector@acme',
    contentType: 'application/cloudevents-batch+json',
    body: events,
  });

/** What the change feed does: everything admitted and not yet in the log is folded. */
export async function foldAll(services: Services): Promise<void> {
  const events: StoredEvidence[] = [];
  for (const tenant of (await services.stores.tenantIds({ limit: 100 })).items) {
    const page = await services.stores.open(tenant).evidence.search({ limit: 1000 });
    events.push(...page.items.reverse());
  }
  await foldChanges(services, events);
}
