import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ChangeFeedStartFrom,
  type ChangeFeedIteratorOptions,
  type Container,
  type FeedRange,
} from '@azure/cosmos';
import { openEndpoint, TENANT_AND_BUCKET, type Endpoint } from './cosmos-endpoint.js';

let endpoint: Endpoint;
let items: Container;

beforeAll(async () => {
  endpoint = await openEndpoint();
});
beforeEach(async () => {
  items = await endpoint.container({ partitionKey: TENANT_AND_BUCKET });
});
afterAll(() => endpoint.close());

type Change = { id: string; tenantId: string; n?: number };

const create = (id: string, tenantId = 't1', n = 0) =>
  items.items.create({ id, tenantId, bucket: id.slice(-2), n });

const open = (options: ChangeFeedIteratorOptions) => items.items.getChangeFeedIterator<Change>(options);

/** Reads pages until nothing is new; gives the changes, the sizes of the pages and the token behind them. */
const drain = async (options: ChangeFeedIteratorOptions) => {
  const iterator = open(options);
  const changes: Change[] = [];
  const sizes: number[] = [];
  for (;;) {
    const page = await iterator.readNext();
    if (page.statusCode === 304) return { changes, sizes, token: page.continuationToken };
    changes.push(...page.result);
    sizes.push(page.result.length);
  }
};

const names = (changes: readonly Change[]) => changes.map((c) => c.id).sort();

describe('the change feed', () => {
  test('from the beginning it gives every document once and then 304', async () => {
    for (let i = 10; i < 40; i += 1) await create(`e${i}`);
    const { changes, token } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    expect(names(changes)).toEqual(Array.from({ length: 30 }, (_, i) => `e${i + 10}`));
    expect(changes[0]).toHaveProperty('_lsn');
    const again = await open({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) }).readNext();
    expect(again.statusCode).toBe(304);
  });

  test('pages hold no more than was asked for', async () => {
    for (let i = 10; i < 30; i += 1) await create(`e${i}`);
    const { changes, sizes } = await drain({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
      maxItemCount: 3,
    });
    expect(changes).toHaveLength(20);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
  });

  test('a continuation gives exactly what was written since, newest version only', async () => {
    for (let i = 10; i < 20; i += 1) await create(`e${i}`);
    const { token } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    await create('late');
    await items.item('e10', ['t1', '10']).replace({ id: 'e10', tenantId: 't1', bucket: '10', n: 1 });
    await items.item('e10', ['t1', '10']).replace({ id: 'e10', tenantId: 't1', bucket: '10', n: 2 });
    await items.item('e11', ['t1', '11']).delete();
    const { changes } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) });
    expect(names(changes)).toEqual(['e10', 'late']);
    expect(changes.find((c) => c.id === 'e10')?.n).toBe(2);
  });

  test('a continuation taken in the middle of the pages loses and repeats nothing', async () => {
    for (let i = 10; i < 60; i += 1) await create(`e${i}`);
    const seen: Change[] = [];
    let start = ChangeFeedStartFrom.Beginning();
    for (;;) {
      const page = await open({ changeFeedStartFrom: start, maxItemCount: 4 }).readNext();
      if (page.statusCode === 304) break;
      seen.push(...page.result);
      start = ChangeFeedStartFrom.Continuation(page.continuationToken);
    }
    expect(names(seen)).toEqual(Array.from({ length: 50 }, (_, i) => `e${i + 10}`));
  });

  test('from now it gives only what is written later', async () => {
    await create('before');
    const iterator = open({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
    expect((await iterator.readNext()).statusCode).toBe(304);
    await create('after');
    const seen: Change[] = [];
    for (let i = 0; i < 12 && seen.length === 0; i += 1) {
      const page = await iterator.readNext();
      if (page.statusCode === 200) seen.push(...page.result);
    }
    expect(names(seen)).toEqual(['after']);
  });

  test('the feed ranges together give every document exactly once', async () => {
    for (let i = 10; i < 74; i += 1) await create(`e${i}`, `t${i % 5}`);
    const ranges: readonly FeedRange[] = await items.getFeedRanges();
    const parts = await Promise.all(
      ranges.map((range) => drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) })),
    );
    const all = parts.flatMap((p) => p.changes);
    expect(names(all)).toEqual(Array.from({ length: 64 }, (_, i) => `e${i + 10}`));
  });

  test('the feed of a partition key, whole or prefix, gives that tenant only', async () => {
    for (let i = 10; i < 40; i += 1) await create(`e${i}`, i % 2 === 0 ? 'even' : 'odd');
    const prefix = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['odd']) });
    expect(prefix.changes.map((c) => c.tenantId)).toEqual(Array.from({ length: 15 }, () => 'odd'));
    const whole = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['odd', '11']) });
    expect(names(whole.changes)).toEqual(['e11']);
  });

  test('a transactional batch comes in one page, however small the page', async () => {
    const operations = Array.from({ length: 8 }, (_, i) => ({
      operationType: 'Create' as const,
      resourceBody: { id: `batch-${i}`, tenantId: 't1', bucket: 'aa' },
    }));
    await items.items.batch(operations, ['t1', 'aa']);
    const { sizes } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 3 });
    expect(sizes).toEqual([8]);
  });
});
