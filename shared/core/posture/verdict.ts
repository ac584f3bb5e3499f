import type { ControlSummary, Posture } from '../../../schemas/posture.js';

/** Points below the target at which the score is off target rather than in need of attention. */
export const limitBelowTarget = 100;
/** Share of the in-scope weight that must be observed before anything favourable can be said. */
const observedShare = 0.8;

/**
 * The verdict of a posture, first rule that fires. A critical finding or a blocked control forbids a favourable verdict
 * whatever the score; absence of evidence is never a pass; and a known critical is said even when little else is known.
 */
export function verdictOf(
  score: Posture['score'],
  controls: readonly ControlSummary[],
  findings: Pick<Posture['layers']['findings'], 'open' | 'claimed' | 'overdue'>,
  broken: { unfoldable: number; unconfirmed: number },
): Pick<Posture, 'verdict' | 'reasons'> {
  const unmet = controls.filter(
    (c) => c.severity === 'critical' && (c.state === 'blocked' || c.state === 'missing'),
  );
  const off = [
    ...(findings.open.critical > 0
      ? [`${findings.open.critical} critical ${plural('finding', findings.open.critical)} open`]
      : []),
    // A claim is no proof: until it is verified the finding weighs what it weighed.
    ...(findings.claimed.critical > 0
      ? [
          `${findings.claimed.critical} critical ${plural('finding', findings.claimed.critical)} claimed resolved`,
        ]
      : []),
    ...unmet.map((c) => `${c.title} is ${c.state}`),
  ];
  const unknown = [
    ...(score.notObserved === null
      ? []
      : [`the score is not observed: ${score.notObserved.replaceAll('_', ' ')}`]),
    ...(observedWeight(controls) < observedShare
      ? [`${score.controlsObserved} of ${score.controlsApplicable} controls are observed`]
      : []),
  ];
  if (off.length > 0) return { verdict: 'off_target', reasons: [...off, ...unknown] };
  if (unknown.length > 0) return { verdict: 'not_enough_evidence', reasons: unknown };
  const low = score.tenths !== null && score.tenths < score.target - limitBelowTarget;
  if (low) return { verdict: 'off_target', reasons: ['the score is below its limit'] };
  const blocked = controls.filter((c) => c.state === 'blocked');
  const attention = [
    ...blocked.map((c) => `${c.title} cannot operate`),
    ...(findings.overdue.high > 0
      ? [`${findings.overdue.high} high ${plural('finding', findings.overdue.high)} overdue`]
      : []),
    ...(score.tenths !== null && score.tenths < score.target ? ['the score is below its target'] : []),
    ...(broken.unfoldable > 0
      ? [`${broken.unfoldable} ${plural('event', broken.unfoldable)} could not be folded`]
      : []),
    ...(broken.unconfirmed > 0
      ? [`${broken.unconfirmed} ${plural('delivery', broken.unconfirmed)} unconfirmed`]
      : []),
  ];
  return attention.length > 0
    ? { verdict: 'needs_attention', reasons: attention }
    : { verdict: 'on_target', reasons: [] };
}

function observedWeight(controls: readonly ControlSummary[]): number {
  const applicable = controls.filter((c) => c.state !== 'not_applicable');
  const weight = (some: readonly ControlSummary[]): number => some.reduce((sum, c) => sum + c.weight, 0);
  return applicable.length === 0 ? 0 : weight(applicable.filter((c) => c.inScope > 0)) / weight(applicable);
}

const plural = (word: string, n: number): string =>
  n === 1 ? word : word === 'delivery' ? 'deliveries' : `${word}s`;
