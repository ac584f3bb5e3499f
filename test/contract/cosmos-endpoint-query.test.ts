import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Container, FeedOptions, JSONValue } from '@azure/cosmos';
import { messageOf, openEndpoint, statusOf, type Endpoint } from './cosmos-endpoint.js';

let endpoint: Endpoint;
let items: Container;

const DOCUMENTS = [
  { id: 'a', n: 1, text: 'apple', tags: ['red', 'sweet'], on: true, deep: { 'b-c': 'x', list: [{ k: 7 }] } },
  { id: 'b', n: 2, text: 'banana', tags: ['yellow', 5], on: false, none: null },
  { id: 'c', n: 10, text: 'cherry', tags: [], deep: { 'b-c': 'y' } },
  { id: 'd', n: '2', text: 'Apple', odd: "it's" },
  { id: 'e', text: 'ärger', n: 2.5, only: 1 },
];

beforeAll(async () => {
  endpoint = await openEndpoint();
  items = await endpoint.container({
    indexingPolicy: {
      includedPaths: [{ path: '/*' }],
      excludedPaths: [{ path: '/unindexed/*' }],
      compositeIndexes: [
        [
          { path: '/group', order: 'ascending' },
          { path: '/rank', order: 'descending' },
        ],
      ],
    },
  });
  for (const document of DOCUMENTS) await items.items.create({ tenantId: 't1', ...document });
  await items.items.create({ id: 'a', tenantId: 't2', n: 1, text: 'apple' });
  for (let i = 0; i < 25; i += 1)
    await items.items.create({
      id: `p${i}`,
      tenantId: `many-${i % 6}`,
      group: i % 3,
      rank: i,
      kind: 'paged',
    });
});
afterAll(() => endpoint.close());

const run = async (query: string, values: Record<string, JSONValue> = {}, options: FeedOptions = {}) => {
  const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
  const spec = { query, parameters };
  return (await items.items.query<unknown>(spec, { partitionKey: 't1', ...options }).fetchAll()).resources;
};
const ids = async (where: string, values?: Record<string, JSONValue>) =>
  (await run(`SELECT VALUE c.id FROM c WHERE ${where}`, values)).sort();
const across = (query: string) => run(query, {}, { partitionKey: undefined as never });

describe('partition isolation of queries', () => {
  test('a query with a partition key returns that partition only', async () => {
    expect(await run('SELECT VALUE c.tenantId FROM c')).toEqual(['t1', 't1', 't1', 't1', 't1']);
  });

  test('a query with a partition key whose filter names another tenant returns nothing', async () => {
    expect(await ids('c.tenantId = @other', { '@other': 't2' })).toEqual([]);
    expect(await ids("c.tenantId = 't2' OR c.id = 'a'")).toEqual(['a']);
  });
});

describe('filters', () => {
  test.each([
    ['c.n = 2', ['b']],
    ['c.n = "2"', ['d']],
    ['c.n > 2', ['c', 'e']],
    ['c.n >= 2 AND c.n < 10', ['b', 'e']],
    ['c.n != 2', ['a', 'c', 'd', 'e']],
    ["c.text > 'banana'", ['c', 'e']],
    ["c.text < 'a'", ['d']],
    ['c.on', ['a']],
    ['NOT c.on', ['b']],
    ['c.on = false', ['b']],
    ["c.id IN ('a', 'c', 'zz')", ['a', 'c']],
    ["c.id NOT IN ('a', 'c')", ['b', 'd', 'e']],
    ['c.n BETWEEN 1 AND 2', ['a', 'b']],
    ["ARRAY_CONTAINS(c.tags, 'red')", ['a']],
    ['ARRAY_CONTAINS(c.tags, 5)', ['b']],
    ["STARTSWITH(c.text, 'app')", ['a']],
    ["CONTAINS(c.text, 'an')", ['b']],
    ['IS_DEFINED(c.none)', ['b']],
    ['IS_NULL(c.none)', ['b']],
    ['NOT IS_DEFINED(c.tags)', ['d', 'e']],
    ['c.deep["b-c"] = "x"', ['a']],
    ['c.deep.list[0].k = 7', ['a']],
    ["c.odd = 'it\\'s'", ['d']],
    ["(c.n = 1 OR c.n = 10) AND NOT c.text = 'apple'", ['c']],
  ])('WHERE %s', async (where, expected) => {
    expect(await ids(where)).toEqual(expected);
  });

  test('a comparison with an absent property is never true, negated or not', async () => {
    expect(await ids('c.only = 2')).toEqual([]);
    expect(await ids('c.only != 2')).toEqual(['e']);
    expect(await ids('NOT (c.only = 2)')).toEqual(['e']);
    expect(await ids('c.absent = c.absent')).toEqual([]);
    expect(await ids('NOT (c.only > 5)')).toEqual(['e']);
  });

  test('an ordering comparison between different types is never true', async () => {
    expect(await ids("c.n > 'a'")).toEqual([]);
    expect(await ids("c.n < '3'")).toEqual(['d']);
    expect(await ids('c.none < 5')).toEqual([]);
  });

  test('parameters carry values of every type, and a list for ARRAY_CONTAINS', async () => {
    expect(await ids('c.text = @t AND c.n = @n', { '@t': 'apple', '@n': 1 })).toEqual(['a']);
    expect(await ids('ARRAY_CONTAINS(@list, c.id)', { '@list': ['a', 'e'] })).toEqual(['a', 'e']);
    expect(await ids('c.text = @t', { '@t': "' OR true --" })).toEqual([]);
  });
});

