import type { Clock } from '../../ports.js';

export type MemoryClock = Clock & { set(ms: number): void; advance(ms: number): void };

/** A clock that moves only when told to. Milliseconds since the epoch. */
export function memoryClock(start: number): MemoryClock {
  let now = start;
  return {
    now: () => now,
    set: (ms) => void (now = ms),
    advance: (ms) => void (now += ms),
  };
}
