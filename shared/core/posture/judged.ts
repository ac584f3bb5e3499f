import type { ControlState } from '../../../schemas/posture.js';
import { hour, millisOf, type Millis } from '../kernel/time.js';
import type { Approval, Exception, Item } from '../projections/documents.js';
import type { ItemState, Stamp } from '../projections/facts.js';
import { isLater } from '../projections/stamps.js';

/** What a finding, or an override, says it is about: `agent:builder-1`. */
export const subjectOf = (document: Item | Approval | Exception): string =>
  document.kind === 'item' ? `${document.itemKind}:${document.name}` : `${document.kind}:${document.name}`;

/**
 * A state with the evidence that decides it, and the instant at which time alone would change it. A null state: the
 * control says nothing about the subject at this instant.
 */
export type Judged = { state: ControlState | null; evidenceId: string | null; until?: Millis };

/** In scope, and nothing was ever heard. */
export const none: Judged = { state: 'missing', evidenceId: null };

/**
 * What evidence shows holds within its window. After it, what was proven is stale; what was shown not to hold stays so,
 * because time alone never makes a state better.
 */
export function within(stamp: Stamp, hours: number, state: ControlState, now: Millis): Judged {
  const proven = state === 'enforced' || state === 'shadowed';
  if (!proven) return { state, evidenceId: stamp.id };
  const until = millisOf(stamp.time) + hours * hour;
  if (now >= until) return { state: 'stale', evidenceId: stamp.id };
  return { state, evidenceId: stamp.id, until };
}

/** The state as it is kept: since when it stands, and from which proof it fell. */
export function keptState(
  before: ItemState | undefined,
  { state, evidenceId }: { state: ControlState; evidenceId: string | null },
  at: string,
): ItemState {
  const since = before?.state === state ? before.since : at;
  if (state === 'enforced' || state === 'not_applicable') return { state, evidenceId, since };
  const fell = before?.state === 'enforced' ? { from: before.evidenceId, at } : before?.fell;
  return { state, evidenceId, since, ...(fell === undefined ? {} : { fell }) };
}

/** Said of an item whose control was enforced and is only watched now: an index serves "what fell from this control". */
export const fellFrom = (control: string): string => `${fellPrefix}${control}`;
export const fellPrefix = 'fell:';

/** These words, of all controls that fell so. */
export const fallsOf = (states: Readonly<Record<string, ItemState>>): string[] =>
  Object.entries(states)
    .filter(([, { state, fell }]) => state === 'shadowed' && fell !== undefined)
    .map(([control]) => fellFrom(control));

/** `control:state` of every state that fails; an index serves "which of them fail this control". */
export const failingOf = (states: Readonly<Record<string, ItemState>>): string[] =>
  Object.entries(states)
    .filter(([, s]) => s.state !== 'enforced' && s.state !== 'not_applicable')
    .map(([control, s]) => `${control}:${s.state}`);

/** The last said of these. */
export const latest = <S extends Stamp>(stamps: readonly (S | undefined)[]): S | undefined =>
  stamps.reduce<S | undefined>((best, stamp) => (stamp && isLater(stamp, best) ? stamp : best), undefined);
