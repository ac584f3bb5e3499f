import type { EventData } from '../../../schemas/events/types.js';
import type { Evidence } from '../../../schemas/evidence.js';
import type { Report } from '../projections/documents.js';
import type { Stamp } from '../projections/facts.js';
import { withDelivery } from '../projections/deliveries.js';
import { loadTenantItem } from '../projections/items.js';
import { withReportEvent, type ReportEvent } from '../projections/reports.js';
import { isLater } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { syncFindings, type Cause } from './findings.js';
import { configOf, settleItem } from './settle.js';
import { severityOfRule } from './severities.js';

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
  const mail = withDelivery(workspace, report, event, stamp.time);
  if (mail) workspace.put(mail);
  if (
    event.type !== 'aispm.report.delivered' &&
    event.type !== 'aispm.report.bounced' &&
    event.type !== 'aispm.report.failed'
  )
    return;
  if (event.type === 'aispm.report.failed' && isOutweighed(report, event.data.operation)) return;
  // Nobody wanted the mail any more: that says nothing about delivery.
  if (event.type === 'aispm.report.failed' && report.status === 'cancelled') return;
  if (event.type === 'aispm.report.bounced' && hardBounces.has(event.data.status))
    withBounce(workspace, event.data.recipient, { bounced: stamp });
  const item = loadTenantItem(workspace);
  const outcome = event.type === 'aispm.report.delivered' ? 'delivered' : 'failed';
  const exercised = event.type === 'aispm.report.failed' && event.data.exercised === true;
  const counts = isLater(stamp, item.delivery) && !exercised;
  settleItem(workspace, counts ? { ...item, delivery: { ...stamp, outcome } } : item, at);
  if (event.data.recipient !== undefined)
    aboutRecipient(workspace, event.data.recipient, undelivered(event, evidence.id), at);
}

/** There is no such mailbox, or the provider keeps a list of those that had none. */
const hardBounces: ReadonlySet<string> = new Set(['bounced', 'suppressed']);

/** A person looked after a recipient that a hard bounce had disabled. */
export const applyCleared = (
  workspace: Workspace,
  { recipient }: EventData<'recipient.cleared'>,
  stamp: Stamp,
): void => withBounce(workspace, recipient, { cleared: stamp });

function withBounce(
  workspace: Workspace,
  recipient: string,
  said: { bounced: Stamp } | { cleared: Stamp },
): void {
  const item = loadTenantItem(workspace);
  const before = item.bounces?.[recipient] ?? {};
  const newer =
    'bounced' in said ? isLater(said.bounced, before.bounced) : isLater(said.cleared, before.cleared);
  if (newer) workspace.put({ ...item, bounces: { ...item.bounces, [recipient]: { ...before, ...said } } });
}

/** Our own doubt about a mail is nothing where the provider has spoken of it, or a person has taken it up since. */
function isOutweighed(report: Report, operation: string | undefined): boolean {
  const found = operation === undefined ? undefined : report.deliveries[operation];
  return found?.status === 'delivered' || found?.status === 'bounced' || found?.resumed === true;
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
  const rule = unconfirmed ? 'delivery_unconfirmed' : 'report_undelivered';
  return {
    rule,
    subject: `recipient:${event.data.recipient ?? ''}`,
    control: 'report-delivery',
    detail: `A report did not reach its recipient: ${outcome.replaceAll('_', ' ')}`,
    severity: severityOfRule(rule),
    evidenceId,
  };
}
