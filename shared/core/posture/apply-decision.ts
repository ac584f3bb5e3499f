import type { EventData } from '../../../schemas/events/types.js';
import { loadApproval, withDependent, withUse } from '../projections/approvals.js';
import type { Approval } from '../projections/documents.js';
import type { DecisionFact, Origin, Stamp } from '../projections/facts.js';
import { factOf, inOneMoreSession, namedItems, withDecision } from '../projections/actions.js';
import { touching, withDecisionInSession } from '../projections/sessions.js';
import { approvalId } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';
import { decisionState, isHighRisk } from './decision-state.js';
import { approvalsOf, configOf, settleApproval, settleItem } from './settle.js';

/** An action: facts of every item it concerns, and the approvals its judgement hangs on. */
export function applyDecision(
  workspace: Workspace,
  data: EventData<'decision.recorded'>,
  stamp: Stamp,
  origin: Origin,
  at: string,
): void {
  const fact = factOf(data, stamp, origin.trusted);
  let items = namedItems(workspace, data).map((item) => withDecision(item, data, fact, origin));
  if (data.session !== undefined) {
    const { session, fresh } = touching(withDecisionInSession(workspace, data.session, data, stamp), items);
    workspace.put(session);
    items = items.map((item) => (fresh.has(item.id) ? inOneMoreSession(item) : item));
  }
  for (const name of approvalsOf(data)) {
    const approval = loadApproval(workspace, name);
    const used = data.ran && name === data.approval ? withUse(approval, stamp) : approval;
    const linked = items.reduce<Approval>((a, item) => withDependent(a, item.id), used);
    if (linked !== approval) settleApproval(workspace, linked, at);
  }
  for (const item of items) settleItem(workspace, item, at);
  // Where a person was to be asked and no approval is named, none can come to light later.
  if (
    data.decision === 'require_approval' &&
    data.mode === 'enforce' &&
    data.ran &&
    data.approval === undefined
  )
    workspace.count('actions/unapproved');
  countAction(workspace, fact);
}

/** High-risk actions, and those of them that were stopped or approved: judged once, when the action came in. */
function countAction(workspace: Workspace, fact: DecisionFact): void {
  if (!isHighRisk(fact, false)) return;
  const approvalOf = (name: string): Approval | null => workspace.find('approval', approvalId(name));
  const state = decisionState(fact, { id: null, highRisk: true }, configOf(workspace), approvalOf);
  workspace.count('actions/high_risk');
  if (state === 'enforced') workspace.count('actions/high_risk_enforced');
}

/** An approval changed: it is judged again, and so is every item whose deciding evidence names it. */
export function applyApproval(workspace: Workspace, approval: Approval, at: string): void {
  settleApproval(workspace, approval, at);
  for (const id of approval.dependents) {
    const item = workspace.find('item', id);
    if (item) settleItem(workspace, item, at);
  }
}
