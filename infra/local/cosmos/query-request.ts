import type { Container } from './containers.js';
import type { Sql } from './database.js';
import type { KeyValue } from './partition-key.js';
import { badRequest, CosmosProblem } from './problem.js';
import { runQuery } from './query.js';
import { header, type Answer, type Incoming } from './http.js';
import { CHARGES } from './request-charge.js';
import { needsMerge, planOf } from './query-plan.js';
import { routedKey } from './query-scope.js';
import { parseQuery, type Parameters, type Query } from './sql-parse.js';

const DEFAULT_PAGE = 100;

type Interval = { min: string; max: string };

/** A request of the SDK for a range that has since been split: it must read the ranges again. */
const rangeGone = (): CosmosProblem => new CosmosProblem(410, 'The partition key range is gone.', 1002);

/**
 * What the headers say about where to look and how much to return: `x-ms-max-item-count` (-1 leaves it to the
 * server), the physical range, and a part of it in effective keys. Throws 410 with substatus 1002 for a range that was split.
 */
export function readQueryRequest(
  incoming: Incoming,
  container: Container,
): { pageSize: number; interval: Interval | undefined } {
  const asked = Number(header(incoming, 'x-ms-max-item-count') ?? DEFAULT_PAGE);
  if (!Number.isInteger(asked) || asked < -1 || asked === 0)
    throw badRequest('x-ms-max-item-count must be -1 or a positive whole number.');
  const pageSize = asked === -1 ? DEFAULT_PAGE : asked;
  const id = header(incoming, 'x-ms-documentdb-partitionkeyrangeid');
  const start = header(incoming, 'x-ms-start-epk');
  const end = header(incoming, 'x-ms-end-epk');
  const part = start !== undefined && end !== undefined ? { min: start, max: end } : undefined;
  if (id === undefined) return { pageSize, interval: part };
  const range = container.ranges.find((r) => r.id === id);
  if (!range) throw rangeGone();
  const whole = { min: range.minInclusive, max: range.maxExclusive };
  if (!part) return { pageSize, interval: whole };
  const min = part.min > whole.min ? part.min : whole.min;
  return { pageSize, interval: { min, max: part.max < whole.max ? part.max : whole.max } };
}

const readQuery = (body: unknown): { text: string; parameters: Parameters } => {
  const spec = body as { query?: unknown; parameters?: unknown } | null; // as: read member by member
  if (typeof spec?.query !== 'string') throw badRequest('A query request has a query text.');
  const parameters = new Map<string, unknown>();
  for (const entry of Array.isArray(spec.parameters) ? spec.parameters : []) {
    const { name, value } = entry as { name?: unknown; value?: unknown }; // as: read member by member
    if (typeof name === 'string') parameters.set(name, value);
  }
  return { text: spec.query, parameters };
};

/** Answers one page of a query. A cross-partition one that needs merging is refused with its plan, as the gateway does. */
export function answerQuery(
  sql: Sql,
  container: Container,
  incoming: Incoming,
  key: readonly KeyValue[] | undefined,
  body: unknown,
): Answer {
  const { text, parameters } = readQuery(body);
  const { pageSize, interval } = readQueryRequest(incoming, container);
  if (!interval) refuseMerge(container, key, text, parseQuery(text, parameters));
  const page = runQuery(sql, container, {
    text,
    parameters,
    scope: { ...(key ? { key } : {}), ...(interval ? { interval } : {}) },
    pageSize,
    continuation: header(incoming, 'x-ms-continuation'),
  });
  const count = page.documents.length;
  return {
    status: 200,
    headers: {
      'x-ms-item-count': String(count),
      ...(page.continuation === undefined ? {} : { 'x-ms-continuation': page.continuation }),
    },
    body: `{"_rid":"${container.rid}","Documents":[${page.documents.join(',')}],"_count":${count}}`,
    charge: page.charge,
  };
}

const refuseMerge = (
  container: Container,
  key: readonly KeyValue[] | undefined,
  text: string,
  query: Query,
): void => {
  const levels = container.partitionKey.paths.length;
  const whole = (key ?? routedKey(container, query.where)).length === levels;
  if (whole || query.partial || !needsMerge(query)) return;
  throw new CosmosProblem(
    400,
    'The provided cross partition query can not be directly served by the gateway.',
    1004,
    { additionalErrorInfo: JSON.stringify(planOf(container, text, query)) },
  );
};

/** Answers the SDK's request for a query plan, which it makes beside every query over documents. */
export function answerPlan(container: Container, body: unknown): Answer {
  const { text, parameters } = readQuery(body);
  const plan = planOf(container, text, parseQuery(text, parameters));
  return { status: 200, headers: {}, body: JSON.stringify(plan), charge: CHARGES.control };
}
