import type { Delivery, Report } from './documents.js';
import type { Stamp } from './facts.js';
import { deliveryId } from './keys.js';
import { mergedOutcome, outcomeSaid } from './mail-outcome.js';
import type { ReportEvent } from './reports.js';
import type { Workspace } from './workspace.js';

/** The mail that a report event is about, after it; null for one that is about no mail, or about one that is not known. */
export function withDelivery(
  workspace: Workspace,
  report: Report,
  event: ReportEvent,
  stamp: Stamp,
): Delivery | null {
  const operation = 'operation' in event.data ? event.data.operation : undefined;
  const stands = operation === undefined ? undefined : report.deliveries[operation];
  if (operation === undefined || stands === undefined) return null;
  const id = deliveryId(operation);
  const before = workspace.find('delivery', id);
  const sentAt = event.type === 'aispm.report.sending' ? stamp.time : before?.sentAt;
  const said = outcomeSaid(event, stamp);
  const outcome = said === null ? before?.outcome : mergedOutcome(before?.outcome, said);
  return {
    id,
    kind: 'delivery',
    operation,
    report: report.name,
    reportType: report.reportType,
    recipient: stands.recipient,
    status: stands.status,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(outcome === undefined ? {} : { outcome }),
    at: stands.at,
    rank: sentAt ?? stands.at,
  };
}
