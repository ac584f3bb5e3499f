/** A copy by way of JSON, as any real store makes one: no caller shares an object with the store or another caller. */
export const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * The value itself, never to be changed again by whoever holds it: as good as a copy, and free to read. A part that is
 * frozen already is not gone through again, so a document that shares most of itself with its last version costs what
 * changed. @throws TypeError for what a real store would not give back as it was.
 */
export function frozen<T>(value: T): T {
  if (value === undefined || typeof value === 'function' || Number.isNaN(value))
    throw new TypeError('a store keeps JSON, and this is none');
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** The outcome of synchronous work as a promise: what it throws becomes a rejection, as with any real store. */
export const answer = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
