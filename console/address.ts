/*
 * Addresses of the console mirror those of the API: what stands behind the scope is the path of the list or thing that a
 * view shows, with the same query. So a link that an answer carries is an address here too, and every view can be sent.
 */

/** Where the function app serves the console. */
export const base = '/api/console';

/** One tenant, or the public-safe sample, which needs no sign-in. */
export type Scope = { kind: 'tenant'; id: string } | { kind: 'sample' };
export type Address = { scope: Scope | null; path: readonly string[]; query: URLSearchParams };

export const sample: Scope = { kind: 'sample' };

/** Path of the API that a scope's answers stand under. */
export const apiOf = (scope: Scope): string =>
  scope.kind === 'sample' ? '/api/sample' : `/api/tenants/${encodeURIComponent(scope.id)}`;

/** Reads an address of the console. */
export function addressOf(pathname: string, search: string): Address {
  const query = new URLSearchParams(search);
  const parts = pathname.slice(base.length).split('/').filter(Boolean).map(decoded);
  const [first, second, ...rest] = parts;
  if (first === 'sample') return { scope: sample, path: parts.slice(1), query };
  if (first === 'tenants' && second !== undefined)
    return { scope: { kind: 'tenant', id: second }, path: rest, query };
  return { scope: null, path: parts, query };
}

/** What cannot be decoded stands as it came: no view has such a name. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export type Query = Readonly<Record<string, string | undefined>>;

/** `?a=b` of what has a value; nothing where nothing has. */
export function queryText(query: Query): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}

/** Address of a view of a scope. */
export function hrefTo(scope: Scope, path: readonly string[], query: Query = {}): string {
  const root = scope.kind === 'sample' ? 'sample' : `tenants/${encodeURIComponent(scope.id)}`;
  return `${base}/${[root, ...path.map(encodeURIComponent)].join('/')}${queryText(query)}`;
}

/** Address of what a link of an answer leads to. Such a link is a path under /api, of the scope's own tenant. */
export function hrefOfLink(scope: Scope, link: string): string {
  const [path = '', query = ''] = link.replace(/^\/api/, '').split('?');
  const below = path.replace(/^\/(sample|tenants\/[^/]+)/, '').replace(/\/proof$/, '');
  const root = scope.kind === 'sample' ? 'sample' : `tenants/${encodeURIComponent(scope.id)}`;
  return `${base}/${root}${below}${query === '' ? '' : `?${query}`}`;
}
