import type { ControlState } from '../../../schemas/posture.js';
import { millisOf } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { Approval } from '../projections/documents.js';
import type { DecisionFact } from '../projections/facts.js';
import { isJustified } from './break-glass.js';

/** Looks up an approval by the name a decision gives. */
export type ApprovalOf = (name: string) => Approval | null;

export const isHighRisk = (fact: DecisionFact, controlHighRisk: boolean): boolean =>
  controlHighRisk || fact.severity === 'high' || fact.severity === 'critical' || fact.risks.length > 0;

/**
 * The state table of the design: decision × mode × risk. The rows are in its order; whatever no row names is missing,
 * because unknown means no.
 */
export function decisionState(
  fact: DecisionFact,
  control: { id: string | null; highRisk: boolean },
  config: Config,
  approvalOf: ApprovalOf,
): ControlState {
  if (fact.mode === 'shadow') return 'shadowed';
  // Whatever the risk: where a person was to be asked, running without is no control.
  if (fact.decision === 'require_approval' && fact.ran && !ranAfterApproval(fact, approvalOf))
    return 'missing';
  if (!isHighRisk(fact, control.highRisk)) return fact.decision === 'audit_only' ? 'shadowed' : 'enforced';
  switch (fact.decision) {
    case 'block':
      // A block that did not hold was no block.
      return fact.ran ? 'missing' : 'enforced';
    case 'require_approval':
      return 'enforced';
    case 'allow':
      return carriesRule(fact, control.id, config) ? 'enforced' : 'missing';
    case 'allow_with_attestation':
      return attested(fact, approvalOf) ? 'enforced' : 'missing';
    case 'warn':
    case 'audit_only':
      return 'shadowed';
  }
}

/** Whether the action was approved, by another than the requester, before it ran, and break-glass was found justified by a third person. */
function ranAfterApproval(fact: DecisionFact, approvalOf: ApprovalOf): boolean {
  if (fact.approval === undefined) return false;
  const approval = approvalOf(fact.approval);
  if (!approval || approval.status !== 'approved' || !approval.decided) return false;
  if (millisOf(approval.decided.time) > millisOf(fact.time)) return false;
  if (approval.requested && approval.requested.expiresAt <= fact.time) return false;
  const brokeGlass = approval.decided.breakGlass || approval.requested?.breakGlass === true;
  return !brokeGlass || isJustified(approval);
}

/**
 * Whether the attestation resolves: `approval://<name>` of an approval that stands. A reference of any other scheme leads
 * outside the log, where nothing can be checked, so it does not resolve.
 */
const attested = (fact: DecisionFact, approvalOf: ApprovalOf): boolean => {
  const name = attestationApproval(fact);
  return name !== null && approvalOf(name)?.status === 'approved';
};

/** Name of the approval a decision's attestation refers to, or null. */
export const attestationApproval = (fact: { attestation?: string | undefined }): string | null =>
  fact.attestation?.startsWith('approval://') === true ? fact.attestation.slice('approval://'.length) : null;

/** Whether a published policy version in enforce mode carries the decision's rule, for this control or (null) for any. */
function carriesRule(fact: DecisionFact, control: string | null, config: Config): boolean {
  const policy = config.policies[fact.policy];
  // Own members only: a rule is named by its sender, and `constructor` is a name too.
  const carried = policy?.mode === 'enforce' && Object.hasOwn(policy.rules, fact.rule);
  const controls = carried ? policy.rules[fact.rule] : undefined;
  return controls !== undefined && (control === null || controls.includes(control));
}
