import type { EventData } from '../../../schemas/events/types.js';
import type { Evidence } from '../../../schemas/evidence.js';
import type { Stamp } from '../projections/facts.js';
import { withDelivery } from '../projections/deliveries.js';
import { loadTenantItem } from '../projections/items.js';
import { recipientId } from '../projections/keys.js';
import { lastMail, outcomeSaid, type LastMail } from '../projections/mail-outcome.js';
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
  const mail = withDelivery(workspace, report, event, stamp);
  if (mail) workspace.put(mail);
  if (event.type === 'aispm.report.bounced' && hardBounces.has(event.data.status))
    withBounce(workspace, event.data.recipient, { bounced: stamp });
  const said = outcomeSaid(event, stamp);
  if (said === null) return;
  const told = mail?.outcome ? { ...mail.outcome, operation: mail.operation } : said;
  aboutTenant(workspace, told, at);
  if ('recipient' in event.data && event.data.recipient !== undefined)
    aboutRecipient(workspace, event.data.recipient, told, at);
}

/** What was held back as an exercise says nothing of whether reports arrive. */
function aboutTenant(workspace: Workspace, told: LastMail, at: string): void {
  const item = loadTenantItem(workspace);
  const last = told.outcome === 'exercised' ? item.delivery : lastMail(item.delivery, told);
  if (last !== undefined && last !== item.delivery) settleItem(workspace, { ...item, delivery: last }, at);
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

/** The recipient's finding: open while the mail last spoken of did not arrive, closed by one that did. */
function aboutRecipient(workspace: Workspace, name: string, told: LastMail, at: string): void {
  const id = recipientId(name);
  const before = workspace.find('recipient', id);
  const last = lastMail(before?.last, told);
  if (last === before?.last) return;
  const causes = undelivered(name, last);
  const findings = syncFindings(workspace, configOf(workspace), before?.findings ?? {}, causes, at);
  workspace.put({ id, kind: 'recipient', name, last, findings });
}

function undelivered(recipient: string, { outcome, detail, id }: LastMail): Cause[] {
  if (outcome === 'delivered') return [];
  const rule = detail === 'unconfirmed' ? 'delivery_unconfirmed' : 'report_undelivered';
  return [
    {
      rule,
      subject: `recipient:${recipient}`,
      control: 'report-delivery',
      detail: `A report did not reach its recipient: ${detail.replaceAll('_', ' ')}`,
      severity: severityOfRule(rule),
      evidenceId: id,
    },
  ];
}
