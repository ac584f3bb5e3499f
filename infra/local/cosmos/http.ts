import type { IncomingHttpHeaders } from 'node:http';
import type { Containers, Resource } from './containers.js';
import type { Sql } from './database.js';
import type { Documents } from './documents.js';
import type { CosmosRequest } from './faults.js';
import { badRequest, type CosmosProblem } from './problem.js';
import { CHARGES } from './request-charge.js';

/** A request as it came: the path still percent-encoded, header names in lower case. */
export type Incoming = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
/** An answer; `charge` is in request units. */
export type Answer = { status: number; headers: Record<string, string>; body?: string; charge: number };
/** A request that has been understood: what it is, for faults and the tally, and the work itself. */
export type Work = { request: CosmosRequest; run: () => Answer };
/** What the routes work on. */
export type Stores = { sql: Sql; containers: Containers; documents: Documents };

/** A header's value, or undefined. */
export const header = (incoming: Incoming, name: string): string | undefined => {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** Whether a header says true, in any case, as the SDK writes it. */
export const isTrue = (incoming: Incoming, name: string): boolean =>
  header(incoming, name)?.toLowerCase() === 'true';

/** The body as JSON. Throws 400 if it is none. */
export const parseBody = (incoming: Incoming): unknown => {
  try {
    return JSON.parse(incoming.body);
  } catch {
    throw badRequest('The request body is not JSON.');
  }
};

/** The body as a JSON object. Throws 400 if it is none. */
export const parseResource = (incoming: Incoming): Resource => {
  const body = parseBody(incoming);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The request body must be a JSON object.');
  return body as Resource; // as: an object, checked above
};

/** An answer about anything but documents. */
export const controlAnswer = (status: number, resource?: Resource): Answer => ({
  status,
  headers: typeof resource?.['_etag'] === 'string' ? { etag: resource['_etag'] } : {},
  ...(resource === undefined ? {} : { body: JSON.stringify(resource) }),
  charge: CHARGES.control,
});

/** A list of such resources. */
export const listAnswer = (name: string, rid: string, resources: readonly unknown[]): Answer =>
  controlAnswer(200, { _rid: rid, [name]: resources, _count: resources.length });

/** Work on anything but documents; the container is empty where there is none. */
export const control = (container: string, run: () => Answer): Work => ({
  request: { operation: 'control', container, partitionKey: [] },
  run,
});

/** The body of an error answer. */
export const problemBody = (problem: CosmosProblem): string =>
  JSON.stringify({ code: problem.code, message: problem.message, ...problem.extra });
