import { minute, second } from '../core/kernel/time.js';

/** Milliseconds between two looks at something that may take seconds or days: 2 s, doubling, at most 5 minutes. */
export const pauseAfter = (attempt: number): number =>
  Math.min(5 * minute, 2 * second * 2 ** Math.min(attempt, 12));
