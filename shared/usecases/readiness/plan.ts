import type { Plan } from '../../../schemas/plan.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import { decideReadiness } from '../../core/readiness/decide.js';
import { planOf } from '../../core/readiness/plan.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import { gatherGate } from './gather-gate.js';
import type { ReadinessDeps } from './gate.js';

/** What is still to do for a target, from the same facts that the gate would judge now. Writes nothing. */
export async function planReadiness(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null,
): Promise<Plan> {
  const facts = await gatherGate(deps, target, release, true);
  const decided = decideReadiness(target, facts);
  const { asOf, position } = facts.posture;
  return { target, asOf, position, ready: decided.ready, items: planOf(decided, target, facts.packets) };
}
