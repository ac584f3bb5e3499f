import type { ControlSummary, Failing, Posture, Signal } from '../../../schemas/posture.js';
import type { ItemKind } from '../../../schemas/primitives.js';
import { catalogue } from './catalogue.js';
import { unenforcedLabel } from './unenforced.js';

/** Layers of a posture from its counters: coverage, controls and findings. */

/** A counter of the summary by name; 0 where there is none. */
export type Count = (name: string) => number;

type Layers = Posture['layers'];

/** The verdict on a layer. Without anything to judge by a signal is unknown, which is not a pass. */
export function judged(
  name: string,
  words: string,
  observed: boolean,
  failing: readonly Failing[],
): { status: Layers['coverage']['status']; signal: Signal; failing: Failing[] } {
  const present = failing.filter(({ count }) => count > 0);
  const holds = present.length > 0 ? 'false' : observed ? 'true' : 'unknown';
  const status = { true: 'healthy', false: 'unhealthy', unknown: 'unknown' } as const;
  return { status: status[holds], signal: { name, words, holds }, failing: present };
}

const lists = { agent: 'agents', repository: 'repositories', workflow: 'workflows', tool: 'tools' } as const;
const kinds = Object.keys(lists) as ItemKind[];

export function coverageLayer(
  base: string,
  n: Count,
  score: Posture['score'],
  inventoryAt: string | null,
): Layers['coverage'] {
  const kind = (k: ItemKind) => ({
    inScope: n(`coverage/${k}/in_scope`),
    declared: n(`coverage/${k}/declared`),
    observed: n(`coverage/${k}/observed`),
    covered: n(`coverage/${k}/covered`),
    shadow: n(`coverage/${k}/shadow`),
    silent: n(`coverage/${k}/silent`),
  });
  const counts = {
    agents: kind('agent'),
    repositories: kind('repository'),
    workflows: kind('workflow'),
    tools: kind('tool'),
  };
  const failingOf = (label: 'shadow' | 'silent' | 'uncovered', words: string): Failing[] =>
    kinds.map((k) => ({
      name: `${label}_${lists[k]}`,
      words: `${lists[k]} ${words}`,
      count: n(`coverage/${k}/${label}`),
      link: `${base}/${lists[k]}?coverage=${label}`,
    }));
  const stale = score.notObserved === 'no_inventory' || score.notObserved === 'inventory_stale';
  const seen = Object.values(counts).some((k) => k.inScope > 0);
  const inventory: Failing = {
    name: score.notObserved === 'no_inventory' ? 'no_inventory' : 'inventory_stale',
    words: 'inventory not declared, or too long ago',
    count: seen && stale ? 1 : 0,
    link: `${base}/evidence?type=aispm.inventory.declared`,
  };
  return {
    ...judged(
      'coverage_explicit_and_current',
      'everything that acts is declared, of everything declared a trusted source told a decision within 24 hours, and the inventory is current',
      seen,
      [
        inventory,
        ...failingOf('shadow', 'that act undeclared'),
        ...failingOf('silent', 'declared and silent'),
        ...failingOf('uncovered', 'declared and heard from, without a decision of a trusted source'),
      ],
    ),
    link: `${base}/agents`,
    inventoryAt,
    ...counts,
  };
}

const byDecision = new Map(catalogue.map(({ id, judgement }) => [id, judgement.by === 'decision']));

/** Controls over high-risk actions: judged by decisions, and high or critical when unmet. */
const isOverHighRisk = ({ id, severity }: ControlSummary): boolean =>
  byDecision.get(id) === true && (severity === 'high' || severity === 'critical');

export function controlsLayer(
  base: string,
  controls: readonly ControlSummary[],
  n: Count,
  total: Count,
): Layers['controls'] {
  const states: Record<string, number> = {};
  for (const { state } of controls) states[state] = (states[state] ?? 0) + 1;
  const risky = controls.filter(isOverHighRisk);
  // Whatever surface it is on, also where no control of the catalogue speaks of it.
  const actions: Failing = {
    name: 'actions_unenforced',
    words: 'agents whose last high-risk action on a surface was neither enforced nor approval-routed',
    count: n(`coverage/agent/${unenforcedLabel}`),
    link: `${base}/agents?actions=${unenforcedLabel}`,
  };
  const failing = risky.flatMap(({ id, title, counts, link }) =>
    (['blocked', 'missing', 'stale', 'shadowed'] as const).map((state) => ({
      name: `${id}:${state}`,
      words: `items with ${title}: ${state}`,
      count: counts[state] ?? 0,
      link: `${link}?state=${state}`,
    })),
  );
  return {
    ...judged(
      'high_risk_actions_enforced',
      'every high-risk action is enforced or approval-routed, for every item in scope',
      risky.some((c) => c.inScope > 0),
      [actions, ...failing],
    ),
    link: `${base}/controls`,
    states,
    worst: controls.filter((c) => c.state === 'blocked' || c.state === 'missing').map((c) => c.id),
    highRiskActions: total('actions/high_risk'),
    highRiskEnforced: total('actions/high_risk_enforced'),
  };
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
