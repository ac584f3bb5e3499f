import type { Delivery, Report } from './documents.js';
import { deliveryId } from './keys.js';
import type { ReportEvent } from './reports.js';
import type { Workspace } from './workspace.js';

/** The mail that a report event is about, after it; null for one that is about no mail, or about one that is not known. */
export function withDelivery(
  workspace: Workspace,
  report: Report,
  event: ReportEvent,
  time: string,
): Delivery | null {
  const operation = 'operation' in event.data ? event.data.operation : undefined;
  const stands = operation === undefined ? undefined : report.deliveries[operation];
  if (operation === undefined || stands === undefined) return null;
  const id = deliveryId(operation);
  const sentAt = event.type === 'aispm.report.sending' ? time : workspace.find('delivery', id)?.sentAt;
  return {
    id,
    kind: 'delivery',
    operation,
    report: report.name,
    reportType: report.reportType,
    recipient: stands.recipient,
    status: stands.status,
    ...(sentAt === undefined ? {} : { sentAt }),
    at: stands.at,
    rank: sentAt ?? stands.at,
  };
}
