import type { Evidence } from '../../../schemas/evidence.js';
import type { Item, Report } from '../projections/documents.js';
import type { Stamp } from '../projections/facts.js';
import { loadTenantItem } from '../projections/items.js';
import { withReportEvent, type ReportEvent } from '../projections/reports.js';
import { isLater } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { controlById } from './catalogue.js';
import { syncFindings, type Cause } from './findings.js';
import { configOf, settleItem } from './settle.js';

/** Outcomes of deliveries feed the tenant's own control, and an undelivered mail is a finding about its recipient. */
export function applyReport(
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
  if (event.type === 'aispm.report.failed' && isOutweighed(report, event.data.operation)) return;
  const item = loadTenantItem(workspace);
  const outcome = event.type === 'aispm.report.delivered' ? 'delivered' : 'failed';
  const updated: Item = isLater(stamp, item.delivery) ? { ...item, delivery: { ...stamp, outcome } } : item;
  settleItem(workspace, updated, at);
  if (event.data.recipient !== undefined)
    aboutRecipient(workspace, event.data.recipient, undelivered(event, evidence.id), at);
}

/** Our own doubt about a mail is nothing where the provider has spoken of it. */
function isOutweighed(report: Report, operation: string | undefined): boolean {
  const status = operation === undefined ? undefined : report.deliveries[operation]?.status;
  return status === 'delivered' || status === 'bounced';
}

/** The recipient's finding: open while the last mail to it did not arrive, closed by one that did. */
function aboutRecipient(workspace: Workspace, recipient: string, cause: Cause | null, at: string): void {
  const item = loadTenantItem(workspace);
  const { [recipient]: before = {}, ...others } = item.recipients ?? {};
  const findings = syncFindings(workspace, configOf(workspace), before, cause ? [cause] : [], at);
  workspace.put({
    ...item,
    recipients: Object.keys(findings).length === 0 ? others : { ...others, [recipient]: findings },
  });
}

function undelivered(event: ReportEvent, evidenceId: string): Cause | null {
  if (event.type !== 'aispm.report.bounced' && event.type !== 'aispm.report.failed') return null;
  const unconfirmed = event.type === 'aispm.report.failed' && event.data.outcome === 'unconfirmed';
  const outcome = event.type === 'aispm.report.bounced' ? event.data.status : event.data.outcome;
  return {
    rule: unconfirmed ? 'delivery_unconfirmed' : 'report_undelivered',
    subject: `recipient:${event.data.recipient ?? ''}`,
    control: 'report-delivery',
    detail: `A report did not reach its recipient: ${outcome.replaceAll('_', ' ')}`,
    severity: controlById.get('report-delivery')?.severity ?? 'medium',
    evidenceId,
  };
}
