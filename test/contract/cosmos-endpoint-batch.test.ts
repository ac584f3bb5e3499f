import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Container, OperationInput } from '@azure/cosmos';
import { messageOf, openEndpoint, type Endpoint, type Stored } from './cosmos-endpoint.js';

let endpoint: Endpoint;
let items: Container;

beforeAll(async () => {
  endpoint = await openEndpoint();
  items = await endpoint.container();
});
afterAll(() => endpoint.close());

const create = (id: string, more: Record<string, string | number> = {}): OperationInput => ({
  operationType: 'Create',
  resourceBody: { id, tenantId: 't1', ...more },
});
const codes = (result: { statusCode: number }[] | undefined) => result?.map((r) => r.statusCode);
const exists = async (id: string) => (await items.item(id, 't1').read()).statusCode === 200;

describe('transactional batches', () => {
  test('every kind of operation is carried out and answered in order', async () => {
    await items.items.create({ id: 'b-replace', tenantId: 't1', n: 1 });
    await items.items.create({ id: 'b-delete', tenantId: 't1' });
    const { code, result } = await items.items.batch(
      [
        create('b-create'),
        { operationType: 'Upsert', resourceBody: { id: 'b-upsert', tenantId: 't1' } },
        {
          operationType: 'Replace',
          id: 'b-replace',
          resourceBody: { id: 'b-replace', tenantId: 't1', n: 2 },
        },
        { operationType: 'Delete', id: 'b-delete' },
        { operationType: 'Read', id: 'b-replace' },
      ],
      't1',
    );
    expect(code).toBe(200);
    expect(codes(result)).toEqual([201, 201, 200, 204, 200]);
    expect(result?.[4]?.resourceBody).toMatchObject({ n: 2 });
    expect(result?.[0]?.eTag).toBe((await items.item('b-create', 't1').read()).etag);
    expect(await exists('b-delete')).toBe(false);
  });

  test('a hundred operations of which the last fails are rolled back whole', async () => {
    await items.items.create({ id: 'taken', tenantId: 't1' });
    const operations = [...Array.from({ length: 99 }, (_, i) => create(`roll-${i}`)), create('taken')];
    const { code, result } = await items.items.batch(operations, 't1');
    expect(code).toBe(207);
    expect(codes(result)).toEqual([...Array.from({ length: 99 }, () => 424), 409]);
    expect(await exists('roll-0')).toBe(false);
    expect(await exists('roll-98')).toBe(false);
    const { resources } = await items.items
      .query("SELECT VALUE c.id FROM c WHERE STARTSWITH(c.id, 'roll-')", { partitionKey: 't1' })
      .fetchAll();
    expect(resources).toEqual([]);
  });

  test('a hundred operations that all succeed are all there', async () => {
    const operations = Array.from({ length: 100 }, (_, i) => create(`whole-${i}`));
    expect((await items.items.batch(operations, 't1')).code).toBe(200);
    expect(await exists('whole-99')).toBe(true);
  });

  test('an outdated ETag in one operation is a 412 there and undoes the others', async () => {
    const { etag } = await items.items.create({ id: 'head', tenantId: 't1', n: 1 });
    await items.item('head', 't1').replace({ id: 'head', tenantId: 't1', n: 2 });
    const { code, result } = await items.items.batch(
      [
        create('beside-head'),
        {
          operationType: 'Replace',
          id: 'head',
          ifMatch: etag,
          resourceBody: { id: 'head', tenantId: 't1', n: 3 },
        },
        create('after-head'),
      ],
      't1',
    );
    expect(code).toBe(207);
    expect(codes(result)).toEqual([424, 412, 424]);
    expect(await exists('beside-head')).toBe(false);
    expect((await items.item('head', 't1').read<Stored>()).resource?.n).toBe(2);
  });

  test('of ten batches conditional on one ETag exactly one is committed', async () => {
    const { etag } = await items.items.create({ id: 'log-head', tenantId: 't1', n: 0 });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        items.items.batch(
          [
            create(`entry-${n}`),
            {
              operationType: 'Replace',
              id: 'log-head',
              ifMatch: etag,
              resourceBody: { id: 'log-head', tenantId: 't1', n },
            },
          ],
          't1',
        ),
      ),
    );
    const winners = outcomes.flatMap((o, n) => (o.code === 200 ? [n] : []));
    expect(winners).toHaveLength(1);
    const entries = await Promise.all(outcomes.map((_, n) => exists(`entry-${n}`)));
    expect(entries.flatMap((there, n) => (there ? [n] : []))).toEqual(winners);
    expect((await items.item('log-head', 't1').read<Stored>()).resource?.n).toBe(winners[0]);
  });

  test('a batch reaches only the one logical partition that it names', async () => {
    await items.items.create({ id: 'elsewhere', tenantId: 't2' });
    const read = await items.items.batch([{ operationType: 'Read', id: 'elsewhere' }], 't1');
    expect(codes(read.result)).toEqual([404]);
    const foreign = items.items.batch(
      [{ operationType: 'Create', resourceBody: { id: 'foreign', tenantId: 't2' } }],
      't1',
    );
    const outcome = await foreign.then(
      (r) => codes(r.result),
      () => 'refused',
    );
    expect(outcome === 'refused' || outcome?.[0] === 400).toBe(true);
    expect((await items.item('foreign', 't2').read()).statusCode).toBe(404);
  });

  test('a batch above 2 MB is refused and nothing of it is stored', async () => {
    const text = 'x'.repeat(300_000);
    const operations = Array.from({ length: 8 }, (_, i) => create(`heavy-${i}`, { text }));
    expect(await messageOf(items.items.batch(operations, 't1'))).toMatch(/too large/i);
    expect(await exists('heavy-0')).toBe(false);
  });

  test('a batch costs the sum of its operations', async () => {
    const one = await items.items.batch([create('cost-0')], 't1');
    const ten = await items.items.batch(
      Array.from({ length: 10 }, (_, i) => create(`cost-1${i}`)),
      't1',
    );
    const charge = (r: { headers: Record<string, unknown> }) => Number(r.headers['x-ms-request-charge']);
    const [a, b] = [charge({ headers: { ...one.headers } }), charge({ headers: { ...ten.headers } })];
    expect(b).toBeGreaterThan(8 * a);
  });
});
