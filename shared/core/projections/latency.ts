/*
 * Latencies as counters. A quantile over all approvals ever would need all of them; a histogram with buckets that grow
 * with the value needs a bounded number of counters, and two histograms merge by adding, so that the rebuild law and the
 * sums of the tally hold for it as for any counter. Eight buckets to each doubling, from integers alone: the middle of a
 * bucket is off by at most a sixteenth, 6.25 %. A second to a month takes 150 counters at most.
 */

/** Relative error of a quantile. */
export const latencyError = 1 / 16;
const perDoubling = 8;
const longest = 2 ** 31 - 1;

/** Lower bound, in whole seconds, of the bucket that a latency falls in. Below 8 s each second is its own. */
export function latencyBucket(seconds: number): number {
  const whole = Math.min(longest, Math.max(0, Math.floor(seconds)));
  return Math.floor(whole / widthAt(whole)) * widthAt(whole);
}

const widthAt = (whole: number): number =>
  whole < perDoubling ? 1 : 2 ** (31 - Math.clz32(whole) - Math.log2(perDoubling));

/**
 * The latency that a share of all are not above, in seconds: the middle of the bucket of that rank.
 * @param buckets lower bound → how many
 * @returns null where there are none.
 */
export function latencyQuantile(buckets: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...buckets.values()].reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  let rank = Math.max(1, Math.ceil(share * total));
  for (const [lower, n] of [...buckets].sort(([a], [b]) => a - b)) {
    rank -= n;
    if (rank <= 0) return lower + Math.floor(widthAt(lower) / 2);
  }
  return null;
}
