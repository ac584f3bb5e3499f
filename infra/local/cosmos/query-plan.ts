import type { Container } from './containers.js';
import { effectiveKey } from './partition-key.js';
import { routedKey } from './query-scope.js';
import { PARTIAL, type Path, type Query } from './sql-parse.js';

/** Whether results from several physical ranges must be merged by the client: order, limits and aggregates. */
export const needsMerge = (query: Query): boolean =>
  query.orderBy.length > 0 ||
  query.top !== undefined ||
  query.offset !== undefined ||
  query.selection.kind === 'count';

const expression = (query: Query, path: Path): string =>
  `${query.alias}${path.map((step) => `[${JSON.stringify(step)}]`).join('')}`;

type Range = { min: string; max: string; isMinInclusive: boolean; isMaxInclusive: boolean };

/** The interval of effective keys that the filter leaves: all, or those of the key or prefix it pins down. */
const rangeOf = (container: Container, query: Query): Range => {
  const key = routedKey(container, query.where);
  const epk = effectiveKey(key);
  const [min, max] = key.length === 0 ? ['', 'FF'] : [epk, `${epk}FF`];
  return { min, max, isMinInclusive: true, isMaxInclusive: false };
};

/**
 * The plan by which the SDK sends a query to each physical range and merges the answers: the shape that
 * `@azure/cosmos` reads, with our own form of the rewritten query (see PARTIAL).
 */
export function planOf(container: Container, text: string, query: Query): Record<string, unknown> {
  const count = query.selection.kind === 'count';
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: 'None',
      top: query.top ?? null,
      offset: query.offset ?? null,
      limit: query.limit ?? null,
      orderBy: query.orderBy.map((s) => (s.descending ? 'Descending' : 'Ascending')),
      orderByExpressions: query.orderBy.map((s) => expression(query, s.path)),
      groupByExpressions: [],
      groupByAliases: [],
      aggregates: count ? ['Count'] : [],
      groupByAliasToAggregateType: {},
      rewrittenQuery: needsMerge(query)
        ? `${text} ${PARTIAL} ({documentdb-formattableorderbyquery-filter})`
        : '',
      hasSelectValue: count || query.selection.kind === 'value',
      hasNonStreamingOrderBy: false,
    },
    queryRanges: [rangeOf(container, query)],
  };
}
