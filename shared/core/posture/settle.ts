import type { Config } from '../projections/config.js';
import type { Approval, Exception, Item, LedgerDocument } from '../projections/documents.js';
import { approvalId } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';
import { judgeApproval, judgeException } from './approval-states.js';
import { withApprovalTerms, withExceptionTerms } from './approval-terms.js';
import { catalogueVersion } from './catalogue.js';
import { causesOf } from './causes.js';
import { attestationApproval, type ApprovalOf } from './decision-state.js';
import { syncFindings } from './findings.js';
import { judgeItem } from './item-states.js';

/*
 * Settling a document: judge it at an instant, bring its findings in line, store it. Every change of state in the ledger
 * goes through here, whether an event, the clock or a wide change caused it.
 */

/** Defaults until the tenant's first `tenant.configured` is folded. */
export const defaultConfig: Config = {
  id: 'config',
  kind: 'config',
  settings: {
    inventoryFreshDays: 30,
    scoreTarget: 850,
    findingDays: { critical: 7, high: 30, medium: 90, low: 180 },
  },
  revision: 0,
  sample: false,
  policies: {},
  catalogue: catalogueVersion,
  overrides: {},
  ended: {},
};

export const configOf = (workspace: Workspace): Config => workspace.find('config', 'config') ?? defaultConfig;

export function settleItem(workspace: Workspace, item: Item, at: string): void {
  const config = configOf(workspace);
  const { dueAt: _before, unenforced: _stood, ...facts } = item;
  const judged: Item = { ...facts, ...judgeItem(item, config, approvalsIn(workspace, item), at) };
  workspace.put({
    ...judged,
    findings: syncFindings(workspace, config, item.findings, causesOf(judged), at),
  });
}

export function settleApproval(workspace: Workspace, approval: Approval, at: string): void {
  const config = configOf(workspace);
  const { dueAt: _before, ...facts } = withApprovalTerms(approval, at);
  const judged: Approval = { ...facts, ...judgeApproval(approval, config, at) };
  workspace.put({
    ...judged,
    findings: syncFindings(workspace, config, approval.findings, causesOf(judged), at),
  });
}

export function settleException(workspace: Workspace, exception: Exception, at: string): void {
  const config = configOf(workspace);
  const { dueAt: _before, ...facts } = withExceptionTerms(exception, at);
  const judged: Exception = { ...facts, ...judgeException(exception, config, at) };
  workspace.put({
    ...judged,
    findings: syncFindings(workspace, config, exception.findings, causesOf(judged), at),
  });
}

/** Judges again whatever controls are judged for, in a wide change. Other documents stay as they are. */
export function settleAny(workspace: Workspace, document: LedgerDocument, at: string): void {
  if (document.kind === 'item') settleItem(workspace, document, at);
  else if (document.kind === 'approval') settleApproval(workspace, document, at);
  else if (document.kind === 'exception') settleException(workspace, document, at);
}

/** An approval counts for an item only if the item hangs on it: so its change always finds the item again. */
function approvalsIn(workspace: Workspace, item: Item): ApprovalOf {
  return (name) => {
    const approval = workspace.find('approval', approvalId(name));
    return approval?.dependents.includes(item.id) === true ? approval : null;
  };
}

/** Names of approvals that a decision's judgement rests on. */
export const approvalsOf = (fact: {
  approval?: string | undefined;
  attestation?: string | undefined;
}): string[] =>
  [fact.approval, attestationApproval(fact)].filter(
    (name): name is string => name !== undefined && name !== null,
  );
