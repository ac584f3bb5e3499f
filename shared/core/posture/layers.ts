import type { Posture } from '../../../schemas/posture.js';
import type { ItemKind } from '../../../schemas/primitives.js';

/** Layers of a posture from its counters. */

/** A counter of the summary by name; 0 where there is none. */
export type Count = (name: string) => number;

export function coverageOf(n: Count, score: Posture['score']) {
  const kind = (k: ItemKind) => ({
    inScope: n(`coverage/${k}/in_scope`),
    declared: n(`coverage/${k}/declared`),
    observed: n(`coverage/${k}/observed`),
    covered: n(`coverage/${k}/covered`),
    shadow: n(`coverage/${k}/shadow`),
    silent: n(`coverage/${k}/silent`),
  });
  const kinds = {
    agents: kind('agent'),
    repositories: kind('repository'),
    workflows: kind('workflow'),
    tools: kind('tool'),
  };
  const all = Object.values(kinds);
  const current = score.notObserved !== 'no_inventory' && score.notObserved !== 'inventory_stale';
  const whole = all.every((k) => k.shadow === 0 && k.silent === 0);
  const status = all.every((k) => k.inScope === 0)
    ? ('unknown' as const)
    : whole && current
      ? ('healthy' as const)
      : ('unhealthy' as const);
  return { status, ...kinds };
}

export function controlsHealth(
  controls: readonly { state: string; severity: string }[],
): 'healthy' | 'unhealthy' | 'unknown' {
  const observed = controls.filter((c) => c.state !== 'not_observed');
  if (observed.length === 0) return 'unknown';
  const risky = observed.filter((c) => c.severity === 'critical' || c.severity === 'high');
  return risky.every((c) => c.state === 'enforced' || c.state === 'not_applicable') ? 'healthy' : 'unhealthy';
}

export function evidenceLayer(
  base: string,
  n: Count,
  total: Count,
  unfoldable: number,
): Posture['layers']['evidence'] {
  const live = total('live');
  const fresh = n('control/evidence-fresh/enforced');
  const freshOf = ['enforced', 'stale', 'missing', 'shadowed', 'blocked'].reduce(
    (sum, s) => sum + n(`control/evidence-fresh/${s}`),
    0,
  );
  const trusted = total('trusted');
  const healthy = trusted === live && fresh === freshOf && unfoldable === 0;
  return {
    status: live === 0 ? 'unknown' : healthy ? 'healthy' : 'unhealthy',
    healthySignal: 'all evidence is fresh and signed by a trusted source',
    link: `${base}/evidence`,
    events: total('events'),
    live,
    signedByTrusted: trusted,
    sample: total('sample'),
    decisions: total('type/decision.recorded'),
    fresh,
    freshOf,
    unfoldable,
  };
}

/** No finding is a good sign only where there is evidence that could have shown one. */
export function findingsHealth(
  { overdue, unowned }: Pick<Posture['layers']['findings'], 'overdue' | 'unowned'>,
  observed: boolean,
): 'healthy' | 'unhealthy' | 'unknown' {
  if (unowned.critical > 0 || Object.values(overdue).some((count) => count > 0)) return 'unhealthy';
  return observed ? 'healthy' : 'unknown';
}

export function statesOf(states: readonly string[]): Record<string, number> {
  const byState: Record<string, number> = {};
  for (const state of states) byState[state] = (byState[state] ?? 0) + 1;
  return byState;
}

export const withPrefix = (
  counts: Readonly<Record<string, number>>,
  prefix: string,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]) => [name.slice(prefix.length), count]),
  );
