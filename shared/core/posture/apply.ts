import type { Evidence } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import {
  loadApproval,
  loadException,
  withAnswer,
  withDependent,
  withGrant,
  withRenewal,
  withRequest,
  withReview,
  withRevocation,
} from '../projections/approvals.js';
import type { Approval, Config, Item, Stamp } from '../projections/documents.js';
import {
  decisionItems,
  isTrusted,
  loadItem,
  loadTenantItem,
  withDecision,
  withDeclaration,
  withRegistryCheck,
  withSession,
} from '../projections/items.js';
import { withPolicy, withSettings } from '../projections/policies.js';
import { withReportEvent, type ReportEvent } from '../projections/reports.js';
import { withDecisionInSession, withIntent, withSessionState } from '../projections/sessions.js';
import { isLater, stampOf } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { controlById } from './catalogue.js';
import { approvalsOf, configOf, settleApproval, settleException, settleItem } from './settle.js';
import { syncFindings } from './findings.js';

/**
 * What one event changes, at the log's instant `at`. The dues before `at` have happened already.
 * @returns whether the change is wide: every item must be judged again.
 */
export function applyEvent(workspace: Workspace, evidence: Evidence, at: string): boolean {
  const { event } = evidence;
  const stamp = stampOf(evidence);
  const trusted = isTrusted(evidence);
  switch (event.type) {
    case 'aispm.decision.recorded':
      applyDecision(workspace, event.data, stamp, trusted, at);
      return false;
    case 'aispm.session.recorded':
      workspace.put(withSessionState(workspace, event.data, stamp));
      settleItem(
        workspace,
        withSession(
          loadItem(workspace, 'agent', event.data.agent),
          stamp,
          trusted,
          event.data.state === 'started',
        ),
        at,
      );
      return false;
    case 'aispm.intent.declared':
      workspace.put(withIntent(workspace, event.data, stamp));
      return false;
    case 'aispm.inventory.declared':
      for (const declared of event.data.items) {
        settleItem(
          workspace,
          withDeclaration(loadItem(workspace, declared.kind, declared.id), declared, stamp),
          at,
        );
      }
      return false;
    case 'aispm.registry.checked':
      settleItem(
        workspace,
        withRegistryCheck(loadItem(workspace, 'tool', event.data.tool), event.data, stamp),
        at,
      );
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
      return replaceConfig(workspace, withSettings(configOf(workspace), event.data));
    case 'aispm.report.requested':
    case 'aispm.report.approved':
    case 'aispm.report.rendered':
    case 'aispm.report.sending':
    case 'aispm.report.delivered':
    case 'aispm.report.bounced':
    case 'aispm.report.failed':
    case 'aispm.report.retrieved':
      applyReport(workspace, evidence, event, stamp, at);
      return false;
    case 'aispm.control.overridden':
    case 'aispm.catalogue.adopted':
    case 'aispm.connector.validated':
    case 'aispm.isolation.tested':
    case 'aispm.workflow.exercised':
    case 'aispm.deployment.validated':
    case 'aispm.archive.closed':
    case 'aispm.drill.recorded':
    case 'aispm.packet.submitted':
    case 'aispm.incident.opened':
    case 'aispm.incident.closed':
    case 'aispm.finding.assigned':
    case 'aispm.finding.accepted':
    case 'aispm.finding.resolved':
    case 'aispm.finding.dismissed':
    case 'aispm.finding.reopened':
    case 'aispm.review.completed':
    case 'aispm.review.acknowledged':
    case 'aispm.readiness.decided':
    case 'aispm.journey.advanced':
    case 'aispm.access.denied':
      // In the log and provable; counted by type in the summary; nothing further is derived from it in this fold version.
      return false;
  }
}

function applyDecision(
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

function applyApproval(workspace: Workspace, approval: Approval, at: string): void {
  settleApproval(workspace, approval, at);
  for (const id of approval.dependents) {
    const item = workspace.find('item', id);
    if (item) settleItem(workspace, item, at);
  }
}

function replaceConfig(workspace: Workspace, config: Config): boolean {
  if (config === workspace.find('config', 'config')) return false;
  workspace.put(config);
  return true;
}

/** Outcomes of deliveries feed the tenant's own control, and an undelivered mail is a finding about its recipient. */
function applyReport(
  workspace: Workspace,
  evidence: Evidence,
  event: ReportEvent,
  stamp: Stamp,
  at: string,
): void {
  const report = withReportEvent(workspace, evidence, event);
  if (!report) return;
  workspace.put(report);
  if (
    event.type !== 'aispm.report.delivered' &&
    event.type !== 'aispm.report.bounced' &&
    event.type !== 'aispm.report.failed'
  )
    return;
  const item = loadTenantItem(workspace);
  const outcome = event.type === 'aispm.report.delivered' ? 'delivered' : 'failed';
  const updated: Item = isLater(stamp, item.delivery) ? { ...item, delivery: { ...stamp, outcome } } : item;
  settleItem(workspace, updated, at);
  const recipient = event.data.recipient;
  if (recipient === undefined) return;
  const cause = {
    rule:
      event.type === 'aispm.report.failed' && event.data.outcome === 'unconfirmed'
        ? 'delivery_unconfirmed'
        : 'report_undelivered',
    subject: `recipient:${recipient}`,
    control: 'report-delivery',
    detail: `A report did not reach its recipient: ${event.type === 'aispm.report.bounced' ? event.data.status : 'not delivered'}`,
    severity: controlById.get('report-delivery')?.severity ?? 'medium',
    evidenceId: evidence.id,
  } as const;
  const tenantItem = loadTenantItem(workspace);
  const others = Object.fromEntries(
    Object.entries(tenantItem.recipients ?? {}).filter(([name]) => name !== recipient),
  );
  const mine = tenantItem.recipients?.[recipient] ?? {};
  const findings = syncFindings(
    workspace,
    configOf(workspace),
    mine,
    outcome === 'delivered' ? [] : [cause],
    at,
  );
  workspace.put({
    ...tenantItem,
    recipients: Object.keys(findings).length === 0 ? others : { ...others, [recipient]: findings },
  });
}
