export type Lines = {
  /** Runs `work` after everything that stands in the line of `id`; rejects with what `work` throws. */
  join<T>(id: string, work: () => T | Promise<T>): Promise<T>;
  /** The same for work that nobody waits for: what it throws goes to `onError`. */
  later(id: string, work: () => void | Promise<void>): void;
  /** Resolves once no line has anything in it. */
  empty(): Promise<void>;
};

/** One queue per id, so that two changes of one instance never overlap. */
export function createLines(onError: (id: string, error: unknown) => void): Lines {
  const ends = new Map<string, Promise<unknown>>();
  const join: Lines['join'] = (id, work) => {
    const result = (ends.get(id) ?? Promise.resolve()).then(work);
    const end = result.then(
      () => undefined,
      () => undefined,
    );
    ends.set(id, end);
    void end.then(() => {
      if (ends.get(id) === end) ends.delete(id);
    });
    return result;
  };
  return {
    join,
    later: (id, work) => {
      join(id, work).catch((error: unknown) => onError(id, error));
    },
    empty: async () => {
      while (ends.size > 0) await Promise.all(ends.values());
    },
  };
}
