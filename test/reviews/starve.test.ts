import { expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { cadences } from '../../shared/core/reviews/periods.js';
import type { Stores, TenantStores } from '../../shared/ports.js';
import { readJourney } from '../../shared/usecases/journey/read-journey.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { newTenant, tenantNamed } from '../tenants.js';
import { runReviews } from './run.js';

/* Reviews of all cadences at once leave room in the store: a request that comes meanwhile never waits for them. */

const now = Date.parse('2027-01-04T00:30:00Z');
const tenants = Array.from({ length: 24 }, (_, n) => tenantNamed(`tenant-${n}`));
/** Calls that a store takes at once here; another waits until one has ended. */
const slots = 32;

/** Stores with so many slots. `waited`: calls that found none free. */
function narrow(stores: Stores): { stores: Stores; seen: { most: number; waited: number } } {
  const seen = { most: 0, waited: 0 };
  let taken = 0;
  const queue: (() => void)[] = [];
  const call = async (run: () => unknown): Promise<unknown> => {
    if (taken >= slots) {
      seen.waited += 1;
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    taken += 1;
    seen.most = Math.max(seen.most, taken);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      return await run();
    } finally {
      taken -= 1;
      queue.shift()?.();
    }
  };
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(inner, member): unknown {
        const value: unknown = Reflect.get(inner, member);
        if (typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function' || member === 'all') return value;
        const bound = value.bind(inner) as (...args: unknown[]) => unknown;
        if (member === 'open') return (...args: unknown[]) => wrap(bound(...args) as TenantStores);
        return (...args: unknown[]) => call(() => bound(...args));
      },
    });
  return { stores: wrap(stores), seen };
}

it('ticks of all four cadences side by side never fill the store, and requests go on in between', async () => {
  const kept = memoryStores();
  const keys = memoryKeyRing('starve');
  for (const tenantId of tenants) {
    const tenant = newTenant(tenantId, '2026-12-28T10:00:00Z', { displayName: tenantId, timeZone: 'UTC' });
    await kept.open(tenantId).tenant.put(tenant, null);
    await keys.ensure(tenantId);
  }
  const { stores, seen } = narrow(kept);
  const clock = { now: () => now };
  const given = { stores, blobs: memoryBlobs(), keys, clock, telemetry: suiteTelemetry() };
  let running = true;
  let answered = 0;
  const requests = async (): Promise<void> => {
    const [tenantId] = tenants;
    if (tenantId === undefined) return;
    for (; running; answered++) await readJourney({ stores: stores.open(tenantId), clock });
  };
  const asking = requests();
  const done = await Promise.all(cadences.map((cadence) => runReviews(given, cadence)));
  running = false;
  await asking;
  expect(done.every(({ completed, failed }) => completed >= tenants.length && failed === 0)).toBe(true);
  expect(answered).toBeGreaterThan(100);
  expect(seen.waited).toBe(0);
  expect(seen.most).toBeLessThan(slots);
}, 60_000);
