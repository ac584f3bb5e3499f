import { sha256Hex } from '../../kernel/hash.js';

/*
 * Which items a person re-performs: reproducible by anyone who holds the log, and not choosable beforehand, because the
 * seed is made from the root of the closing checkpoint.
 */

export type Sampled = { id: string; time: string };

/** Population → items to sample: all of a small one, then by steps. An auditor may ask for more, never for fewer. */
export function sampleSize(population: number): number {
  if (population <= 5) return population;
  const steps: readonly (readonly [below: number, size: number])[] = [
    [20, 5],
    [50, 8],
    [100, 10],
    [200, 20],
    [1000, 25],
    [10_000, 45],
  ];
  return steps.find(([below]) => population < below)?.[1] ?? 60;
}

/** Upper bound of the true rate at 90% confidence after n items without a deviation, in percent; binomial, large population. */
export const upperBound = (n: number): number => 100 * (1 - 0.1 ** (1 / n));

/** Seed of one control's sample. `root`: of the closing checkpoint, hexadecimal; `period`: its days. */
export const seedOf = (root: string, control: string, period: { from: string; to: string }): string =>
  sha256Hex(`aispm/sample/v1\n${root}\n${control}\n${period.from}/${period.to}`);

/** The first n by the digest of seed and id; each month that has an item gets at least one. */
export function sampleOf<T extends Sampled>(population: readonly T[], seed: string): T[] {
  const ordered = population
    .map((item) => ({ item, key: sha256Hex(`${seed}\n${item.id}`) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
  const chosen = ordered.slice(0, sampleSize(population.length));
  const months = new Set(chosen.map(({ time }) => time.slice(0, 7)));
  for (const item of ordered) {
    const month = item.time.slice(0, 7);
    if (months.has(month)) continue;
    months.add(month);
    chosen.push(item);
  }
  return chosen;
}
