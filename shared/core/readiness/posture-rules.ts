import type { Posture } from '../../../schemas/posture.js';

/* What posture itself says against a target: a reason in words, or null. Unknown is never null. */

export const positive = (count: number, words: string): string | null =>
  count > 0 ? `${count} ${words}` : null;

/** `not_observed` blocks like a failing state: a critical control that was never seen to hold does not hold. */
export function criticalControls({ posture }: { posture: Posture }): string | null {
  const unmet = posture.controls.filter(
    (c) => c.severity === 'critical' && c.state !== 'enforced' && c.state !== 'not_applicable',
  );
  return unmet.length === 0
    ? null
    : unmet.map((c) => `${c.title}: ${c.state.replaceAll('_', ' ')}`).join('; ');
}

export function staleEvidence({ score, layers }: Posture): string | null {
  if (score.notObserved === 'inventory_stale' || score.notObserved === 'no_inventory')
    return score.notObserved.replaceAll('_', ' ');
  const { fresh, freshOf } = layers.evidence;
  return freshOf > 0 && fresh === freshOf
    ? null
    : `${fresh} of ${freshOf} agents were heard from within 24 hours`;
}

export function deliveryUnverified({ controls }: Posture): string | null {
  const delivery = controls.find((c) => c.id === 'report-delivery');
  return delivery?.state === 'enforced'
    ? null
    : `report delivery is ${(delivery?.state ?? 'not observed').replaceAll('_', ' ')}`;
}

/** Accepted by two persons and not yet expired is no blocker. A claim that nobody verified is one still. */
export function openCriticals({ open, claimed }: Posture['layers']['findings']): string | null {
  const found = [
    positive(open.critical, 'critical findings open'),
    positive(claimed.critical, 'claimed resolved and not verified'),
  ].filter((words) => words !== null);
  return found.length === 0 ? null : found.join(', ');
}
