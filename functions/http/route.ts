import type { HttpMethod } from '@azure/functions';
import type { z } from 'zod';

import type { Role } from '../../schemas/members.js';
import type { ProblemCode } from '../../schemas/problem.js';
import type { Tenant } from '../../schemas/tenant.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { Caller, Orchestrations, TenantStores } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';
import type { TenantServices } from './tenant-services.js';

/** One answer of a route. Without a schema there is no body, or one that is not JSON and has that content type. */
export type Answer = { description: string; schema?: z.ZodType; contentType?: string };

type Surface = {
  method: Extract<HttpMethod, 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'>;
  summary: string;
  /** Parameters of the path but `tenantId`, which http.ts answers for. */
  params?: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  query?: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  /** Query parameters without a value count as absent, for callers that cannot leave them out; elsewhere they are refused. */
  emptyQuery?: 'absent';
  /** The query is for the page that is answered: it is not looked at here. */
  ignoresQuery?: true;
  /** `bytes` leaves reading the body to the handler. A schema that takes undefined makes the body optional. */
  body?: z.ZodType | 'bytes';
  /** What a body that is left to the handler may be. */
  mediaTypes?: readonly string[];
  /** The path names a link that only a mail holds: a refused use of one that exists is told to its tenant. */
  opensLink?: true;
  /** The handler starts or wakes long-running work. */
  durable?: true;
  answers: Readonly<Record<number, Answer>>;
  /** Codes of this route beside those that every route of its kind can answer. */
  problems?: readonly ProblemCode[];
};

/** A route of one tenant: the caller needs a right to the tenant, and one of the roles in it. */
export type TenantRoute = Surface & {
  path: `tenants/{tenantId}${string}`;
  /** `creates`: the tenant need not exist, so only the token's own claim gives a right to it. */
  access: { roles: readonly [Role, ...Role[]]; creates?: true };
};

/** A route without a token. `public` says in words what protects it; such a handler is given no tenant's stores. */
export type PublicRoute = Surface & { path: string; access: { public: string } };

/** No route without a rule: `access` is not optional, and nothing else registers an HTTP function. */
export type Route = TenantRoute | PublicRoute;
/** Function name → route. */
export type RouteTable = Readonly<Record<string, Route>>;

type Parsed<R, Member extends string, Absent> =
  R extends Readonly<Record<Member, infer S>> ? (S extends z.ZodType ? z.output<S> : Absent) : Absent;

type PublicRequest<R extends Route> = {
  params: Parsed<R, 'params', Record<never, never>>;
  query: Parsed<R, 'query', Record<never, never>>;
  body: R extends { body: 'bytes' } ? Uint8Array : Parsed<R, 'body', undefined>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  now: number;
} & (R extends { durable: true } ? { orchestrations: Orchestrations } : unknown);

type TenantRequest<R extends Route> = PublicRequest<R> & {
  caller: Caller;
  /** What the caller is in this tenant. */
  roles: readonly string[];
  tenant: VerifiedTenant;
  stores: TenantStores;
  /** The tenant's document as authorisation read it; null where the route may create the tenant. */
  document: R['access'] extends { creates: true }
    ? { tenant: Tenant; etag: string } | null
    : { tenant: Tenant; etag: string };
};

export type RouteRequest<R extends Route> = R extends TenantRoute ? TenantRequest<R> : PublicRequest<R>;

/** `body` is sent as JSON, but text and bytes as they are, under the content type among `headers`. */
export type Reply = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> };

/** What a route does, with the services of the tenant that was authorised, if any. It throws a Refusal to say no. */
export type RouteHandler<R extends Route> = (
  request: RouteRequest<R>,
  services: R extends TenantRoute ? TenantServices : Services,
) => Promise<Reply>;

/** A handler for each route of a table: a missing one does not compile, nor does one too many. */
export type RouteHandlers<T extends RouteTable> = { [Name in keyof T]: RouteHandler<T[Name]> };
