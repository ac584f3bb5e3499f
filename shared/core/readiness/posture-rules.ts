import type { Posture } from '../../../schemas/posture.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';

/* What posture itself says against a target: a reason in words, or null. Unknown is never null. */

export const positive = (count: number, one: string, more: string): string | null =>
  count > 0 ? `${count} ${count === 1 ? one : more}` : null;

/** `not_observed` blocks like a failing state: a critical control that was never seen to hold does not hold. */
export function criticalControls({ posture }: { posture: Posture }): string | null {
  const unmet = posture.controls.filter(
    (c) => c.severity === 'critical' && c.state !== 'enforced' && c.state !== 'not_applicable',
  );
  return unmet.length === 0
    ? null
    : unmet.map((c) => `${c.title}: ${c.state.replaceAll('_', ' ')}`).join('; ');
}

/** No score can be given. From a pilot on, an inventory that is out of date is stale evidence, and named as that alone. */
export function insufficientEvidence({ score }: Posture, target: ReadinessTarget): string | null {
  if (score.tenths !== null || (score.notObserved === 'inventory_stale' && target !== 'trial')) return null;
  return `the score is not observed: ${(score.notObserved ?? 'unknown').replaceAll('_', ' ')}`;
}

/** What was shown once and is too old. That nothing was ever shown is the other cause: no score can be given then. */
export function staleEvidence({ score, layers }: Posture): string | null {
  const { fresh, freshOf } = layers.evidence;
  const old = score.notObserved === 'inventory_stale' ? ['the inventory is out of date'] : [];
  const nothing = freshOf === 0 && score.tenths === null;
  if (!nothing && (freshOf === 0 || fresh < freshOf))
    old.push(`${fresh} of ${freshOf} agents ${fresh === 1 ? 'was' : 'were'} heard from within 24 hours`);
  return old.length === 0 ? null : old.join('; ');
}

export function deliveryUnverified({ controls }: Posture): string | null {
  const delivery = controls.find((c) => c.id === 'report-delivery');
  return delivery?.state === 'enforced'
    ? null
    : `report delivery is ${(delivery?.state ?? 'not observed').replaceAll('_', ' ')}`;
}

const unverified = 'claimed resolved and not verified';

/** Accepted by two persons and not yet expired is no blocker. A claim that nobody verified is one still. */
export function openCriticals({ open, claimed }: Posture['layers']['findings']): string | null {
  const found = [
    positive(open.critical, 'critical finding open', 'critical findings open'),
    positive(claimed.critical, unverified, unverified),
  ].filter((words) => words !== null);
  return found.length === 0 ? null : found.join(', ');
}
