import type { GrantPurpose } from '../../../schemas/access.js';
import type { Stamp } from '../projections/facts.js';
import type { Journey } from '../projections/journey.js';
import { labs } from '../reports/trial/labs.js';

/* What a trial and a pilot ask of the journey: a reason in words, or null. Unknown is never null. */

/** The grants of a purpose that are open at an instant: approved by a second person and not at their end. */
export const openGrants = ({ grants }: Journey, purpose: GrantPurpose, at: string): Stamp[] =>
  Object.values(grants).filter((g) => g.purpose === purpose && g.state === 'approved' && at < g.until);

export function noAccess(journey: Journey, purpose: GrantPurpose, at: string): string | null {
  if (openGrants(journey, purpose, at).length > 0) return null;
  const grants = Object.values(journey.grants).filter((g) => g.purpose === purpose);
  const words = purpose === 'trial' ? 'trial access' : 'access to the evidence room';
  if (grants.length === 0) return `no ${words} was asked for`;
  return grants.some(({ state, until }) => state === 'requested' && at < until)
    ? `${words} waits for a second person’s approval`
    : `all ${words} is over: revoked or expired`;
}

/** Each lab with the first event of every type that it must leave; `done` where none of them is missing. */
export const labStates = ({ seen }: Journey) =>
  labs.map(({ types, ...lab }) => ({
    ...lab,
    done: types.every((type) => seen[type] !== undefined),
    evidence: types.map((type) => ({ type, said: seen[type] ?? null })),
  }));

export function labsOpen(journey: Journey): string | null {
  const open = labStates(journey).filter(({ done }) => !done);
  return open.length === 0 ? null : `no evidence yet of: ${open.map(({ title }) => title).join('; ')}`;
}

export function noPilot({ pilot }: Journey, at: string): string | null {
  if (pilot === undefined) return 'no pilot was proposed';
  return at < pilot.until ? null : 'the pilot that was proposed is over';
}
