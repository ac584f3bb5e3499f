import { beforeEach, describe, expect, it } from 'vitest';

import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { reviewDocumentSchema } from '../../schemas/review.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { fromBase64, fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { verifyEd25519 } from '../../shared/core/kernel/hash.js';
import { pae, type DsseEnvelope } from '../../shared/core/kernel/dsse.js';
import type { Cadence } from '../../shared/core/reviews/periods.js';
import type { Blobs, KeyRing, StoredEvidence, Stores } from '../../shared/ports.js';
import type { ReviewResult } from '../../shared/usecases/reviews/review-page.js';
import { reviewBlob } from '../../shared/usecases/reviews/review-document.js';
import { Died, processWith } from '../faults/dying.js';
import { runReviews } from './run.js';
import { newTenant, tenantNamed } from '../tenants.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

const harbour = tenantNamed('harbour');
const mill = tenantNamed('mill');

let stores: Stores;
let blobs: Blobs;
let keys: KeyRing;
let logged: string[];
let now: number;

beforeEach(async () => {
  stores = memoryStores();
  blobs = memoryBlobs();
  keys = memoryKeyRing('reviews');
  logged = [];
  now = Date.parse('2026-11-24T00:05:00Z');
  await onboard(harbour, '2026-11-22T10:00:00Z', 'Europe/London');
});

async function onboard(tenantId: VerifiedTenant, createdAt: string, timeZone: string): Promise<void> {
  const tenant = newTenant(tenantId, createdAt, { displayName: tenantId, timeZone });
  await stores.open(tenantId).tenant.put(tenant, null);
  await keys.ensure(tenantId);
}

const run = (cadence: Cadence, over: Stores = stores): Promise<ReviewResult> =>
  runReviews(
    {
      stores: over,
      blobs,
      keys,
      clock: { now: () => now },
      telemetry: {
        ...suiteTelemetry(),
        log: (level, event) => void logged.push(`${level} ${event}`),
      },
    },
    cadence,
  );
const completed = async (tenantId = harbour): Promise<StoredEvidence[]> =>
  (await stores.open(tenantId).evidence.search({ type: 'aispm.review.completed', limit: 200 })).items;
const periods = async (tenantId = harbour): Promise<string[]> =>
  (await completed(tenantId))
    .map(({ event }) => (event.type === 'aispm.review.completed' ? event.data.period : ''))
    .sort();

