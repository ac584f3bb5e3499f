/** A copy by way of JSON, as any real store makes one: no caller shares an object with the store or another caller. */
export const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The outcome of synchronous work as a promise: what it throws becomes a rejection, as with any real store. */
export const answer = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
