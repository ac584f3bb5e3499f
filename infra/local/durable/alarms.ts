/** setTimeout takes at most 2^31 - 1 milliseconds, about 24.8 days; longer waits are cut into pieces. */
const longestTimeout = 2 ** 31 - 1;

export type Alarms = {
  /** Calls `ring` once, at `at` or later, never before. A key that is set already is set anew. */
  set(key: string, at: string, ring: () => void): void;
  clear(key: string): void;
  clearAll(): void;
};

/** Timers by name. They live in memory only: after a restart they are set again from what is stored. */
export function createAlarms(): Alarms {
  const timeouts = new Map<string, NodeJS.Timeout>();
  const clear = (key: string): void => {
    clearTimeout(timeouts.get(key));
    timeouts.delete(key);
  };
  const set = (key: string, at: string, ring: () => void): void => {
    clear(key);
    const left = Date.parse(at) - Date.now();
    const wait = Math.min(Math.max(left, 0), longestTimeout);
    // Node may wake a millisecond early, and an orchestrator must never see a clock before its timer: ask again.
    const wake = (): void => {
      if (Date.parse(at) > Date.now()) return set(key, at, ring);
      timeouts.delete(key);
      ring();
    };
    timeouts.set(key, setTimeout(wake, wait));
  };
  return { set, clear, clearAll: () => [...timeouts.keys()].forEach(clear) };
}
