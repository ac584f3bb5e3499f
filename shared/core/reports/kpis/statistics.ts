/** What is said of a few numbers. */

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
export const longest = (values: readonly number[]): number => Math.max(0, ...values);

export function median(values: readonly number[]): number {
  const order = sorted(values);
  const middle = Math.floor(order.length / 2);
  const upper = order[middle] ?? 0;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? upper) + upper) / 2;
}

/** Nearest rank, ceil(0.95 n). */
export const p95 = (values: readonly number[]): number =>
  sorted(values)[Math.ceil(0.95 * values.length) - 1] ?? 0;