describe('a tick of the reviews', () => {
  it('closes each ended period once, and the next tick finds nothing to do', async () => {
    expect(await run('daily')).toEqual({ tenants: 1, completed: 2, failed: 0 });
    expect(await periods()).toEqual(['2026-11-22', '2026-11-23']);
    expect(await run('daily')).toEqual({ tenants: 0, completed: 0, failed: 0 });
    expect(await periods()).toHaveLength(2);
  });

  it('finds a tenant due when its zone ends the day, also one that moved to another zone meanwhile', async () => {
    await run('daily');
    const found = await stores.open(harbour).tenant.get();
    if (found === null) throw new Error('no tenant');
    const settings = { ...found.tenant.settings, timeZone: 'Pacific/Auckland' };
    await stores.open(harbour).tenant.put({ ...found.tenant, revision: 2, settings }, found.etag);
    // The 24th ends there at eleven in the morning of London, thirteen hours before it ends in London.
    now = Date.parse('2026-11-24T10:59:00Z');
    expect((await run('daily')).completed).toBe(0);
    now = Date.parse('2026-11-24T11:00:00Z');
    expect((await run('daily')).completed).toBe(1);
    expect(await periods()).toEqual(['2026-11-22', '2026-11-23', '2026-11-24']);
  });

  it('puts the end of a guest’s access on record within the hour, though no day has ended', async () => {
    await run('daily');
    const { tenant: store } = stores.open(harbour);
    const found = await store.get();
    if (found === null) throw new Error('no tenant');
    const by = `psn:${'3'.repeat(32)}`;
    const until = '2026-11-24T09:00:00.000Z';
    const grant = {
      id: '5e0d3f6a-0d4b-4c43-9d5f-3a8d6c0b7e11',
      purpose: 'trial' as const,
      subject: 'guest-1',
      roles: ['viewer' as const],
      sections: [],
      requestedBy: by,
      requestedAt: '2026-11-24T00:00:00.000Z',
      until,
    };
    await store.put({ ...found.tenant, revision: 2, grants: [grant] }, found.etag);
    now = Date.parse('2026-11-24T08:59:00Z');
    await run('daily');
    expect((await run('daily')).tenants).toBe(0);
    now = Date.parse(until);
    expect((await run('daily')).tenants).toBe(1);
    expect((await store.get())?.tenant.grants[0]?.ended).toEqual({ at: until, outcome: 'expired' });
  });

  it('closes nothing before the day has ended where the tenant is', async () => {
    await onboard(mill, '2026-11-23T12:00:00Z', 'America/New_York');
    await run('daily');
    expect(await periods(mill)).toEqual([]);
    now = Date.parse('2026-11-24T05:00:00Z');
    await run('daily');
    expect(await periods(mill)).toEqual(['2026-11-23']);
  });

  it('keeps each cadence’s own watermark', async () => {
    now = Date.parse('2027-01-05T12:00:00Z');
    for (const cadence of ['weekly', 'monthly', 'quarterly'] as const) await run(cadence);
    const expected = ['2026-11', '2026-12', '2026-Q4'];
    expect((await periods()).filter((p) => !p.includes('W'))).toEqual(expected);
    expect((await periods()).filter((p) => p.includes('W'))).toEqual([
      '2026-W47',
      '2026-W48',
      '2026-W49',
      '2026-W50',
      '2026-W51',
      '2026-W52',
      '2026-W53',
    ]);
  });

  it('catches up what was missed, over several ticks, each period once', async () => {
    now = Date.parse('2026-12-20T12:00:00Z');
    const ticks: ReviewResult[] = [];
    for (let tick = 0; tick < 5; tick++) ticks.push(await run('daily'));
    expect(ticks.reduce((sum, { completed: count }) => sum + count, 0)).toBe(28);
    expect(ticks.at(-1)).toEqual({ tenants: 0, completed: 0, failed: 0 });
    const all = await periods();
    expect(all).toHaveLength(28);
    expect([all[0], all.at(-1)]).toEqual(['2026-11-22', '2026-12-19']);
  });

  it('done by two instances at once is done once', async () => {
    const [one, other] = await Promise.all([run('daily'), run('daily')]);
    expect(one.failed + other.failed).toBe(0);
    expect(await periods()).toEqual(['2026-11-22', '2026-11-23']);
    expect((await run('daily')).completed).toBe(0);
  });

  it('does not stop at a tenant that fails; the next tick completes that one', async () => {
    await onboard(mill, '2026-11-22T10:00:00Z', 'Europe/London');
    const broken: Stores = {
      ...stores,
      open: (id) => {
        const open = stores.open(id);
        const put = () => Promise.reject(new Error('the store is away'));
        return id === harbour ? { ...open, records: { ...open.records, put } } : open;
      },
    };
    expect(await run('daily', broken)).toEqual({ tenants: 2, completed: 2, failed: 1 });
    expect(logged).toEqual(['error review_failed']);
    expect(await periods(mill)).toEqual(['2026-11-22', '2026-11-23']);
    expect(await run('daily')).toMatchObject({ completed: 2, failed: 0 });
    expect(await periods()).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('killed at any I/O is completed by the next tick, each period once', async () => {
    const whole = processWith(null);
    await run('daily', whole.wrap('stores', stores));
    expect(whole.calls).toContain('records.put');
    for (const when of ['before', 'after'] as const)
      for (let at = 0; at < whole.calls.length; at++) {
        stores = memoryStores();
        blobs = memoryBlobs();
        now = Date.parse('2026-11-24T00:05:00Z');
        await onboard(harbour, '2026-11-22T10:00:00Z', 'Europe/London');
        const process = processWith({ at, when });
        await run('daily', process.wrap('stores', stores)).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error;
        });
        now += 15 * 60_000;
        expect((await run('daily')).failed, `${when} ${process.calls[at] ?? ''}`).toBe(0);
        expect(await periods()).toEqual(['2026-11-22', '2026-11-23']);
        expect((await blobs.open(harbour).list('log', `${harbour}/snapshots/`)).length).toBeGreaterThan(0);
        expect((await run('daily')).completed).toBe(0);
      }
  }, 60_000);
});

describe('what a review leaves behind', () => {
  it('is a signed document, named by the digest that the log records, with a day to acknowledge it', async () => {
    await run('daily');
    const last = (await completed()).find(
      ({ event }) => event.type === 'aispm.review.completed' && event.data.period === '2026-11-23',
    );
    if (last?.event.type !== 'aispm.review.completed') throw new Error('the review is not recorded');
    const { data } = last.event;
    expect(data).toMatchObject({
      review: 'daily-2026-11-23',
      cadence: 'daily',
      // It could be read from five past midnight on.
      dueAt: '2026-11-25T00:05:00.000Z',
    });
    const bytes = await blobs.open(harbour).get('reports', reviewBlob(harbour, data.digest));
    const envelope = JSON.parse(fromUtf8(bytes ?? new Uint8Array())) as DsseEnvelope;
    const payload = fromBase64(envelope.payload);
    const { publicKey } = await keys.ensure(harbour);
    const signature = fromBase64(envelope.signatures[0]?.sig ?? '');
    expect(verifyEd25519(publicKey, pae(envelope.payloadType, payload), signature)).toBe(true);
    const statement = JSON.parse(fromUtf8(payload)) as { predicate: unknown };
    expect(reviewDocumentSchema.parse(statement.predicate)).toMatchObject({
      tenantId: 'harbour',
      cadence: 'daily',
      period: { id: '2026-11-23', from: '2026-11-23', to: '2026-11-23', zone: 'Europe/London' },
      verdict: 'not_enough_evidence',
      score: null,
    });
  });

  it('is a checkpoint of the log it stands in; and once a day the projections as a snapshot', async () => {
    await run('weekly');
    const snapshots = () => blobs.open(harbour).list('log', `${harbour}/snapshots/`);
    expect(await snapshots()).toEqual([]);
    now = Date.parse('2026-11-24T00:05:00Z');
    await run('daily');
    expect((await blobs.open(harbour).list('log', `${harbour}/checkpoints/`)).length).toBeGreaterThan(0);
    expect(await snapshots()).toHaveLength(1);
    await run('daily');
    expect(await snapshots()).toHaveLength(1);
    now = Date.parse('2026-11-25T00:05:00Z');
    await run('daily');
    expect(await snapshots()).toHaveLength(2);
  });
});
