import { beforeAll, describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { cadences, type Cadence } from '../../shared/core/reviews/periods.js';
import type { Stores } from '../../shared/ports.js';
import { share, type MakeReview } from '../../shared/usecases/reviews/review-page.js';
import { denialCounter, tellDenials } from '../../shared/usecases/ingest/denied.js';
import { eachDueTenant } from '../../shared/usecases/each-tenant.js';
import { settleLedgers } from '../../shared/usecases/log/settle-ledgers.js';
import { Died, processWith } from '../faults/dying.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { newTenant, tenantNamed } from '../tenants.js';
import { runReviews } from './run.js';

/*
 * The real flow over many tenants, with the work of a review made cheap: what it must hold to is how many run at once, and
 * that each period of each tenant is made once whatever dies.
 */

const now = Date.parse('2026-11-16T00:30:00Z');
const kind = 'made';

async function tenantsIn(stores: Stores, count: number): Promise<void> {
  const settings = { displayName: 'One of many', timeZone: 'UTC' };
  for (let n = 0; n < count; n++) {
    const tenantId = tenantNamed(`tenant-${String(n).padStart(5, '0')}`);
    await stores.open(tenantId).tenant.put(newTenant(tenantId, '2026-11-15T10:00:00Z', settings), null);
  }
}

/** A review that leaves one record under its name, takes a moment, and tells who is at it and whether it was there. */
function cheap() {
  const seen = { running: 0, most: 0, made: 0, again: 0 };
  const make: MakeReview = async ({ stores }, tenant, cadence, period) => {
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    try {
      const name = `${kind}:${tenant.tenantId}:${cadence}:${period.id}`;
      const first = await stores.records.put(name, kind, { name }, null);
      if (first === null) seen.again += 1;
      else seen.made += 1;
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      seen.running -= 1;
    }
  };
  return { seen, make };
}

const tick = (stores: Stores, cadence: Cadence, make: MakeReview) =>
  runReviews(
    {
      stores,
      blobs: memoryBlobs(),
      keys: memoryKeyRing('many'),
      clock: { now: () => now },
      telemetry: suiteTelemetry(),
    },
    cadence,
    [],
    make,
  );

async function madeIn(stores: Stores): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.tenantIds({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const tenant of page.items) {
      const { items } = await stores.open(tenant).records.list<{ name: string }>({ kind, limit: 100 });
      names.push(...items.map(({ name }) => name));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return names;
}

describe('ten thousand tenants', () => {
  const stores = memoryStores();
  beforeAll(() => tenantsIn(stores, 10_000), 60_000);

  it('are each reviewed once, a few side by side and never more; the next tick finds nothing to do', async () => {
    const { seen, make } = cheap();
    const done = await tick(stores, 'weekly', make);
    expect(done).toEqual({ tenants: 10_000, completed: 10_000, failed: 0 });
    expect(seen).toEqual({ running: 0, most: share.weekly.atOnce, made: 10_000, again: 0 });
    const names = await madeIn(stores);
    expect(new Set(names).size).toBe(10_000);
    expect(await tick(stores, 'weekly', make)).toEqual({ tenants: 0, completed: 0, failed: 0 });
    expect(seen.made).toBe(10_000);
  }, 120_000);

  it('cost a tick one question to the index while nothing is due: no tenant is opened, of any cadence', async () => {
    const { make } = cheap();
    for (const cadence of cadences) await tick(stores, cadence, make);
    const process = processWith(null);
    for (const cadence of cadences) await tick(process.wrap('stores', stores), cadence, make);
    expect(process.calls).toEqual(cadences.map(() => 'stores.due'));
  }, 120_000);

  it('are read only as far as they are due: three of them are three', async () => {
    const { make, seen } = cheap();
    const due = ['00007', '04242', '09999'].map((n) => tenantNamed(`tenant-${n}`));
    for (const tenantId of due)
      expect(await stores.open(tenantId).tenant.setDue('weekly', instantOf(now), 1)).toBe(true);
    const process = processWith(null);
    const done = await tick(process.wrap('stores', stores), 'weekly', make);
    expect(done).toEqual({ tenants: 3, completed: 0, failed: 0 });
    expect(process.calls.filter((name) => name === 'tenant.get')).toHaveLength(3);
    expect(seen.made).toBe(0);
  });

  it('cost the ticks of schedules, of custody and of time no more', async () => {
    const process = processWith(null);
    const counted = process.wrap('stores', stores);
    const services = { clock: { now: () => now }, telemetry: suiteTelemetry() };
    const settle = async (over: Stores): Promise<void> => {
      for (const work of ['schedules', 'custody'] as const)
        await eachDueTenant({ ...services, stores: over }, work, 'failed', async (tenantId) => {
          const { tenant } = over.open(tenantId);
          await tenant.setDue(work, null, (await tenant.get())?.tenant.revision ?? 0);
        });
      await settleLedgers({ ...services, stores: over }, () => Promise.resolve());
    };
    await settle(stores);
    await settle(counted);
    expect(process.calls).toEqual(['stores.due', 'stores.due', 'stores.dueLedgers', 'stores.expiredLedgers']);
  }, 60_000);
});

describe('of ten thousand tenants, those to whom something was denied', () => {
  it('are the ones that the tick opens, each told once; the next asks the index and opens nobody', async () => {
    const stores = memoryStores();
    await tenantsIn(stores, 10_000);
    const denied = Array.from({ length: 1200 }, (_, n) =>
      tenantNamed(`tenant-${String(n * 8).padStart(5, '0')}`),
    );
    const count = denialCounter('listMembers', { now: () => now });
    for (const tenantId of denied) await count(stores.open(tenantId), 'forbidden');
    const process = processWith(null);
    const deps = {
      stores: process.wrap('stores', stores),
      keys: memoryKeyRing('many'),
      telemetry: suiteTelemetry(),
    };
    const tell = (at: number) => tellDenials({ ...deps, clock: { now: () => at } });
    // The hour is not over.
    expect([await tell(now), process.calls]).toEqual([{ told: 0, failed: 0 }, ['stores.withRecords']]);
    expect(await tell(now + 2 * hour)).toEqual({ told: 1200, failed: 0 });
    expect(process.calls.filter((call) => call === 'stores.withRecords')).toHaveLength(4);
    expect(process.calls.filter((call) => call === 'records.list')).toHaveLength(1200);
    process.calls.length = 0;
    expect([await tell(now + 3 * hour), process.calls]).toEqual([
      { told: 0, failed: 0 },
      ['stores.withRecords'],
    ]);
  }, 120_000);
});

describe('a tick', () => {
  it('has no more in flight than its share, in every cadence; one archive at a time', async () => {
    for (const cadence of cadences) {
      const stores = memoryStores();
      await tenantsIn(stores, 60);
      const { seen, make } = cheap();
      const clock = { now: () => Date.parse('2027-01-04T00:30:00Z') };
      const telemetry = suiteTelemetry();
      const given = { stores, blobs: memoryBlobs(), keys: memoryKeyRing('many'), clock, telemetry };
      const { completed } = await runReviews(given, cadence, [], make);
      expect(completed).toBeGreaterThanOrEqual(60);
      expect(seen.most).toBe(share[cadence].atOnce);
    }
    expect(share.quarterly.atOnce).toBe(1);
    expect(Object.values(share).reduce((sum, { atOnce }) => sum + atOnce, 0)).toBeLessThanOrEqual(12);
  }, 60_000);

  it('that dies at any step is completed by the next, and no period is made twice', async () => {
    const count = 12;
    const whole = processWith(null);
    const counted = memoryStores();
    await tenantsIn(counted, count);
    await tick(whole.wrap('stores', counted), 'weekly', cheap().make);
    for (const when of ['before', 'after'] as const)
      for (let at = 0; at < whole.calls.length; at++) {
        const stores = memoryStores();
        await tenantsIn(stores, count);
        const process = processWith({ at, when });
        const first = cheap();
        await tick(process.wrap('stores', stores), 'weekly', first.make).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error;
        });
        const second = cheap();
        expect((await tick(stores, 'weekly', second.make)).failed).toBe(0);
        const names = await madeIn(stores);
        expect(names).toHaveLength(count);
        expect(new Set(names).size).toBe(count);
        expect((await tick(stores, 'weekly', cheap().make)).completed).toBe(0);
      }
  }, 120_000);

  it('of two instances at once makes each period once', async () => {
    const stores = memoryStores();
    await tenantsIn(stores, 100);
    const [one, other] = [cheap(), cheap()];
    await Promise.all([tick(stores, 'weekly', one.make), tick(stores, 'weekly', other.make)]);
    expect(one.seen.made + other.seen.made).toBe(100);
    expect(await madeIn(stores)).toHaveLength(100);
  });
});
