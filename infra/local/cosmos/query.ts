import { createHash } from 'node:crypto';
import type { Container } from './containers.js';
import type { Row, Sql, SqlValue } from './database.js';
import { nowSeconds } from './documents.js';
import { hasComposite, isIndexed } from './indexing-policy.js';
import { keyText, pathSegments, type KeyValue } from './partition-key.js';
import { badRequest } from './problem.js';
import { queryCharge } from './request-charge.js';
import { parseQuery, type Condition, type Parameters, type Path, type Query } from './sql-parse.js';
import { join, pathsIn, rankOf, translate, valueOf, type Piece } from './sql-translate.js';

/** Where a query looks: one logical partition, a prefix of levels, an interval of effective keys, or all. */
export type Scope = { key?: readonly KeyValue[]; interval?: { min: string; max: string } };

export type QueryRequest = {
  text: string;
  parameters: Parameters;
  scope: Scope;
  pageSize: number;
  continuation: string | undefined;
};

/** A page: each document as JSON text, and the token of the next page if there is one. */
export type Page = { documents: string[]; continuation?: string; charge: number };

/** Where the next page starts: behind these sort values and this document, with what OFFSET and LIMIT leave. */
type Token = { query: string; after: SqlValue[]; left: number | null };

/** The most bytes of documents in one page, as in the service. */
export const PAGE_BYTES = 4 * 1024 * 1024;
const MOST_INDEXES = 24;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const readToken = (continuation: string, query: string): Token => {
  try {
    const token = JSON.parse(Buffer.from(continuation, 'base64url').toString()) as Token; // as: we wrote it; the digest tells
    if (token.query === query && Array.isArray(token.after)) return token;
  } catch {
    // Falls through to the refusal below.
  }
  throw badRequest('Invalid Continuation Token: it belongs to another query.');
};

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

const isKeyValue = (value: unknown): value is KeyValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** The partition key, or a prefix of it, that the filter itself pins down. */
const routedKey = (container: Container, where: Condition | undefined): KeyValue[] => {
  const pins = pinned(where);
  const key: KeyValue[] = [];
  for (const path of container.partitionKey.paths) {
    const pin = pins.get(pathSegments(path).join('\u0000'));
    if (!pin || !isKeyValue(pin.value)) break;
    key.push(pin.value);
  }
  return key;
};

type Placed = { column: 'pk' | 'k1' | undefined; pieces: Piece[] };

