/** Seconds of processor time that this process has used: what a busy machine does beside does not count. */
export const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Repeats the work for about `milliseconds`, warm, and says how many items it did in a second of one core. */
export async function rate(
  items: number,
  milliseconds: number,
  work: () => Promise<unknown> | void,
): Promise<number> {
  const measured = async (limit: number): Promise<number> => {
    const until = performance.now() + limit;
    const start = processorSeconds();
    let runs = 0;
    do {
      await work();
      runs++;
    } while (performance.now() < until);
    return (runs * items) / (processorSeconds() - start);
  };
  await measured(milliseconds / 2);
  return measured(milliseconds);
}

/** The value below which that part of the values lies; `part` from 0 to 1. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
