/** What a request is about, as fault matchers see it. `control` is everything but documents. */
export type CosmosRequest = {
  operation: 'create' | 'read' | 'replace' | 'upsert' | 'delete' | 'batch' | 'query' | 'feed' | 'control';
  container: string;
  partitionKey: readonly unknown[];
  id?: string;
  body?: unknown;
};

/**
 * A fault on demand. A status is answered without doing the work. A dropped connection is closed before the work
 * or after it is committed. A call runs before the work, or after it is committed and before it is answered.
 * `times` says how many matching requests meet the fault; Infinity is allowed.
 */
export type Fault = {
  match: (request: CosmosRequest) => boolean;
  effect:
    | { status: 408 | 429 | 503; retryAfterMs?: number }
    | { drop: 'before' | 'after' }
    | { call: (request: CosmosRequest) => void | Promise<void>; when: 'before' | 'after' };
  times: number;
};

export type Faults = {
  /** Adds a fault behind those already there; the answer removes it. */
  add(fault: Fault): () => void;
  clear(): void;
  /** The first fault that this request meets, counted as met. */
  meet(request: CosmosRequest): Fault['effect'] | undefined;
};

/** The list of faults that a server looks at before each request. */
export function openFaults(): Faults {
  const faults = new Map<symbol, { fault: Fault; left: number }>();
  return {
    add: (fault) => {
      const key = Symbol('fault');
      faults.set(key, { fault, left: fault.times });
      return () => void faults.delete(key);
    },
    clear: () => faults.clear(),
    meet: (request) => {
      for (const entry of faults.values())
        if (entry.left > 0 && entry.fault.match(request)) {
          entry.left -= 1;
          return entry.fault.effect;
        }
      return undefined;
    },
  };
}
