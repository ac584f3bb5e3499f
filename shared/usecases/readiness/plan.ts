import type { Plan } from '../../../schemas/plan.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import { previewPlanned, type ReadinessDeps } from './gate.js';

/** What is still to do for a target, from the same facts that the gate would judge now. Writes nothing. */
export async function planReadiness(
  deps: ReadinessDeps,
  target: ReadinessTarget,
  release: Release | null,
): Promise<Plan> {
  const { answer, items } = await previewPlanned(deps, target, release);
  const { asOf, position, blockers } = answer;
  return { target, asOf, position, ready: blockers.length === 0, items };
}
