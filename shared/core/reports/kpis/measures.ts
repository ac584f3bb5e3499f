import type { Posture } from '../../../../schemas/posture.js';
import type { Figure } from '../../../../schemas/report-figures.js';
import { day, millisOf } from '../../kernel/time.js';
import type { ReportInput, View } from '../input.js';
import { observed, share, sum, unknown } from '../text.js';
import type { KpiId } from './kpi-data.js';

/*
 * Figures that follow from one posture and its counters, so that now, then and every day between are measured alike.
 * What the counters cannot say is not observed, with the reason; it is never nought.
 */

/**
 * A figure of the period with its sample; a label where the figure is another than the indicator's usual, its prior where
 * that is known, and bounds that follow from what is counted.
 */
export type Told = {
  figure: Figure;
  sample: string;
  label?: string;
  prior?: Figure;
  target?: number;
  limit?: number;
};

type Measure = (view: View, settings: ReportInput['settings']) => Figure;

/** Why nothing about declared items can be said, or null where the inventory is current. */
export function inventoryGap({ score, layers, asOf }: Posture, freshDays: number) {
  const { inventoryAt } = layers.coverage;
  if (inventoryAt === null || score.notObserved === 'no_inventory')
    return unknown('no_inventory', 'no inventory is declared');
  if (score.notObserved !== 'inventory_stale') return null;
  return unknown(
    'inventory_stale',
    `inventory ${daysBetween(inventoryAt, asOf)} days old (limit ${freshDays})`,
  );
}

export const daysBetween = (from: string, to: string): number =>
  Math.max(0, Math.floor((millisOf(to) - millisOf(from)) / day));

const governed =
  (kind: 'agents' | 'repositories' | 'workflows'): Measure =>
  ({ posture }, { inventoryFreshDays }) => {
    const { inScope, covered } = posture.layers.coverage[kind];
    const gap = inventoryGap(posture, inventoryFreshDays);
    if (gap) return gap;
    return inScope === 0
      ? unknown('nothing_in_scope', `no ${kind} declared or observed`)
      : share(Math.min(covered, inScope), inScope);
  };

const tools: Measure = ({ posture, counters }) => {
  const control = posture.controls.find(({ id }) => id === 'mcp-registered');
  if (!control || control.inScope === 0) return unknown('nothing_in_scope', 'no tools declared or observed');
  if ((counters.totals['type/registry.checked'] ?? 0) === 0)
    return unknown('no_registry_check', 'no registry check recorded');
  return share(control.counts.enforced, control.inScope);
};

/** A count of findings: known when it is not nought, and nought only where the rules could run. */
const findings =
  (count: (view: View) => number): Measure =>
  (view, { inventoryFreshDays }) => {
    const value = count(view);
    if (value > 0) return observed(value);
    if (view.posture.layers.evidence.events === 0) return unknown('no_evidence', 'no event is in the log');
    const gap = inventoryGap(view.posture, inventoryFreshDays);
    return gap ? unknown(gap.reason, `${gap.words}, so the rules could not run in full`) : observed(0);
  };

/** Open, or claimed resolved and not verified. */
export const criticalsOf = ({ posture, counters }: View): number =>
  posture.layers.findings.open.critical + (counters.counts['findings/resolved/critical'] ?? 0);

const overdueOf = ({ posture }: View): number =>
  posture.layers.findings.overdue.critical + posture.layers.findings.overdue.high;

const expired: Measure = ({ posture }) =>
  sum(Object.values(posture.exceptions)) === 0
    ? unknown('none_recorded', 'no exception recorded')
    : observed(posture.exceptions.expired ?? 0);

const fresh: Measure = ({ posture }) => {
  const pairs = sum(posture.controls.map((c) => c.inScope));
  const proven = sum(posture.controls.map((c) => c.counts.enforced + c.counts.shadowed));
  return pairs === 0 ? unknown('nothing_in_scope', 'nothing in scope') : share(proven, pairs);
};

/** Deliveries by outcome; those under way have none yet. */
export const deliveriesOf = ({ layers }: Posture, { counts }: View['counters']) => {
  const { delivered, bounced, unconfirmed } = layers.reports;
  return {
    delivered,
    bounced,
    unconfirmed,
    ended: delivered + bounced + unconfirmed,
    sending: counts['deliveries/sending'] ?? 0,
  };
};

const delivery: Measure = ({ posture, counters }) => {
  const { delivered, ended } = deliveriesOf(posture, counters);
  return ended === 0 ? unknown('nothing_sent', 'no delivery has ended') : share(delivered, ended);
};

export const shadowOf = ({ layers: { coverage: c } }: Posture): number =>
  c.agents.shadow + c.repositories.shadow + c.workflows.shadow + c.tools.shadow;
export const silentOf = ({ layers: { coverage: c } }: Posture): number =>
  c.agents.silent + c.repositories.silent + c.workflows.silent + c.tools.silent;
export const itemsOf = ({ layers: { coverage: c } }: Posture): number =>
  c.agents.inScope + c.repositories.inScope + c.workflows.inScope + c.tools.inScope;

const shadow: Measure = ({ posture }, { inventoryFreshDays }) =>
  inventoryGap(posture, inventoryFreshDays) ?? observed(shadowOf(posture));

/** Agents and repositories whose decisions carry a policy version, and those of them that drifted from what is in force. */
export const driftOf = ({ posture, counters }: View): { drifted: number; judged: number } => {
  const both = posture.controls.filter(
    ({ id }) => id === 'policy-current' || id === 'repository-policy-current',
  );
  const { 'drift/agent': agents = 0, 'drift/repository': repositories = 0 } = counters.counts;
  const drifted = agents + repositories;
  return { drifted, judged: drifted + sum(both.map(({ counts: c }) => c.enforced + c.shadowed + c.stale)) };
};

const drift: Measure = (view) => {
  const { drifted, judged } = driftOf(view);
  return judged === 0 ? unknown('no_decision', 'no decision of an agent is in the log') : observed(drifted);
};

/** Events that refer to evidence of the log: all, those that still wait for their target, those whose target never came. */
export const tiedOf = ({ counters: { counts, totals } }: View) => ({
  all: totals['references/events'] ?? 0,
  waiting: counts['reference-events/waiting'] ?? 0,
  unresolved: counts['reference-events/unresolved'] ?? 0,
});

const tied: Measure = (view) => {
  const { all, waiting, unresolved } = tiedOf(view);
  const judged = all - waiting;
  return judged <= 0
    ? unknown('no_reference', 'no event refers to other evidence of the log')
    : share(judged - unresolved, judged);
};

export const measures: Readonly<Partial<Record<KpiId, Measure>>> = {
  K04: governed('agents'),
  K05: governed('repositories'),
  K06: governed('workflows'),
  K07: tools,
  K09: findings(criticalsOf),
  K10: findings(overdueOf),
  K13: expired,
  K14: findings(({ posture }) => posture.layers.findings.accepted),
  K16: fresh,
  K18: tied,
  K21: delivery,
  K23: drift,
  K24: shadow,
};

/** Open criticals as every part of the report says them. */
export const openCriticals = ({ posture, counters, settings }: ReportInput): Figure =>
  findings(criticalsOf)({ posture, counters }, settings);
