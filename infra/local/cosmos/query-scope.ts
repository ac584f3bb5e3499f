import type { Container } from './containers.js';
import type { Sql } from './database.js';
import { createHash } from 'node:crypto';
import { inComposite, isIndexed } from './indexing-policy.js';
import { keyText, pathSegments, type KeyValue } from './partition-key.js';
import type { Condition, Path, Query } from './sql-parse.js';
import { pathsIn, rankOf, valueOf, type Piece } from './sql-translate.js';

/** Where a query looks: one logical partition, a prefix of levels, an interval of effective keys, or all. */
export type Scope = { key?: readonly KeyValue[]; interval?: { min: string; max: string } };

const MOST_INDEXES = 24;

/** A short name for a text, for index names and tokens. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The constants that a query's top-level conjunction pins paths to. */
const pinned = (where: Condition | undefined): Map<string, { path: Path; value: unknown }> => {
  const found = new Map<string, { path: Path; value: unknown }>();
  for (const part of where?.kind === 'and' ? where.parts : where ? [where] : []) {
    if (part.kind !== 'compare' || part.operator !== '=') continue;
    const [path, value] =
      part.left.kind === 'path'
        ? [part.left, part.right]
        : part.right.kind === 'path'
          ? [part.right, part.left]
          : [];
    if (path && value?.kind === 'value')
      found.set(path.path.join('\u0000'), { path: path.path, value: value.value });
  }
  return found;
};

/**
 * What the filter makes the same for every result, and so no matter to their order: the values of these paths, or their
 * types only. SQLite sees this of columns, not of the expressions that stand for paths: left in an ORDER BY they would
 * make it sort all there is instead of reading an index.
 */
export type Settled = { values: ReadonlySet<string>; types: ReadonlySet<string> };

export const settledBy = (container: Container, query: Query, column: Placed['column']): Settled => {
  const { where } = query;
  const keys = column === 'pk' ? container.partitionKey.paths.map((p) => pathSegments(p).join('\u0000')) : [];
  const types = new Set<string>();
  for (const part of where?.kind === 'and' ? where.parts : where ? [where] : []) {
    if (part.kind !== 'compare' || part.operator === '!=') continue;
    for (const [side, other] of [
      [part.left, part.right],
      [part.right, part.left],
    ] as const)
      if (side.kind === 'path' && other.kind === 'value') types.add(side.path.join('\u0000'));
  }
  return { values: new Set([...keys, ...pinned(where).keys()]), types };
};

const isKeyValue = (value: unknown): value is KeyValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** The partition key, or a prefix of it, that the filter itself pins down. */
export const routedKey = (container: Container, where: Condition | undefined): KeyValue[] => {
  const pins = pinned(where);
  const key: KeyValue[] = [];
  for (const path of container.partitionKey.paths) {
    const pin = pins.get(pathSegments(path).join('\u0000'));
    if (!pin || !isKeyValue(pin.value)) break;
    key.push(pin.value);
  }
  return key;
};

export type Placed = { column: 'pk' | 'k1' | undefined; pieces: Piece[] };

/** The logical partitions that a query reads, as conditions on the key columns. */
export const place = (container: Container, scope: Scope, where: Condition | undefined): Placed => {
  const pieces: Piece[] = [];
  const key = scope.key ?? routedKey(container, where);
  const full = key.length === container.partitionKey.paths.length;
  if (full) pieces.push({ text: 'pk = ?', values: [keyText(key)] });
  else if (key.length > 0) {
    pieces.push({ text: 'k1 = ?', values: [keyText(key.slice(0, 1))] });
    const start = keyText(key).slice(0, -1);
    if (key.length > 1) pieces.push({ text: '(pk >= ? AND pk < ?)', values: [`${start},`, `${start}-`] });
  }
  if (scope.interval) {
    const { min, max } = scope.interval;
    pieces.push({ text: '(epk >= ? AND epk < ?)', values: [min, max] });
  }
  return { column: full ? 'pk' : key.length > 0 ? 'k1' : undefined, pieces };
};

const indexedPath = (container: Container, path: Path, list = false): boolean => {
  const segments = [...path.map((s) => (typeof s === 'number' ? '[]' : s)), ...(list ? ['[]'] : [])];
  return isIndexed(container.indexing, segments) || inComposite(container.indexing, segments);
};

/** Makes the SQLite index that serves this query, if the container's policy indexes its paths. */
export const ensureIndex = (
  sql: Sql,
  container: Container,
  query: Query,
  column: Placed['column'],
  settled: Settled,
): void => {
  const columns: string[] = column ? [column] : [];
  const used = new Set<string>();
  const add = (path: Path, descending = false): void => {
    const name = path.join('\u0000');
    if (used.has(name) || path.length === 0 || !indexedPath(container, path)) return;
    used.add(name);
    const order = descending ? ' DESC' : '';
    columns.push(`${rankOf(path)}${order}`, `${valueOf(path)}${order}`);
  };
  const keys = new Set(container.partitionKey.paths.map((p) => pathSegments(p).join('\u0000')));
  const pins = [...pinned(query.where)]
    .filter(([name]) => !keys.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, pin] of pins.slice(0, 3)) add(pin.path);
  if (query.orderBy.length > 0) {
    const flip = query.orderBy[0]?.descending ?? false;
    for (const sort of query.orderBy)
      if (!settled.values.has(sort.path.join('\u0000'))) add(sort.path, sort.descending !== flip);
  } else {
    const range = query.where
      ? pathsIn(query.where).find((p) => !p.list && !keys.has(p.path.join('\u0000')))
      : undefined;
    if (range) add(range.path);
  }
  if (used.size === 0) return;
  const name = `docs_${container.n}_q${digest(columns.join(','))}`;
  const existing = sql.all(`SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?`, [
    `docs_${container.n}`,
  ]);
  if (existing.length < MOST_INDEXES && !existing.some((row) => row['name'] === name))
    sql.exec(`CREATE INDEX ${name} ON docs_${container.n} (${columns.join(', ')})`);
};

/** Whether the policy leaves out a path that the query filters or sorts by, so that it reads every document. */
export const isScan = (container: Container, query: Query): boolean => {
  const keys = new Set(container.partitionKey.paths.map((p) => pathSegments(p).join('\u0000')));
  return [
    ...(query.where ? pathsIn(query.where) : []),
    ...query.orderBy.map((s) => ({ path: s.path, list: false })),
  ].some((p) => !keys.has(p.path.join('\u0000')) && !indexedPath(container, p.path, p.list));
};
