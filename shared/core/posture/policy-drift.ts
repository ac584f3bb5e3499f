import type { Config } from '../projections/config.js';
import type { PolicyUse } from '../projections/facts.js';
import { isLater } from '../projections/stamps.js';

/** Why a decision's policy version is not the one it should be. */
export type Drift = {
  why: 'not_published' | 'published_as_shadow' | 'superseded';
  /** The version that was in force when the decision was made; null where none of the policy is published to enforce. */
  inForce: { version: string; publishedBy: string } | null;
};

/**
 * Whether an enforced decision drifted from what is published. A version is superseded for decisions made after the next
 * one was published, not for those before: an agent that has not acted since has not drifted.
 */
export function driftOf(
  { policy, version, time }: PolicyUse,
  { policies }: Pick<Config, 'policies'>,
): Drift | null {
  const key = `${policy}@${version}`;
  const own = Object.hasOwn(policies, key) ? policies[key] : undefined;
  const newest = newestEnforced(policy, time, policies);
  const inForce = newest && { version: newest.version, publishedBy: newest.id };
  if (own === undefined) return { why: 'not_published', inForce };
  if (own.mode === 'shadow') return { why: 'published_as_shadow', inForce };
  return newest !== null && isLater(newest, own.at) ? { why: 'superseded', inForce } : null;
}

/** The version of a policy that was last published to enforce by an instant. */
export function newestEnforced(
  policy: string,
  until: string,
  policies: Config['policies'],
): { version: string; time: string; id: string } | null {
  const prefix = `${policy}@`;
  let newest: { version: string; time: string; id: string } | null = null;
  for (const [key, { at, mode }] of Object.entries(policies)) {
    if (mode !== 'enforce' || !key.startsWith(prefix) || at.time > until) continue;
    if (newest === null || isLater(at, newest)) newest = { version: key.slice(prefix.length), ...at };
  }
  return newest;
}
