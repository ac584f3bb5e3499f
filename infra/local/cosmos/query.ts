import { documentRid, type Container } from './containers.js';
import type { Row, Sql, SqlValue } from './database.js';
import { nowSeconds } from './documents.js';
import { hasComposite } from './indexing-policy.js';
import { badRequest } from './problem.js';
import { digest, ensureIndex, isScan, place, settledBy, type Scope, type Settled } from './query-scope.js';
import { queryCharge } from './request-charge.js';
import { parseQuery, type Condition, type Parameters, type Path, type Query } from './sql-parse.js';
import { isId, join, rankOf, translate, valueOf, type Piece } from './sql-translate.js';

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

const readToken = (continuation: string, query: string): Token => {
  try {
    const token = JSON.parse(Buffer.from(continuation, 'base64url').toString()) as Token; // as: we wrote it; the digest tells
    if (token.query === query && Array.isArray(token.after)) return token;
  } catch {
    // Falls through to the refusal below.
  }
  throw badRequest('Invalid Continuation Token: it belongs to another query.');
};

/** Documents equal in all sort keys come in the order of their `_rid`, reversed if any key descends: the SDK assumes so. */
const tiesDescend = (query: Query): boolean => query.orderBy.some((sort) => sort.descending);

const keyset = (query: Query, after: readonly SqlValue[]): Piece => {
  const keys = query.orderBy.flatMap((sort) => [
    { text: rankOf(sort.path), descending: sort.descending },
    { text: valueOf(sort.path), descending: sort.descending },
  ]);
  keys.push({ text: 'seq', descending: tiesDescend(query) });
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

/** What the SDK's merge reads of an ordered result: the document's `_rid`, its sort values and the result itself. */
const wrap = (query: Query, row: Row, rid: string, output: string): string => {
  const items = query.orderBy.map((_, i) => {
    const [rank, value] = [row[`r${i}`], row[`o${i}`] ?? null];
    if (rank === 0) return '{}';
    return `{"item":${rank === 2 ? String(value === 1) : JSON.stringify(value)}}`;
  });
  return `{"_rid":${JSON.stringify(rid)},"orderByItems":[${items.join(',')}],"payload":${output}}`;
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

/** How many results all pages together may give; for a range's part of a merge OFFSET is left to the SDK. */
const bound = (query: Query): number | null => {
  const limit =
    query.limit === undefined ? undefined : query.limit + (query.partial ? (query.offset ?? 0) : 0);
  return query.top ?? limit ?? null;
};

/** Whether the filter asks for documents by their ids, whatever else it asks. */
const namesIds = (where: Condition | undefined): boolean =>
  (where?.kind === 'and' ? where.parts : where ? [where] : []).some(
    (part) => part.kind === 'in' && part.operand.kind === 'path' && isId(part.operand.path),
  );

const orderOf = (query: Query, { values, types }: Settled): string => {
  const keys = query.orderBy.flatMap((s) => {
    const way = s.descending ? 'DESC' : 'ASC';
    const name = s.path.join('\u0000');
    if (values.has(name)) return [];
    return [...(types.has(name) ? [] : [`${rankOf(s.path)} ${way}`]), `${valueOf(s.path)} ${way}`];
  });
  // A few documents named by id are found by id and then sorted; SQLite would rather read all in the order of `seq`.
  const last = namesIds(query.where) ? '+seq' : 'seq';
  return [...keys, `${last} ${tiesDescend(query) ? 'DESC' : 'ASC'}`].join(', ');
};

/** Runs one page of a query. Throws 400 for what the translated part of the language does not cover. */
export function runQuery(sql: Sql, container: Container, request: QueryRequest): Page {
  const query = parseQuery(request.text, request.parameters);
  checkOrder(container, query);
  const id = digest(JSON.stringify([request.text, [...request.parameters], request.scope]));
  const token = request.continuation === undefined ? undefined : readToken(request.continuation, id);
  const table = `docs_${container.n}`;
  const count = (where: Piece): number =>
    Number(sql.one(`SELECT count(*) AS n FROM ${table} WHERE ${where.text}`, where.values)?.['n']);
  const placed = place(container, request.scope, query.where);
  const filter = [...placed.pieces];
  if (container.defaultTtl !== undefined)
    filter.push({ text: '(expires IS NULL OR expires > ?)', values: [nowSeconds()] });
  const scanned = isScan(container, query) ? count(join('AND', filter)) : 0;
  const settled = settledBy(container, query, placed.column);
  ensureIndex(sql, container, query, placed.column, settled);
  if (query.where) filter.push(translate(query.where));
  if (query.selection.kind === 'count') {
    const n = count(join('AND', filter));
    return { documents: [query.partial ? `[{"item":${n}}]` : String(n)], charge: queryCharge(1, 8, scanned) };
  }
  if (token) filter.push(keyset(query, token.after));
  const left = token ? token.left : bound(query);
  const take = Math.min(request.pageSize, left ?? Infinity);
  const where = join('AND', filter);
  const rows = sql.all(
    `SELECT ${columnsOf(query).join(', ')} FROM ${table} WHERE ${where.text} ORDER BY ${orderOf(query, settled)} LIMIT ? OFFSET ?`,
    [...where.values, take + 1, token || query.partial ? 0 : (query.offset ?? 0)],
  );
  return pageOf(query, rows, { id, take, left, scanned, containerRid: container.rid });
}

type PageState = { id: string; take: number; left: number | null; scanned: number; containerRid: string };

const pageOf = (query: Query, rows: readonly Row[], state: PageState): Page => {
  const documents: string[] = [];
  let bytes = 0;
  let used = 0;
  for (const row of rows.slice(0, state.take)) {
    const output = outputOf(query, row);
    const size = output === undefined ? 0 : Buffer.byteLength(output);
    if (used > 0 && bytes + size > PAGE_BYTES) break;
    const wrapped = query.partial && query.orderBy.length > 0;
    if (output !== undefined)
      documents.push(
        wrapped ? wrap(query, row, documentRid(state.containerRid, Number(row['seq'])), output) : output,
      );
    bytes += size;
    used += 1;
  }
  const charge = queryCharge(documents.length, bytes, state.scanned);
  const last = rows[used - 1];
  const remaining = state.left === null ? null : state.left - used;
  if (!last || rows.length <= used || remaining === 0) return { documents, charge };
  const after = [
    ...query.orderBy.flatMap((_, i) => [last[`r${i}`] ?? null, last[`o${i}`] ?? null]),
    last['seq'] ?? null,
  ];
  const token: Token = { query: state.id, after, left: remaining };
  return { documents, charge, continuation: Buffer.from(JSON.stringify(token)).toString('base64url') };
};
