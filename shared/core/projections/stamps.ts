import type { Evidence } from '../../../schemas/evidence.js';
import { instantOf, millisOf } from '../kernel/time.js';
import type { Stamp } from './facts.js';

/** When an event happened, in the one text form that sorts as text, and which event it is. */
export const stampOf = (evidence: Evidence): Stamp => ({
  time: instantOf(millisOf(evidence.event.time)),
  id: evidence.id,
});

/** Whether `candidate` replaces `current`: the later (`time`, id) wins, so the order of arrival leaves no trace. */
export function isLater(candidate: Stamp, current: Stamp | undefined): boolean {
  if (!current) return true;
  return candidate.time > current.time || (candidate.time === current.time && candidate.id > current.id);
}

/** Text form of an instant a sender wrote with any offset. */
export const utc = (instant: string): string => instantOf(millisOf(instant));

/** `kept` with one more said under a key, cut to the `limit` last said: which these are does not depend on the order. */
export function withLatest<S extends Stamp>(
  kept: Readonly<Record<string, S>>,
  key: string,
  said: S,
  limit: number,
): Record<string, S> {
  if (!isLater(said, Object.hasOwn(kept, key) ? kept[key] : undefined)) return { ...kept };
  const all = Object.entries({ ...kept, [key]: said });
  if (all.length <= limit) return Object.fromEntries(all);
  all.sort(([, a], [, b]) => (isLater(b, a) ? 1 : -1));
  return Object.fromEntries(all.slice(0, limit));
}
