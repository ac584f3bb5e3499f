import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { latencyBucket, latencyError, latencyQuantile } from '../../shared/core/projections/latency.js';

const seconds = fc.integer({ min: 0, max: 90 * 24 * 3600 });
const histogram = (values: readonly number[]): Map<number, number> => {
  const buckets = new Map<number, number>();
  for (const value of values) {
    const bucket = latencyBucket(value);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  return buckets;
};
/** The value of the same rank, by sorting all of them. */
const exact = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN;

describe('a latency from a histogram', () => {
  it('is within a sixteenth of the exact quantile, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 1),
        (values, share) => {
          const told = latencyQuantile(histogram(values), share);
          const truth = exact(values, share);
          expect(Math.abs((told ?? NaN) - truth)).toBeLessThanOrEqual(truth * latencyError);
        },
      ),
    );
  });

  it('does not depend on how the values were split: histograms merge by adding', () => {
    fc.assert(
      fc.property(fc.array(seconds), fc.array(seconds), (some, more) => {
        const merged = histogram(some);
        for (const [bucket, n] of histogram(more)) merged.set(bucket, (merged.get(bucket) ?? 0) + n);
        expect([...merged].sort()).toEqual([...histogram([...some, ...more])].sort());
      }),
    );
  });

  it('takes a bounded number of counters: at most 150 from a second to a month', () => {
    const month = 30 * 24 * 3600;
    const lowers = new Set<number>();
    for (let value = 0; value <= month; value += 7) lowers.add(latencyBucket(value));
    expect(lowers.size).toBeLessThanOrEqual(150);
    fc.assert(
      fc.property(seconds, (value) => {
        const lower = latencyBucket(value);
        expect(lower).toBeLessThanOrEqual(value);
        expect(latencyBucket(lower)).toBe(lower);
      }),
    );
  });

  it('of nothing is not observed', () => {
    expect(latencyQuantile(new Map(), 0.5)).toBeNull();
  });
});
