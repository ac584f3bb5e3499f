import type { Evidence, EvidenceEvent } from '../../../schemas/evidence.js';
import type { Report } from './documents.js';
import type { Stamp } from './facts.js';
import { reportId } from './keys.js';
import { outweighs, type MailWord } from './mail-outcome.js';
import { stampOf } from './stamps.js';
import type { Workspace } from './workspace.js';

/** Events in the life of a report. */
export type ReportEvent = Extract<EvidenceEvent, { type: `aispm.report.${string}` }>;

export const isReportEvent = (event: EvidenceEvent): event is ReportEvent =>
  event.type.startsWith('aispm.report.');

/** Between what is told of a report the further wins, whatever order it was written in. */
const progress: Record<Report['status'], number> = {
  requested: 0,
  rendered: 1,
  approved: 2,
  rejected: 3,
  expired: 3,
  undelivered: 4,
  cancelled: 5,
  delivered: 6,
};

/** Applies one report event to its report. @returns null for an event of a report that was never requested. */
export function withReportEvent(workspace: Workspace, evidence: Evidence, event: ReportEvent): Report | null {
  const { time, id: by } = stampOf(evidence);
  const id = reportId(event.data.report);
  if (event.type === 'aispm.report.requested') {
    return {
      id,
      kind: 'report',
      name: event.data.report,
      reportType: event.data.reportType,
      requestedAt: time,
      step: 'requested',
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
        by,
      });
    case 'aispm.report.delivered':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'delivered',
        at: time,
        by,
      });
    case 'aispm.report.bounced':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'bounced',
        at: time,
        by,
      });
    case 'aispm.report.failed': {
      const { operation, recipient, outcome } = event.data;
      if (operation === undefined || recipient === undefined) return further(report, 'undelivered');
      return delivery(report, operation, { recipient, status: failedAs[outcome], at: time, by });
    }
    case 'aispm.report.resumed':
      return delivery(report, event.data.operation, {
        recipient: event.data.recipient,
        status: 'sending',
        at: time,
        by,
        resumed: true,
      });
    case 'aispm.report.retrieved':
    case 'aispm.report.retried':
    case 'aispm.report.reminded':
    case 'aispm.report.scheduled':
    case 'aispm.report.deferred':
    case 'aispm.report.revoked':
      return report;
  }
}

type Delivery = Report['deliveries'][string];

const failedAs = {
  failed: 'failed',
  dead_letter: 'failed',
  unconfirmed: 'unconfirmed',
  not_sent: 'not_sent',
} as const satisfies Record<string, Delivery['status']>;

const further = (report: Report, step: Report['step']): Report =>
  standing(progress[step] > progress[report.step] ? { ...report, step } : report);

/** Where the report stands: by its own events and by what its mails have come to, whichever is further. */
function standing(report: Report): Report {
  const mails = mailsOf(report);
  return { ...report, status: progress[mails] > progress[report.step] ? mails : report.step };
}

function mailsOf({ step, deliveries }: Report): Report['status'] {
  const all = Object.values(deliveries);
  // What was taken up again had failed, even where the log tells it later.
  if (all.length === 0 || all.some((d) => d.status === 'sending' && d.resumed === undefined)) return step;
  return all.every((d) => d.status === 'delivered') ? 'delivered' : 'undelivered';
}

/** Which word on its mail a delivery is. That a person took up a dead letter is one of ours, as its failing was. */
const wordOf = ({ status, resumed }: Delivery): MailWord =>
  status === 'delivered' || status === 'bounced'
    ? status
    : status === 'sending' && resumed === undefined
      ? 'intent'
      : 'ours';

const saidBy = (one: Delivery): [MailWord, Stamp] => [wordOf(one), { time: one.at, id: one.by }];

function delivery(report: Report, operation: string, next: Delivery): Report {
  const before = report.deliveries[operation];
  if (before !== undefined && !outweighs(saidBy(next), saidBy(before))) return report;
  return standing({ ...report, deliveries: { ...report.deliveries, [operation]: next } });
}
