import type { Evidence } from '../../../schemas/evidence.js';
import {
  loadApproval,
  loadException,
  withAnswer,
  withGrant,
  withRenewal,
  withRequest,
  withReview,
  withRevocation,
} from '../projections/approvals.js';
import { withAdoption, withOverride } from '../projections/adoption.js';
import { withAppetite } from '../projections/appetite.js';
import type { Config } from '../projections/config.js';
import { originOf } from '../projections/items.js';
import { withPolicy, withSettings } from '../projections/policies.js';
import { isReportEvent } from '../projections/reports.js';
import { withIntent } from '../projections/sessions.js';
import { stampOf } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { applyApproval, applyDecision } from './apply-decision.js';
import { applyFinding } from './apply-finding.js';
import { applyInventory, applyRegistryCheck, applySession } from './apply-inventory.js';
import { applyOperation, applyRetirement } from './apply-operation.js';
import { applyIntegrity } from './apply-integrity.js';
import { applyCleared, applyReport } from './apply-report.js';
import { controlsOf } from './catalogue.js';
import { configOf, settleException } from './settle.js';

/**
 * What one event changes, at the log's instant `at`. The dues before `at` have happened already.
 * @returns whether the change is wide: every item must be judged again.
 */
export function applyEvent(workspace: Workspace, evidence: Evidence, at: string): boolean {
  const { event } = evidence;
  const stamp = stampOf(evidence);
  if (isReportEvent(event)) {
    applyReport(workspace, evidence, event, stamp, at);
    return false;
  }
  switch (event.type) {
    case 'aispm.decision.recorded':
      applyDecision(workspace, event.data, stamp, originOf(evidence), at);
      return false;
    case 'aispm.session.recorded':
      applySession(workspace, event.data, stamp, originOf(evidence), at);
      return false;
    case 'aispm.intent.declared':
      workspace.put(withIntent(workspace, event.data, stamp));
      return false;
    case 'aispm.inventory.declared':
      applyInventory(workspace, event.data, stamp, at);
      return false;
    case 'aispm.registry.checked':
      applyRegistryCheck(workspace, event.data, stamp, at);
      return false;
    case 'aispm.approval.requested':
      applyApproval(
        workspace,
        withRequest(loadApproval(workspace, event.data.approval), event.data, stamp),
        at,
      );
      return false;
    case 'aispm.approval.decided':
      applyApproval(
        workspace,
        withAnswer(loadApproval(workspace, event.data.approval), event.data, stamp),
        at,
      );
      return false;
    case 'aispm.breakglass.reviewed':
      applyApproval(
        workspace,
        withReview(loadApproval(workspace, event.data.approval), event.data, stamp),
        at,
      );
      return false;
    case 'aispm.exception.granted':
      settleException(
        workspace,
        withGrant(loadException(workspace, event.data.exception), event.data, stamp),
        at,
      );
      return false;
    case 'aispm.exception.renewed':
      settleException(
        workspace,
        withRenewal(loadException(workspace, event.data.exception), event.data, stamp),
        at,
      );
      return false;
    case 'aispm.exception.revoked':
      settleException(workspace, withRevocation(loadException(workspace, event.data.exception), stamp), at);
      return false;
    case 'aispm.policy.published':
      return replaceConfig(workspace, withPolicy(configOf(workspace), event.data, stamp));
    case 'aispm.tenant.configured':
      if (event.data.change === 'source_retired') applyRetirement(workspace, event.data.subject, stamp, at);
      return replaceConfig(workspace, withSettings(configOf(workspace), event.data));
    case 'aispm.recipient.cleared':
      applyCleared(workspace, event.data, stamp);
      return false;
    case 'aispm.finding.assigned':
    case 'aispm.finding.requested':
    case 'aispm.finding.accepted':
    case 'aispm.finding.resolved':
    case 'aispm.finding.dismissed':
    case 'aispm.finding.reopened':
    case 'aispm.finding.expired':
      applyFinding(workspace, event, evidence.id, at);
      return false;
    case 'aispm.integrity.checked':
      applyIntegrity(workspace, event.data, evidence.id, at);
      applyOperation(workspace, evidence, event, stamp, at);
      return false;
    case 'aispm.control.overridden':
      return replaceConfig(workspace, withOverride(configOf(workspace), event.data, stamp, at));
    case 'aispm.catalogue.adopted':
      if (controlsOf(event.data.version) === null) return false;
      return replaceConfig(workspace, withAdoption(configOf(workspace), event.data, stamp));
    case 'aispm.appetite.approved':
      replaceConfig(workspace, withAppetite(configOf(workspace), event.data, stamp));
      // Reports alone are judged by it.
      return false;
    case 'aispm.connector.validated':
    case 'aispm.isolation.tested':
    case 'aispm.delivery.validated':
    case 'aispm.workflow.exercised':
    case 'aispm.deployment.validated':
    case 'aispm.archive.closed':
    case 'aispm.archive.verified':
    case 'aispm.drill.recorded':
    case 'aispm.packet.submitted':
    case 'aispm.signoff.recorded':
    case 'aispm.incident.opened':
    case 'aispm.incident.closed':
    case 'aispm.review.completed':
    case 'aispm.review.acknowledged':
      applyOperation(workspace, evidence, event, stamp, at);
      return false;
    case 'aispm.incident.updated':
    case 'aispm.response.recorded':
    case 'aispm.person.erased':
    case 'aispm.readiness.decided':
    case 'aispm.journey.advanced':
    case 'aispm.pilot.proposed':
    case 'aispm.access.used':
    case 'aispm.access.denied':
      // In the log and provable, and counted by type. What they say of the journey is taken up in apply-journey.ts.
      return false;
  }
}

function replaceConfig(workspace: Workspace, config: Config): boolean {
  if (config === workspace.find('config', 'config')) return false;
  workspace.put(config);
  return true;
}
