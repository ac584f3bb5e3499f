import type { z } from 'zod';

import { faultsOf, requireIjson, shownName } from '../../shared/core/ingest/faults.js';
import { jsonOf, mediaTypeOf } from '../../shared/core/ingest/json-body.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import type { Route } from './route.js';

/** Bytes of a JSON body. */
export const bodyLimit = 1024 * 1024;
/** Faults named in one answer. */
const mostFaults = 20;

type Parameters = { params: Record<string, unknown>; query: Record<string, unknown> };

/**
 * Path and query parameters, parsed. A repeated query name reaches the function as one value with a comma, so it is
 * refused by whatever schema the parameter has.
 * @throws Refusal `invalid_request` naming each parameter that is unknown or wrong.
 */
export function parametersOf(
  route: Route,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Parameters {
  const { tenantId: _answered, ...rest } = params;
  if (route.ignoresQuery === true) return { params: parse(route.params, params, 'path'), query: {} };
  const ignored = (value: string): boolean => route.emptyQuery === 'absent' && value === '';
  const asked = Object.fromEntries([...query.entries()].filter(([, value]) => !ignored(value)));
  const known = Object.keys(route.query?.shape ?? {});
  const unknown = Object.keys(asked).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Refusal('invalid_request', `unknown query parameters: ${unknown.map(shownName).join(', ')}`);
  const empty = Object.keys(asked).filter((name) => asked[name] === '');
  if (empty.length > 0)
    throw new Refusal('invalid_request', `query parameters without a value: ${empty.join(', ')}`);
  return {
    params: parse(route.params, 'roles' in route.access ? rest : params, 'path'),
    query: parse(route.query, asked, 'query'),
  };
}

function parse(schema: z.ZodObject | undefined, values: object, where: string): Record<string, unknown> {
  if (schema === undefined) return {};
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const named = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name}: ${Object.hasOwn(values, name) ? message : 'it is missing'}`;
  });
  throw new Refusal('invalid_request', `${where} parameters: ${named.slice(0, mostFaults).join('; ')}`);
}

/**
 * A JSON body by its schema. Empty is refused unless the schema takes undefined.
 * @throws Refusal `empty_body`, `body_too_large`, `unsupported_media_type`, `malformed_json`, what I-JSON refuses, or
 * `invalid_request` with a pointer to each fault.
 */
export function jsonBodyOf(schema: z.ZodType, bytes: Uint8Array, contentType: string | null): unknown {
  if (bytes.length === 0) {
    const absent = schema.safeParse(undefined);
    if (absent.success) return absent.data;
    throw new Refusal('empty_body', 'the body is empty');
  }
  if (bytes.length > bodyLimit)
    throw new Refusal('body_too_large', `a body holds at most ${bodyLimit} bytes`);
  mediaTypeOf(contentType, ['application/json']);
  const value = jsonOf(bytes);
  requireIjson(value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = faultsOf(parsed.error, '', mostFaults);
  throw new Refusal('invalid_request', 'the body does not match its schema', { errors });
}
