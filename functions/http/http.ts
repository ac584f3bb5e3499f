import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

import type { Grant } from '../../schemas/access.js';
import { problems } from '../../schemas/problem.js';
import { errorName } from '../../shared/core/kernel/error-name.js';
import { problemOf, Refusal } from '../../shared/core/kernel/refusal.js';
import { StoreUnavailable } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import { recordUse } from '../../shared/usecases/journey/grants.js';
import { denialCounter } from '../../shared/usecases/ingest/denied.js';
import { accessTo } from './authorise.js';
import { orchestrationsOf } from '../background/orchestrations.js';
import { openCursor, sealCursor } from './paging.js';
import { refusedLink } from './refused-link.js';
import { jsonBodyOf, parametersOf } from './request.js';
import type { TenantServices } from './tenant-services.js';
import type { Reply, Route, RouteHandler, RouteHandlers, RouteRequest, RouteTable } from './route.js';

/*
 * The only place that registers HTTP functions, and the only one that turns outcomes into HTTP. Order matters: who asks
 * is settled before anything else of the request is looked at, so that nobody learns from a fault in a request whether a
 * tenant exists.
 */

/** Nothing here is ever a page: no sniffing, no framing, no caching, no address handed on. */
const securityHeaders = {
  // HTTPS alone, for a year; a browser ignores it on the plain HTTP of the local stack.
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const;

type Denied = Parameters<typeof accessTo>[4];

/** Registers every route of a table with its handler. */
export function serveAll<T extends RouteTable>(
  services: Services,
  routes: T,
  handlers: RouteHandlers<T>,
): void {
  for (const name of Object.keys(routes) as (keyof T & string)[])
    serve(services, name, routes[name], handlers[name]);
}

function serve<R extends Route>(services: Services, name: string, route: R, handler: RouteHandler<R>): void {
  app.http(name, {
    methods: [route.method],
    route: route.path,
    authLevel: 'anonymous',
    ...(route.durable === true ? { extraInputs: [df.input.durableClient()] } : {}),
    handler: answering(services, name, route, handler),
  });
}

/** The HTTP handler of a route: authorisation, parsing, the handler, and the answer whatever happens in between. */
export function answering<R extends Route>(
  services: Services,
  name: string,
  route: R,
  handler: RouteHandler<R>,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  const count = denialCounter(name, services.clock);
  const deniedOf =
    (request: HttpRequest): Denied =>
    async (reason, tenants) => {
      try {
        const link = await refusedLink(services, route, request.params);
        const ofLink = link === null ? [] : [count(link.stores, reason, link.about)];
        const others = tenants.filter(({ tenantId }) => tenantId !== link?.stores.tenantId);
        await Promise.all([...ofLink, ...others.map((tenant) => count(tenant, reason))]);
      } catch (error) {
        // The answer is no all the same; what could not be counted is counted with the next.
        services.telemetry.log('error', 'denial_not_counted', { route: name, error: errorName(error) });
      }
    };
  return async (request, context) => {
    const { telemetry } = services;
    // The host has begun a span where it traces; where it does not, the caller's trace is continued here.
    const parent = telemetry.traceparent() ?? request.headers.get('traceparent') ?? undefined;
    try {
      return await telemetry.span({ name, parent }, () =>
        answer(services, name, route, handler, request, context, deniedOf(request)),
      );
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'internal' || refusal.code === 'store_unavailable')
        telemetry.measure('aispm.requests.failed', 1, { function: name, code: refusal.code });
      if (refusal.code === 'internal') {
        const fields = {
          route: name,
          error: errorName(error),
          invocationId: context.invocationId,
        };
        telemetry.log('error', 'request_failed', fields);
      }
      return problemResponse(refusal);
    }
  };
}

async function answer<R extends Route>(
  services: Services,
  name: string,
  route: R,
  handler: RouteHandler<R>,
  request: HttpRequest,
  context: InvocationContext,
  denied: Denied,
): Promise<HttpResponseInit> {
  const headers = Object.fromEntries(request.headers.entries());
  const access = await accessTo(services, route, request.params, headers['authorization'] ?? null, denied);
  if (access !== null) services.limits.request(access.tenant);
  const { own = services, room: _room, ...given } = access ?? {};
  const parsed = parametersOf(route, request.params, request.query);
  const scope = [
    name,
    access?.tenant ?? '',
    parsed.params,
    { ...parsed.query, cursor: undefined, limit: undefined },
  ];
  if (typeof parsed.query['cursor'] === 'string')
    parsed.query['cursor'] = openCursor(scope, parsed.query['cursor']);
  const body = await bodyOf(route, request, headers['content-type'] ?? null);
  const durable = route.durable === true ? { orchestrations: orchestrationsOf(context) } : {};
  // as: the parts were parsed by the schemas that the handler's request type is inferred from.
  const handled = handler(
    {
      ...parsed,
      ...given,
      ...durable,
      body,
      headers,
      now: services.clock.now(),
    } as unknown as RouteRequest<R>,
    own as Parameters<RouteHandler<R>>[1],
  );
  const reply = await handled.catch(async (error: unknown) => {
    if (access !== null && error instanceof Refusal && error.code === 'separation_of_duties')
      await denied('separation_of_duties', [access.stores]);
    throw error;
  });
  if (access?.room !== undefined)
    await recordRead(access.room, access.own, { name, reply, url: request.url, tenant: access.tenant });
  return responseOf(reply, scope);
}

/** Before the answer leaves: what cannot be put on record is not shown. */
async function recordRead(
  room: Grant,
  own: TenantServices,
  { name, reply, url, tenant }: { name: string; reply: Reply; url: string; tenant: string },
): Promise<void> {
  const { pathname, search } = new URL(url);
  const path = (pathname + search).split(`/tenants/${tenant}/`, 2)[1] ?? '';
  const saved = reply.body instanceof Uint8Array || reply.headers?.['Content-Disposition'] !== undefined;
  const use = saved ? ('download' as const) : ('view' as const);
  await recordUse(own, room, { use, route: name, path, nonce: crypto.randomUUID() });
}

async function bodyOf(route: Route, request: HttpRequest, contentType: string | null): Promise<unknown> {
  if (route.body === undefined) return undefined;
  // Absent, empty or chunked: a request without bytes is the empty body, however it was framed.
  const bytes = request.body === null ? new Uint8Array() : new Uint8Array(await request.arrayBuffer());
  return route.body === 'bytes' ? bytes : jsonBodyOf(route.body, bytes, contentType);
}

function responseOf({ status, body, headers = {} }: Reply, scope: unknown): HttpResponseInit {
  const base = { status, headers: { ...securityHeaders, ...headers } };
  if (body === undefined) return base;
  if (typeof body === 'string' || body instanceof Uint8Array) return { ...base, body };
  const json = JSON.stringify(sealCursor(scope, body));
  return { ...base, headers: { 'Content-Type': 'application/json', ...base.headers }, body: json };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailable) {
    const retryAfterSeconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new Refusal('store_unavailable', 'send the same request again later', { retryAfterSeconds });
  }
  return new Refusal('internal', 'the failure has been recorded');
}

/** The RFC 9457 answer of a refusal. */
function problemResponse(refusal: Refusal): HttpResponseInit {
  const { retryAfterSeconds } = refusal.more;
  return {
    status: problems[refusal.code].status,
    headers: {
      ...securityHeaders,
      'Content-Type': 'application/problem+json',
      // RFC 6750, section 3.
      ...(refusal.code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(problemOf(refusal)),
  };
}
