import { Refusal } from '../core/kernel/refusal.js';
import { second } from '../core/kernel/time.js';
import type { Clock, TenantLimits } from '../ports.js';

/** What one instance takes for one tenant, a second. */
export type TenantRates = { requests: number; events: number };

/** A burst of this many seconds' worth is taken at once. */
const burstSeconds = 10;
/** A batch holds as many events; a rate below must not refuse it for ever. */
const largestBatch = 500;
/** Tenants remembered; whoever was not heard from for a burst's time is full again and may be forgotten. */
const mostTenants = 10_000;

type Bucket = { level: number; at: number };

/**
 * Token buckets, one a tenant and kind, in this instance's memory: a fleet of n instances takes up to n times the rate.
 * Nothing is shared, so nothing is asked of a store, which is what a flood would wear out first.
 */
export function tenantLimits(rates: TenantRates, clock: Clock): TenantLimits {
  const requests = buckets(rates.requests, 1, clock);
  const events = buckets(rates.events, largestBatch, clock);
  return {
    request: (tenantId) => requests(tenantId, 1),
    events: (tenantId, count) => events(tenantId, count),
  };
}

function buckets(rate: number, least: number, clock: Clock): (tenantId: string, amount: number) => void {
  const capacity = Math.max(rate * burstSeconds, least);
  const levels = new Map<string, Bucket>();
  return (tenantId, amount) => {
    const now = clock.now();
    const { level, at } = levels.get(tenantId) ?? { level: capacity, at: now };
    const filled = Math.min(capacity, level + (Math.max(0, now - at) / second) * rate);
    const taken = Math.min(amount, capacity);
    if (filled < taken) {
      levels.set(tenantId, { level: filled, at: now });
      const retryAfterSeconds = Math.max(1, Math.ceil((taken - filled) / rate));
      throw new Refusal('too_many_requests', 'this tenant sends more than its share', { retryAfterSeconds });
    }
    if (levels.size >= mostTenants && !levels.has(tenantId)) levels.clear();
    levels.set(tenantId, { level: filled - taken, at: now });
  };
}
