import type { KpiRow } from '../../../schemas/report-figures.js';

export type KpiSpec = Pick<KpiRow, 'label' | 'unit' | 'better' | 'target' | 'limit'> & {
  /** What is counted, of what, and what the figure leaves out. */
  definition: string;
};

/*
 * The indicators of the CISO report: data only. Targets and limits are the house's defaults until a tenant approves its
 * own. Where a definition is narrower than the dictionary's, it says so.
 */
const specs = {
  K04: {
    label: 'Agents governed',
    unit: 'percent',
    better: 'higher',
    target: 95,
    limit: 85,
    definition:
      'Agents declared and heard from through a trusted source in 24 hours, of all declared or observed.',
  },
  K05: {
    label: 'Repositories governed',
    unit: 'percent',
    better: 'higher',
    target: 95,
    limit: 85,
    definition: 'As K04, for repositories.',
  },
  K06: {
    label: 'Workflows governed',
    unit: 'percent',
    better: 'higher',
    target: 90,
    limit: 80,
    definition: 'As K04, for workflows.',
  },
  K07: {
    label: 'Tools governed',
    unit: 'percent',
    better: 'higher',
    target: 90,
    limit: 80,
    definition: 'Tools registered, owned, and trusted or with an unexpired approval, of all tools in scope.',
  },
  K08: {
    label: 'High-risk actions enforced',
    unit: 'percent',
    better: 'higher',
    target: 100,
    limit: 98,
    definition:
      'High-risk actions stopped or approved, of all in the period. The log’s counters do not split actions by risk yet.',
  },
  K09: {
    label: 'Critical findings open',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
    definition:
      'Critical findings open, or claimed resolved and not verified. Accepted ones are counted beside it.',
  },
  K10: {
    label: 'Findings overdue',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 3,
    definition: 'Critical and high findings open past their due date. One critical is beyond the limit.',
  },
  K11: {
    label: 'Time to close',
    unit: 'days',
    better: 'lower',
    target: null,
    limit: null,
    definition:
      'From the last opening to the verified closing, by severity: median from 3 closed, below that the longest. Target half the due days, limit all of them.',
  },
  K12: {
    label: 'Closed within due date',
    unit: 'percent',
    better: 'higher',
    target: 95,
    limit: 85,
    definition:
      'Findings closed on time, of those closed in the period and those open whose due date fell in it.',
  },
  K13: {
    label: 'Exceptions expired',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
    definition:
      'Exceptions past their expiry and not revoked. Whether an action relied on one is not part of the figure.',
  },
  K14: {
    label: 'Risks accepted',
    unit: 'count',
    better: 'neither',
    target: null,
    limit: null,
    definition: 'Findings accepted with owner, approver and expiry.',
  },
  K15: {
    label: 'Break-glass uses not reviewed',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
    definition: 'Uses of break-glass without a review 24 hours after the decision.',
  },
  K16: {
    label: 'Evidence fresh',
    unit: 'percent',
    better: 'higher',
    target: 95,
    limit: 90,
    definition:
      'Pairs of control and item proven enforced or shadowed within the window, of all in scope. A missing or blocked pair counts as not fresh, whatever its cause.',
  },
  K17: {
    label: 'Evidence signed',
    unit: 'percent',
    better: 'higher',
    target: 99,
    limit: 95,
    definition:
      'Live events with a valid signature of a registered source, of all live events folded in the period.',
  },
  K18: {
    label: 'Evidence tied',
    unit: 'percent',
    better: 'higher',
    target: 99,
    limit: 95,
    definition:
      'Events whose references all resolve, of those that must carry references. References are not resolved yet.',
  },
  K19: {
    label: 'Approval latency, median',
    unit: 'minutes',
    better: 'lower',
    target: 30,
    limit: 60,
    definition:
      'From request to decision, over requests decided in the period; the median needs 3, the p95 needs 20.',
  },
  K20: {
    label: 'Approval breaches',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 0,
    definition:
      'Requests decided by the requester. Actions run without approval are findings and not counted here yet, so none is no proof of none.',
  },
  K21: {
    label: 'Report delivery',
    unit: 'percent',
    better: 'higher',
    target: 99,
    limit: 95,
    definition:
      'Deliveries confirmed by the provider, of all that ended since the log began. Counts evidence the service made itself.',
  },
  K23: {
    label: 'Policy drift',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 2,
    definition:
      'Agents and repositories decided under another policy version than the published one. Not counted yet.',
  },
  K24: {
    label: 'Shadow items',
    unit: 'count',
    better: 'lower',
    target: 0,
    limit: 3,
    definition: 'Items that act and are not declared, of all kinds.',
  },
  K25: {
    label: 'Connector health',
    unit: 'of',
    better: 'higher',
    target: null,
    limit: null,
    definition:
      'Required connectors with a live proof in the window. No connector is declared as required yet.',
  },
  K26: {
    label: 'Reviews acknowledged on time',
    unit: 'percent',
    better: 'higher',
    target: 100,
    limit: 90,
    definition:
      'Reviews acknowledged by their due date, of those due in the period. Due dates are not counted yet.',
  },
} as const satisfies Record<string, KpiSpec>;

export type KpiId = keyof typeof specs;
export const kpiSpecs: Readonly<Record<KpiId, KpiSpec>> = specs;
export const kpiIds = Object.keys(specs) as KpiId[];