const place = (container: Container, scope: Scope, where: Condition | undefined): Placed => {
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

const indexedPath = (container: Container, path: Path, list = false): boolean =>
  isIndexed(container.indexing, [
    ...path.map((s) => (typeof s === 'number' ? '[]' : s)),
    ...(list ? ['[]'] : []),
  ]);

/** Makes the SQLite index that serves this query, if the container's policy indexes its paths. */
const ensureIndex = (sql: Sql, container: Container, query: Query, column: Placed['column']): void => {
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
    for (const sort of query.orderBy) add(sort.path, sort.descending !== flip);
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

const keyset = (query: Query, after: readonly SqlValue[]): Piece => {
  const keys = query.orderBy.flatMap((sort) => [
    { text: rankOf(sort.path), descending: sort.descending },
    { text: valueOf(sort.path), descending: sort.descending },
  ]);
  keys.push({ text: 'seq', descending: query.orderBy[0]?.descending ?? false });
  const cases = keys.map((key, i) =>
    join('AND', [
      ...keys.slice(0, i).map((k, j): Piece => ({ text: `${k.text} IS ?`, values: [after[j] ?? null] })),
      { text: `${key.text} ${key.descending ? '<' : '>'} ?`, values: [after[i] ?? null] },
    ]),
  );
  return join('OR', cases);
};

const columnsOf = (query: Query): string[] => {
  const { selection } = query;
  const path = (p: Path): string => `body -> ${valueOf(p).slice('json_extract(body,'.length, -1)}`;
  const output =
    selection.kind === 'value'
      ? [`${path(selection.path)} AS v0`]
      : selection.kind === 'object'
        ? selection.members.map((m, i) => `${path(m.path)} AS v${i}`)
        : ['body AS v0'];
  return [
    ...output,
    ...query.orderBy.flatMap((s, i) => [`${rankOf(s.path)} AS r${i}`, `${valueOf(s.path)} AS o${i}`]),
    'seq',
  ];
};

/** The JSON text of a result, or undefined where the selected value is absent and so not a result. */
const outputOf = (query: Query, row: Row): string | undefined => {
  const { selection } = query;
  if (selection.kind !== 'object') return row['v0'] === null ? undefined : String(row['v0']);
  const members = selection.members.flatMap((m, i) => {
    const value = row[`v${i}`];
    return value === null || value === undefined ? [] : [`${JSON.stringify(m.name)}:${value}`];
  });
  return `{${members.join(',')}}`;
};

const checkOrder = (container: Container, query: Query): void => {
  if (query.orderBy.length < 2) return;
  const sort = query.orderBy.map((s) => ({ segments: s.path.map(String), descending: s.descending }));
  if (!hasComposite(container.indexing, sort))
    throw badRequest(
      'The order by query does not have a corresponding composite index that it can be served from.',
    );
};

const isScan = (container: Container, query: Query): boolean => {
  const keys = new Set(container.partitionKey.paths.map((p) => pathSegments(p).join('\u0000')));
  return [
    ...(query.where ? pathsIn(query.where) : []),
    ...query.orderBy.map((s) => ({ path: s.path, list: false })),
  ].some((p) => !keys.has(p.path.join('\u0000')) && !indexedPath(container, p.path, p.list));
};

/** Runs one page of a query. Throws 400 for what the translated part of the language does not cover. */
export function runQuery(sql: Sql, container: Container, request: QueryRequest): Page {
  const query = parseQuery(request.text, request.parameters);
  checkOrder(container, query);
  const id = digest(JSON.stringify([request.text, [...request.parameters], request.scope]));
  const token = request.continuation === undefined ? undefined : readToken(request.continuation, id);
  const placed = place(container, request.scope, query.where);
  const table = `docs_${container.n}`;
  const filter = [...placed.pieces];
  if (container.defaultTtl !== undefined)
    filter.push({ text: '(expires IS NULL OR expires > ?)', values: [nowSeconds()] });
  const inScope = join('AND', filter);
  const scanned = isScan(container, query)
    ? Number(sql.one(`SELECT count(*) AS n FROM ${table} WHERE ${inScope.text}`, inScope.values)?.['n'])
    : 0;
  ensureIndex(sql, container, query, placed.column);
  if (query.where) filter.push(translate(query.where));
  if (query.selection.kind === 'count') {
    const all = join('AND', filter);
    const n = Number(sql.one(`SELECT count(*) AS n FROM ${table} WHERE ${all.text}`, all.values)?.['n']);
    return { documents: [String(n)], charge: queryCharge(1, 8, scanned) };
  }
  if (token) filter.push(keyset(query, token.after));
  const first = query.orderBy[0]?.descending ? 'DESC' : 'ASC';
  const order = [
    ...query.orderBy.flatMap((s) => {
      const way = s.descending ? 'DESC' : 'ASC';
      return [`${rankOf(s.path)} ${way}`, `${valueOf(s.path)} ${way}`];
    }),
    `seq ${first}`,
  ];
  const left = token ? token.left : (query.top ?? query.limit ?? null);
  const take = Math.min(request.pageSize, left ?? Infinity);
  const where = join('AND', filter);
  const rows = sql.all(
    `SELECT ${columnsOf(query).join(', ')} FROM ${table} WHERE ${where.text} ORDER BY ${order.join(', ')} LIMIT ? OFFSET ?`,
    [...where.values, take + 1, token ? 0 : (query.offset ?? 0)],
  );
  return pageOf(query, rows, { id, take, left, scanned });
}

const pageOf = (
  query: Query,
  rows: readonly Row[],
  { id, take, left, scanned }: { id: string; take: number; left: number | null; scanned: number },
): Page => {
  const documents: string[] = [];
  let bytes = 0;
  let used = 0;
  for (const row of rows.slice(0, take)) {
    const text = outputOf(query, row);
    const size = text === undefined ? 0 : Buffer.byteLength(text);
    if (used > 0 && bytes + size > PAGE_BYTES) break;
    if (text !== undefined) documents.push(text);
    bytes += size;
    used += 1;
  }
  const charge = queryCharge(documents.length, bytes, scanned);
  const last = rows[used - 1];
  const remaining = left === null ? null : left - used;
  if (!last || rows.length <= used || remaining === 0) return { documents, charge };
  const after = [
    ...query.orderBy.flatMap((_, i) => [last[`r${i}`] ?? null, last[`o${i}`] ?? null]),
    last['seq'] ?? null,
  ];
  const token: Token = { query: id, after, left: remaining };
  return { documents, charge, continuation: Buffer.from(JSON.stringify(token)).toString('base64url') };
};
