import type { Evidence, EvidenceEvent } from '../../../schemas/evidence.js';
import type { Report } from './documents.js';
import { reportId } from './keys.js';
import { stampOf } from './stamps.js';
import type { Workspace } from './workspace.js';

/** Events in the life of a report. */
export type ReportEvent = Extract<EvidenceEvent, { type: `aispm.report.${string}` }>;

/** Progress never goes back: between events of one report the further one wins, whatever order they were written in. */
const progress: Record<Report['status'], number> = {
  requested: 0,
  rendered: 1,
  approved: 2,
  rejected: 3,
  cancelled: 3,
  expired: 3,
  undelivered: 4,
  delivered: 5,
};

/** Applies one report event to its report. @returns null for an event of a report that was never requested. */
export function withReportEvent(workspace: Workspace, evidence: Evidence, event: ReportEvent): Report | null {
  const { time } = stampOf(evidence);
  const id = reportId(event.data.report);
  if (event.type === 'aispm.report.requested') {
    return {
      id,
      kind: 'report',
      name: event.data.report,
      reportType: event.data.reportType,
      requestedAt: time,
      status: 'requested',
      deliveries: {},
      rank: time,
    };
  }
  const report = workspace.find('report', id);
  if (!report) return null;
  switch (event.type) {
    case 'aispm.report.rendered':
      return further({ ...report, documentDigest: event.data.documentDigest }, 'rendered');
    case 'aispm.report.approved':
      return further(report, event.data.outcome);
    case 'aispm.report.sending':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'sending',
        at: time,
      });
    case 'aispm.report.delivered':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'delivered',
        at: time,
      });
    case 'aispm.report.bounced':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'bounced',
        at: time,
      });
    case 'aispm.report.failed': {
      const { operation, recipient, outcome } = event.data;
      if (operation === undefined || recipient === undefined) return further(report, 'undelivered');
      return delivery(report, operation, {
        recipient,
        status: outcome === 'unconfirmed' ? 'unconfirmed' : 'failed',
        at: time,
      });
    }
    case 'aispm.report.retrieved':
      return report;
  }
}

const further = (report: Report, status: Report['status']): Report =>
  progress[status] > progress[report.status] ? { ...report, status } : report;

/** A provider's word outweighs our own: `sending` and `unconfirmed` give way, a final outcome stays. */
function delivery(report: Report, operation: string, next: Report['deliveries'][string]): Report {
  const before = report.deliveries[operation];
  const final = before !== undefined && before.status !== 'sending' && before.status !== 'unconfirmed';
  const deliveries = final ? report.deliveries : { ...report.deliveries, [operation]: next };
  const all = Object.values(deliveries);
  const open = all.some((d) => d.status === 'sending');
  const status = open
    ? report.status
    : all.every((d) => d.status === 'delivered')
      ? 'delivered'
      : 'undelivered';
  return further({ ...report, deliveries }, status);
}
