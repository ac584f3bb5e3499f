import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { startCosmos, type CosmosStandIn, type Fault } from '../../infra/local/cosmos/server.js';
import { ensureContainers } from '../../shared/adapters/cosmos/client.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import { StoreUnavailable, type LedgerBatch, type Stores, type TenantStores } from '../../shared/ports.js';
import { decisionOf, freshTenant, headOf, itemOf } from './samples.js';

let standIn: CosmosStandIn;
let directory: string;
let stores: Stores;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cosmos-faults-'));
  standIn = await startCosmos({ port: 0, directory });
  const account = {
    endpoint: standIn.endpoint,
    database: 'aispm-faults',
    credential: { key: standIn.key },
    regions: false,
  };
  await ensureContainers(account);
  stores = cosmosStores(account);
});

afterEach(() => standIn.clearFaults());
afterAll(async () => {
  await standIn.close();
  await rm(directory, { recursive: true });
});

const at = '2026-11-24T08:00:00.000Z';
const batch: LedgerBatch = {
  headETag: null,
  entries: [],
  documents: [headOf(0), itemOf('a', '1')],
  deletes: [],
};

/** One call of each kind that the adapters make, by the operation Cosmos sees. */
const calls: [string, (tenant: TenantStores) => Promise<unknown>][] = [
  ['create', (tenant) => tenant.evidence.create(decisionOf(tenant.tenantId, 'one', at))],
  ['read', (tenant) => tenant.ledger.head()],
  ['query', (tenant) => tenant.ledger.list({ kind: 'item', limit: 1 })],
  ['batch', (tenant) => tenant.ledger.commit(batch)],
];

const struck = (operation: string, effect: Fault['effect']): void =>
  void standIn.addFault({ match: (request) => request.operation === operation, effect, times: Infinity });

describe.each(calls)('a store whose %s', (operation, call) => {
  it.each([
    ['is throttled', { status: 429, retryAfterMs: 1_234 } as const],
    ['is answered 503', { status: 503 } as const],
    ['is answered 408', { status: 408 } as const],
    ['is cut off before it is done', { drop: 'before' } as const],
    ['is cut off after it is done', { drop: 'after' } as const],
  ])('%s is unavailable, and says when to come back', async (_, effect) => {
    const tenant = stores.open(freshTenant());
    // The library reads what containers look like once; that is not what is tested here.
    await tenant.evidence.create(decisionOf(tenant.tenantId, 'warm', at));
    struck(operation, effect);
    const error: unknown = await call(tenant).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect((error as StoreUnavailable).retryAfterMs).toBe(
      'retryAfterMs' in effect ? effect.retryAfterMs : 1_000,
    );
  });
});

describe('a write whose answer was lost', () => {
  it('is recognised when it is repeated: the event meets itself as its own twin', async () => {
    const { tenantId, evidence } = stores.open(freshTenant());
    const event = decisionOf(tenantId, 'one', at);
    struck('create', { drop: 'after' });
    await expect(evidence.create(event)).rejects.toBeInstanceOf(StoreUnavailable);
    standIn.clearFaults();
    expect(await evidence.create(event)).toEqual(event);
  });

  it('is recognised when it is repeated: the batch finds the head moved, and what it wrote is there once', async () => {
    const { ledger } = stores.open(freshTenant());
    struck('batch', { drop: 'after' });
    await expect(ledger.commit(batch)).rejects.toBeInstanceOf(StoreUnavailable);
    standIn.clearFaults();
    expect(await ledger.commit(batch)).toEqual({ status: 'stale' });
    expect((await ledger.read(['a', 'head'])).size).toBe(2);
  });
});

describe('a short throttling', () => {
  it('is waited out and not shown to the caller', async () => {
    const { ledger } = stores.open(freshTenant());
    standIn.addFault({ match: ({ operation }) => operation === 'batch', effect: { status: 429 }, times: 1 });
    expect(await ledger.commit(batch)).toMatchObject({ status: 'committed' });
  });
});

describe('the cost in request units, as the stand-in models it', () => {
  const cost = async (
    call: () => Promise<unknown>,
  ): Promise<Record<string, { count: number; requestUnits: number }>> => {
    standIn.resetCharges();
    await call();
    return standIn.charges();
  };

  it('of an admission is one create of at most 9', async () => {
    const { tenantId, evidence } = stores.open(freshTenant());
    const event = decisionOf(tenantId, 'one', at, { repository: 'r', session: 's', body: 'x'.repeat(900) });
    const spent = await cost(() => evidence.create(event));
    expect(Object.keys(spent)).toEqual(['evidence:create']);
    expect(spent['evidence:create']?.requestUnits).toBeLessThanOrEqual(9);
  });

  it('of reading two documents by id is two point reads, and of asking for 40 events one query', async () => {
    const { ledger } = stores.open(freshTenant());
    await ledger.commit(batch);
    const read = await cost(() => ledger.read(['head', 'a']));
    expect(Object.keys(read)).toEqual(['ledger:read']);
    expect(read['ledger:read']?.count).toBe(2);
    const ids = Array.from({ length: 40 }, (_, n) => String(n).padStart(64, '0'));
    const known = await cost(() => ledger.known(ids));
    expect(known['ledger:query']).toMatchObject({ count: 1 });
    expect(known['ledger:query']?.requestUnits).toBeLessThan(40);
  });

  it('of a query does not grow with what it does not return: every filter and order has its index', async () => {
    const tenant = stores.open(freshTenant());
    await tenant.ledger.commit(batch);
    const queries = [
      () => tenant.evidence.search({ type: 't', agent: 'a', repository: 'r', session: 's', limit: 1 }),
      () => tenant.evidence.search({ from: '2027-01-01T00:00:00Z', to: '2027-01-02T00:00:00Z', limit: 1 }),
      () => tenant.ledger.due(at, 10),
      () => tenant.ledger.entries(0, 10),
      () => tenant.ledger.list({ kind: 'item', failing: 'x', where: { itemKind: 'agent' }, limit: 1 }),
      () => tenant.ledger.list({ kind: 'finding', where: { state: 'open' }, orderBy: 'rank', limit: 1 }),
      () => tenant.ledger.list({ kind: 'finding', where: { severity: 'high' }, orderBy: 'dueAt', limit: 1 }),
      () => tenant.ledger.list({ kind: 'approval', where: { status: 'pending', control: 'c' }, limit: 1 }),
    ];
    const costs = async (): Promise<unknown[]> => {
      const found: unknown[] = [];
      for (const query of queries) found.push(await cost(query));
      return found;
    };
    const before = await costs();
    const documents = Array.from({ length: 90 }, (_, n) => itemOf(`i${n}`, String(n)));
    const headETag = (await tenant.ledger.head())?.etag ?? null;
    await tenant.ledger.commit({ ...batch, headETag, documents: [headOf(0), ...documents] });
    for (let n = 0; n < 40; n += 1) await tenant.evidence.create(decisionOf(tenant.tenantId, `e${n}`, at));
    expect(await costs()).toEqual(before);
  });
});

describe('an app whose identity gives no token', () => {
  it.each(calls)('finds its store unavailable at a %s, whatever the library makes of it', async (_, call) => {
    const credential = { getToken: () => Promise.reject(new Error('no identity here')) };
    const account = { endpoint: 'https://127.0.0.1:9', database: 'aispm-faults', credential, regions: false };
    const error: unknown = await call(cosmosStores(account).open(freshTenant())).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StoreUnavailable);
  });
});
