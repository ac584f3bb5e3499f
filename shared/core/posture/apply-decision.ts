import type { EventData } from '../../../schemas/events/types.js';
import { loadApproval, withDependent } from '../projections/approvals.js';
import type { Approval } from '../projections/documents.js';
import type { Stamp } from '../projections/facts.js';
import { decisionItems, withDecision } from '../projections/items.js';
import { withDecisionInSession } from '../projections/sessions.js';
import type { Workspace } from '../projections/workspace.js';
import { approvalsOf, settleApproval, settleItem } from './settle.js';

/** An action: facts of every item it concerns, and the approvals its judgement hangs on. */
export function applyDecision(
  workspace: Workspace,
  data: EventData<'decision.recorded'>,
  stamp: Stamp,
  trusted: boolean,
  at: string,
): void {
  const items = decisionItems(workspace, data).map((item) => withDecision(item, data, stamp, trusted));
  for (const name of approvalsOf(data)) {
    const approval = loadApproval(workspace, name);
    const linked = items.reduce<Approval>((a, item) => withDependent(a, item.id), approval);
    if (linked !== approval) settleApproval(workspace, linked, at);
  }
  for (const item of items) settleItem(workspace, item, at);
  if (data.session !== undefined)
    workspace.put(withDecisionInSession(workspace, data.session, data.agent, stamp));
}

/** An approval changed: it is judged again, and so is every item whose deciding evidence names it. */
export function applyApproval(workspace: Workspace, approval: Approval, at: string): void {
  settleApproval(workspace, approval, at);
  for (const id of approval.dependents) {
    const item = workspace.find('item', id);
    if (item) settleItem(workspace, item, at);
  }
}
