// Route templates of HTTP triggers, as ASP.NET Core routing reads them and the real host was recorded to match them.

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean; constraint?: RegExp }
  | { kind: 'rest'; name: string };

export type Route = {
  name: string;
  template: string;
  methods: readonly string[];
  segments: readonly Segment[];
};

export type Match = { name: string; params: Record<string, string> };

const constraints: Readonly<Record<string, RegExp>> = {
  int: /^[+-]?\d{1,10}$/,
  long: /^[+-]?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

/**
 * Reads one template. Throws, naming the part, on what this host does not match as the real one would:
 * several parameters in one segment, default values, other constraints, and the host's own paths.
 */
export function parseRoute(name: string, template: string, methods: readonly string[]): Route {
  const trimmed = template.replace(/^\/|\/$/g, '');
  if (/^(admin|runtime)(\/|$)/i.test(trimmed)) {
    throw new Error(`The specified route conflicts with one or more built in routes: '${template}'.`);
  }
  const segments = trimmed === '' ? [] : trimmed.split('/').map((text) => parseSegment(text, template));
  const rest = segments.findIndex((segment) => segment.kind === 'rest');
  if (rest >= 0 && rest < segments.length - 1) {
    throw new Error(`A catch-all parameter can only be the last segment of a route: '${template}'.`);
  }
  return {
    name,
    template: trimmed.toLowerCase(),
    methods: methods.map((method) => method.toUpperCase()),
    segments,
  };
}

function parseSegment(text: string, template: string): Segment {
  if (!/[{}]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const rest = /^\{\*\*?(\w+)\}$/.exec(text);
  if (rest?.[1] !== undefined) return { kind: 'rest', name: rest[1] };
  const parameter = /^\{(\w+)(?::(\w+))?(\?)?\}$/.exec(text);
  if (parameter?.[1] === undefined) {
    throw new Error(`The route segment '${text}' of '${template}' is not supported by the local host.`);
  }
  const segment = { kind: 'parameter' as const, name: parameter[1], optional: parameter[3] === '?' };
  if (parameter[2] === undefined) return segment;
  const constraint = constraints[parameter[2]];
  if (!constraint) {
    throw new Error(
      `The route constraint '${parameter[2]}' of '${template}' is not supported by the local host.`,
    );
  }
  return { ...segment, constraint };
}

/** The first route that keeps a method of `route` under the same template. */
export function conflictOf(route: Route, routes: readonly Route[]): Route | undefined {
  return routes.find(
    (other) =>
      other.template === route.template && other.methods.some((method) => route.methods.includes(method)),
  );
}

/** Literals before constrained parameters before parameters before catch-alls, segment by segment. */
export function byPrecedence(a: Route, b: Route): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: Segment | undefined): number {
  if (!segment) return 0;
  if (segment.kind === 'literal') return 1;
  if (segment.kind === 'rest') return 4;
  return segment.constraint ? 2 : 3;
}

/**
 * Finds the function for a method and a raw (still percent-encoded) path below the prefix, in the routes' order.
 * A path that only other methods know is no match: the real host answers 404, never 405.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  const given = parts.length === 1 && parts[0] === '' ? [] : parts;
  for (const route of routes) {
    if (!route.methods.includes(method)) continue;
    const params = matchSegments(route.segments, given);
    if (params) return { name: route.name, params };
  }
  return undefined;
}

function matchSegments(
  segments: readonly Segment[],
  given: readonly string[],
): Record<string, string> | undefined {
  const params: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest') {
      const rest = given.slice(index).map(decodeSegment).join('/');
      if (rest !== '') params.push([segment.name, rest]);
      return Object.fromEntries(params);
    }
    const text = given[index];
    if (text === undefined && segment.kind === 'parameter' && segment.optional) continue;
    if (text === undefined || text === '') return undefined;
    const decoded = decodeSegment(text);
    if (segment.kind === 'literal') {
      if (decoded.toLowerCase() !== segment.text) return undefined;
    } else {
      if (segment.constraint && !segment.constraint.test(decoded)) return undefined;
      params.push([segment.name, decoded]);
    }
  }
  return given.length > segments.length ? undefined : Object.fromEntries(params);
}

/** Decodes a path segment as Kestrel does: an encoded slash and what is not UTF-8 stay as they were sent. */
export function decodeSegment(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun);
}

function decodeRun(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  let decoded = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    const text = utf8(bytes.subarray(at, at + length));
    const keep = text === undefined || text === '/';
    decoded += keep ? run.slice(at * 3, at * 3 + 3) : text;
    at += keep ? 1 : length;
  }
  return decoded;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
