import type { KpiRow } from '../../../../schemas/report-figures.js';

export type KpiSpec = Pick<KpiRow, 'label' | 'unit' | 'better' | 'target' | 'limit'> & {
  /** What is counted, of what, and what the figure leaves out. */
  definition: string;
};

export const kpiIds = [
  'K04',
  'K05',
  'K06',
  'K07',
  'K08',
  'K09',
  'K10',
  'K11',
  'K12',
  'K13',
  'K14',
  'K15',
  'K16',
  'K17',
  'K18',
  'K19',
  'K20',
  'K21',
  'K23',
  'K24',
  'K25',
  'K26',
] as const;
export type KpiId = (typeof kpiIds)[number];

const spec = (
  label: string,
  unit: KpiSpec['unit'],
  better: KpiSpec['better'],
  target: number | null,
  limit: number | null,
  definition: string,
): KpiSpec => ({ label, unit, better, target, limit, definition });

/** K22: of the whole gate, so that no posture alone tells it. */
export const blockersSpec: KpiSpec = {
  label: 'Blockers before production',
  unit: 'count',
  better: 'lower',
  target: 0,
  limit: 0,
  definition:
    'Distinct blockers that the gate would name for production, by a preview at the report’s making; the prior is what the gate last answered by then. Counts evidence the service made itself.',
};

/*
 * The indicators: data only. Targets and limits are the house's defaults until a tenant approves its
 * own. Where a definition is narrower than the dictionary's, it says so.
 */
// prettier-ignore
export const kpiSpecs: Readonly<Record<KpiId, KpiSpec>> = {
  K04: spec('Agents governed', 'percent', 'higher', 95, 85,
    'Agents declared and heard from through a trusted source in 24 hours, of all declared or observed.'),
  K05: spec('Repositories governed', 'percent', 'higher', 95, 85,
    'As K04, for repositories.'),
  K06: spec('Workflows governed', 'percent', 'higher', 90, 80,
    'As K04, for workflows.'),
  K07: spec('Tools governed', 'percent', 'higher', 90, 80,
    'Tools registered, owned, and trusted or with an unexpired approval, of all tools in scope.'),
  K08: spec('High-risk actions enforced', 'percent', 'higher', 100, 98,
    'High-risk actions stopped or approved, of all in the period; each is judged when it comes in.'),
  K09: spec('Critical findings open', 'count', 'lower', 0, 0,
    'Critical findings open, or claimed resolved and not verified. Accepted ones are counted beside it.'),
  K10: spec('Findings overdue', 'count', 'lower', 0, 3,
    'Critical and high findings open past their due date. One critical is beyond the limit.'),
  K11: spec('Time to close', 'days', 'lower', null, null,
    'From the last opening to the verified closing, by severity: median from 3 closed, below that the longest. Target half the due days, limit all of them.'),
  K12: spec('Closed within due date', 'percent', 'higher', 95, 85,
    'Findings closed on time, of those closed in the period and those open whose due date fell in it.'),
  K13: spec('Exceptions expired', 'count', 'lower', 0, 0,
    'Exceptions past their expiry and not revoked. Whether an action relied on one is not part of the figure.'),
  K14: spec('Risks accepted', 'count', 'neither', null, null,
    'Findings accepted with owner, approver and expiry.'),
  K15: spec('Break-glass uses not reviewed', 'count', 'lower', 0, 0,
    'Uses of break-glass without a review 24 hours after the decision.'),
  K16: spec('Evidence fresh', 'percent', 'higher', 95, 90,
    'Pairs of control and item proven enforced or shadowed within the window, of all in scope. A missing or blocked pair counts as not fresh, whatever its cause.'),
  K17: spec('Evidence signed', 'percent', 'higher', 99, 95,
    'Live events with a valid signature of a registered source, of all live events folded in the period.'),
  K18: spec('Evidence tied', 'percent', 'higher', 99, 95,
    'Events that refer to evidence of the log and whose references all lead there, of all such events. A reference has a day to find its target; until then its event is not judged.'),
  K19: spec('Approval latency, median', 'minutes', 'lower', 30, 60,
    'From request to decision, over requests decided in the period; the median needs 3, the p95 needs 20.'),
  K20: spec('Approval breaches', 'count', 'lower', 0, 0,
    'Requests decided by the requester, and actions run under no approval where a person was to be asked, under one not given, or after its end.'),
  K21: spec('Report delivery', 'percent', 'higher', 99, 95,
    'Deliveries confirmed by the provider, of all that ended since the log began. Counts evidence the service made itself.'),
  K23: spec('Policy drift', 'count', 'lower', 0, 2,
    'Agents and repositories whose decisions carry a policy version that is not published to enforce, or superseded by a newer one.'),
  K24: spec('Shadow items', 'count', 'lower', 0, 3,
    'Items that act and are not declared, of all kinds.'),
  K25: spec('Connector health', 'of', 'higher', null, null,
    'Live sources that sign and returned a nonce over their real path within seven days, of all of them. Limit: all but one.'),
  K26: spec('Reviews acknowledged on time', 'percent', 'higher', 100, 90,
    'Reviews acknowledged by their due date, of those whose due date fell in the period. Counts evidence the service made itself.'),
};
