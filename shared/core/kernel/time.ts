/** Milliseconds since the epoch. All arithmetic is done in these; instants as strings exist at boundaries only. */
export type Millis = number;

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Milliseconds of an RFC 3339 instant. @throws RangeError where the text is not one. */
export function millisOf(instant: string): Millis {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${instant.slice(0, 40)}`);
  return ms;
}

/** The one text form the service writes: UTC, milliseconds, `Z`. Sorts as text in time order. */
export const instantOf = (ms: Millis): string => new Date(ms).toISOString();

/** Whether a text is an instant in that form, and of no time after another such instant. */
export function isBy(text: string, latest: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && instantOf(ms) === text && text <= latest;
}