describe('selections and order', () => {
  test('SELECT with names leaves out what is absent', async () => {
    expect(await run("SELECT c.id, c.deep['b-c'] AS letter FROM c WHERE c.n < 3 ORDER BY c.id")).toEqual([
      { id: 'a', letter: 'x' },
      { id: 'b' },
      { id: 'e' },
    ]);
  });

  test('COUNT, TOP and OFFSET LIMIT', async () => {
    expect(await run('SELECT VALUE COUNT(1) FROM c WHERE c.n > 1')).toEqual([3]);
    expect(await run('SELECT TOP 2 VALUE c.id FROM c ORDER BY c.id DESC')).toEqual(['e', 'd']);
    expect(await run('SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 1 LIMIT 2')).toEqual(['b', 'c']);
  });

  test('strings are ordered by code point', async () => {
    const words = await run('SELECT VALUE c.text FROM c ORDER BY c.text');
    expect(words).toEqual(['Apple', 'apple', 'banana', 'cherry', 'ärger']);
  });

  test('an order by two paths needs its composite index', async () => {
    const ordered = 'SELECT VALUE c.rank FROM c ORDER BY c.group ASC, c.rank DESC';
    const options = { partitionKey: 'many-0' };
    expect(await run(ordered, {}, options)).toEqual([24, 18, 12, 6, 0]);
    expect(await statusOf(run('SELECT * FROM c ORDER BY c.group ASC, c.rank ASC', {}, options))).toBe(400);
    expect(await statusOf(run('SELECT * FROM c ORDER BY c.text, c.n', {}, options))).toBe(400);
  });
});

describe('paging', () => {
  test('continuation tokens go through every result once, across partitions', async () => {
    const seen: unknown[] = [];
    let continuationToken: string | undefined;
    let pages = 0;
    do {
      const query = items.items.query<{ id: string }>("SELECT * FROM c WHERE c.kind = 'paged'", {
        maxItemCount: 4,
        ...(continuationToken === undefined ? {} : { continuationToken }),
      });
      const page = await query.fetchNext();
      expect(page.resources.length).toBeLessThanOrEqual(4);
      seen.push(...page.resources.map((r) => r.id));
      continuationToken = page.continuationToken;
      pages += 1;
    } while (continuationToken !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect(pages).toBeGreaterThan(6);
  });

  test('an ordered query within a partition resumes behind its last result', async () => {
    const text = 'SELECT VALUE c.rank FROM c ORDER BY c.rank DESC';
    const options = { partitionKey: 'many-0', maxItemCount: 2 };
    const first = await items.items.query<number>(text, options).fetchNext();
    expect(first.resources).toEqual([24, 18]);
    const token = { continuationToken: first.continuationToken };
    const second = await items.items.query<number>(text, { ...options, ...token }).fetchNext();
    expect(second.resources).toEqual([12, 6]);
  });

  test('order, TOP, OFFSET and COUNT are merged across partitions', async () => {
    expect(await across("SELECT VALUE c.rank FROM c WHERE c.kind = 'paged' ORDER BY c.rank DESC")).toEqual(
      Array.from({ length: 25 }, (_, i) => 24 - i),
    );
    expect(await across("SELECT TOP 3 VALUE c.rank FROM c WHERE c.kind = 'paged' ORDER BY c.rank")).toEqual([
      0, 1, 2,
    ]);
    expect(
      await across("SELECT VALUE c.rank FROM c WHERE c.kind = 'paged' ORDER BY c.rank OFFSET 5 LIMIT 2"),
    ).toEqual([5, 6]);
    expect(await across("SELECT VALUE COUNT(1) FROM c WHERE c.kind = 'paged'")).toEqual([25]);
  });

  test('an ordered cross-partition query resumes by its token with query control', async () => {
    const text = "SELECT VALUE c.rank FROM c WHERE c.kind = 'paged' ORDER BY c.rank";
    const seen: number[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await items.items
        .query<number>(text, {
          maxItemCount: 10,
          enableQueryControl: true,
          ...(continuationToken === undefined ? {} : { continuationToken }),
        })
        .fetchNext();
      seen.push(...(page.resources ?? []));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });
});

describe('refusals', () => {
  test('a syntax error is a 400', async () => {
    expect(await statusOf(run('SELECT * FROM c WHERE'))).toBe(400);
    expect(await messageOf(run('SELECT * FROM c WHERE c.n = @unset'))).toContain('@unset');
  });
});
