import type { Blocker, BlockerId } from '../../../schemas/readiness.js';

/** Where what a blocker is about is listed, as a path behind the tenant's; what is about no list is about the posture. */
const lists: Readonly<Record<BlockerId, string>> = {
  missing_live_connector_evidence: '/validations/connectors',
  tenant_isolation_not_proven: '/evidence?type=aispm.isolation.tested',
  report_delivery_unverified: '/deliveries',
  runtime_workflow_synthetic_only: '/evidence?type=aispm.workflow.exercised',
  evidence_stale: '/controls/evidence-fresh?state=stale',
  ga_archive_not_closed: '/evidence?type=aispm.archive.closed',
  critical_finding_open: '/findings?state=open&severity=critical',
  high_finding_overdue: '/findings?severity=high&overdue=true',
  critical_control_unmet: '/controls',
  log_integrity_broken: '/evidence?type=aispm.integrity.checked',
  insufficient_evidence: '/posture',
  delivery_unconfirmed: '/deliveries?status=unconfirmed',
  deployment_not_validated: '/evidence?type=aispm.deployment.validated',
  trial_access_not_approved: '/journey',
  labs_incomplete: '/journey',
  pilot_scope_missing: '/journey',
  rehearsal_environment: '/posture',
};

/** The way from a blocker on: to the list of what it is about, and to the event that shows it with its proof. */
export function blockerLinks(
  tenantId: string,
  id: Blocker['id'],
  evidenceIds: readonly string[],
): Blocker['links'] {
  const base = `/api/tenants/${tenantId}`;
  const known: Readonly<Record<string, string>> = lists;
  const [first] = evidenceIds;
  return {
    list: `${base}${known[id] ?? '/posture'}`,
    ...(first === undefined
      ? {}
      : { evidence: `${base}/evidence/${first}`, proof: `${base}/evidence/${first}/proof` }),
  };
}
