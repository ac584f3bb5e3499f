import { pathSegments } from './partition-key.js';
import { badRequest, unsupported } from './problem.js';

type Path = { path: string };
type CompositePath = { path: string; order: 'ascending' | 'descending' };

/** The indexing policy of a container, with the service's defaults filled in. */
export type IndexingPolicy = {
  indexingMode: 'consistent' | 'none';
  automatic: boolean;
  includedPaths: Path[];
  excludedPaths: Path[];
  compositeIndexes?: CompositePath[][];
};

const paths = (value: unknown, fallback: Path[]): Path[] => {
  if (value === undefined) return fallback;
  if (!Array.isArray(value)) throw badRequest('Indexing paths must be a list.');
  return value.map((entry) => {
    const path = (entry as { path?: unknown } | null)?.path; // as: one member of unknown JSON, checked next
    if (typeof path !== 'string' || !path.startsWith('/') || !/\/[?*]$/.test(path))
      throw badRequest(`The indexing path '${String(path)}' must start with / and end with /? or /*.`);
    return { path };
  });
};

const composites = (value: unknown): CompositePath[][] | undefined => {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badRequest('compositeIndexes must be a list of lists.');
  return value.map((list: unknown) => {
    if (!Array.isArray(list) || list.length < 2)
      throw badRequest('A composite index has at least two paths.');
    return list.map((entry: unknown) => {
      const { path, order } = entry as { path: string; order?: string }; // as: members checked by use below
      if (typeof path !== 'string' || /[?*]$/.test(path))
        throw badRequest(`The composite index path '${String(path)}' must not end in a wildcard.`);
      return { path, order: order === 'descending' ? 'descending' : 'ascending' };
    });
  });
};

/**
 * Reads an indexing policy as a container's definition gives it.
 * Source: "Indexing policies in Azure Cosmos DB". Spatial and vector indexes are refused by name.
 */
export function readIndexingPolicy(value: unknown): IndexingPolicy {
  const policy = (value ?? {}) as Record<string, unknown>; // as: a JSON object, read member by member
  for (const name of ['spatialIndexes', 'vectorIndexes', 'fullTextIndexes'])
    if (Array.isArray(policy[name]) && policy[name].length > 0) throw unsupported(name);
  const given = policy['indexingMode'] ?? 'consistent';
  const mode = typeof given === 'string' ? given.toLowerCase() : '';
  if (mode !== 'consistent' && mode !== 'none') throw unsupported(`indexing mode '${mode}'`);
  const compositeIndexes = composites(policy['compositeIndexes']);
  return {
    indexingMode: mode,
    automatic: policy['automatic'] !== false,
    includedPaths: paths(policy['includedPaths'], mode === 'none' ? [] : [{ path: '/*' }]),
    excludedPaths: paths(policy['excludedPaths'], mode === 'none' ? [] : [{ path: '/"_etag"/?' }]),
    ...(compositeIndexes === undefined ? {} : { compositeIndexes }),
  };
}

type Pattern = { segments: string[]; exact: boolean; included: boolean };

const pattern = (path: string, included: boolean): Pattern => {
  const segments = pathSegments(path);
  return { segments: segments.slice(0, -1), exact: segments.at(-1) === '?', included };
};

const matches = (p: Pattern, segments: readonly string[]): boolean =>
  (p.exact ? p.segments.length === segments.length : p.segments.length <= segments.length) &&
  p.segments.every((s, i) => s === segments[i]);

const compiled = new WeakMap<IndexingPolicy, { patterns: Pattern[]; known: Map<string, boolean> }>();

/**
 * Whether a property is indexed. Of the matching paths the most precise decides: the longer one, and `/?`
 * before `/*`; an included path wins a tie. Elements of a list have the segment `[]`.
 */
export function isIndexed(policy: IndexingPolicy, segments: readonly string[]): boolean {
  let state = compiled.get(policy);
  if (!state) {
    const patterns = [
      ...policy.includedPaths.map((p) => pattern(p.path, true)),
      ...policy.excludedPaths.map((p) => pattern(p.path, false)),
    ].sort((a, b) => b.segments.length - a.segments.length || Number(b.exact) - Number(a.exact));
    state = { patterns, known: new Map() };
    compiled.set(policy, state);
  }
  const name = segments.join('\u0000');
  const kept = state.known.get(name);
  if (kept !== undefined) return kept;
  // The service indexes these two whatever the policy says, unless indexing is off.
  const system = segments.length === 1 && (segments[0] === 'id' || segments[0] === '_ts');
  const answer =
    policy.indexingMode === 'consistent' &&
    (system || (state.patterns.find((p) => matches(p, segments))?.included ?? false));
  if (state.known.size < 10_000) state.known.set(name, answer);
  return answer;
}

/** Whether a composite index holds the property; such a path needs no index of its own to serve a query. */
export const inComposite = (policy: IndexingPolicy, segments: readonly string[]): boolean =>
  (policy.compositeIndexes ?? []).some((index) =>
    index.some((entry) => pathSegments(entry.path).join('\u0000') === segments.join('\u0000')),
  );

/** A sort key of a query: a path and whether it descends. */
export type SortPath = { segments: readonly string[]; descending: boolean };

/** Whether a composite index has exactly these paths in this sequence, in these directions or all reversed. */
export function hasComposite(policy: IndexingPolicy, sort: readonly SortPath[]): boolean {
  return (policy.compositeIndexes ?? []).some((index) => {
    if (index.length !== sort.length) return false;
    const flips = index.map((entry, i) => {
      const wanted = sort[i];
      if (pathSegments(entry.path).join('\u0000') !== wanted?.segments.join('\u0000')) return undefined;
      return (entry.order === 'descending') !== wanted.descending;
    });
    return flips.every((f) => f === false) || flips.every((f) => f === true);
  });
}
