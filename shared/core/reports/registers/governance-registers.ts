import type { Register } from '../../../../schemas/report-registers.js';
import { millisOf, minute } from '../../kernel/time.js';
import type { Approval, Exception, Report } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { usedBreakGlass } from '../kpis/approval-measures.js';
import { endOf } from '../kpis/period-measures.js';
import { column, known, registerOf, type ColumnOf } from './register.js';

const minutes = ({ requested, decided }: Approval): number | null =>
  requested && decided
    ? Math.max(0, Math.round((10 * (millisOf(decided.time) - millisOf(requested.time))) / minute) / 10)
    : null;

const approvalColumns: readonly ColumnOf<Approval>[] = [
  column('approval', 'Approval', 'text', 'Its name.', (a) => a.name),
  column('status', 'Status', 'text', 'Where it stands.', (a) => a.status),
  column('breakGlass', 'Break-glass', 'boolean', 'Whether it was used to break the glass.', usedBreakGlass),
  column('agent', 'Agent', 'text', 'For which agent; empty where none was named.', (a) => a.requested?.agent),
  column(
    'requested',
    'Requested',
    'instant',
    'Empty where the request is not in the log.',
    (a) => a.requested?.time,
  ),
  column('requestedBy', 'Requested by', 'text', 'Pseudonym; empty where nobody is named.', (a) =>
    known(a.requested?.by),
  ),
  column('decided', 'Decided', 'instant', 'Empty while nobody has decided.', (a) => a.decided?.time),
  column(
    'outcome',
    'Outcome',
    'text',
    'approved or denied; empty while nobody has decided.',
    (a) => a.decided?.outcome,
  ),
  column('decidedBy', 'Decided by', 'text', 'Pseudonym; empty while nobody has decided.', (a) =>
    known(a.decided?.by),
  ),
  column('latency', 'Minutes to decide', 'number', 'Empty where one of the two is not in the log.', minutes),
  column(
    'expires',
    'Expires',
    'instant',
    'End of the request; empty where it is not in the log.',
    (a) => a.requested?.expiresAt,
  ),
  column(
    'reviewed',
    'Reviewed',
    'instant',
    'Later review of a break-glass use; empty where there was none.',
    (a) => a.reviewed?.time,
  ),
  column(
    'review',
    'Review outcome',
    'text',
    'justified or not_justified; empty where there was none.',
    (a) => a.reviewed?.outcome,
  ),
];

export const approvalsRegister = (input: ReportInput): Register =>
  registerOf(
    { sheet: 'Approvals', what: 'Approvals, worst first', empty: 'No approval is recorded.' },
    approvalColumns,
    input.approvals,
    input.approvalTotal,
  );

export const breakGlassRegister = (input: ReportInput): Register =>
  registerOf(
    {
      sheet: 'Break-glass',
      what: 'Uses of break-glass among the approvals read',
      empty: 'No use of break-glass is recorded.',
    },
    approvalColumns,
    input.approvals.filter(usedBreakGlass),
  );

export const exceptionsRegister = (input: ReportInput): Register =>
  registerOf<Exception>(
    { sheet: 'Exceptions', what: 'Exceptions, worst first', empty: 'No exception is recorded.' },
    [
      column('exception', 'Exception', 'text', 'Its name.', (e) => e.name),
      column('status', 'Status', 'text', 'active, expired, unowned or revoked.', (e) => e.status),
      column('scope', 'Scope', 'text', 'Empty where the grant is not in the log.', (e) => e.granted?.scope),
      column(
        'control',
        'Control',
        'text',
        'The control it excepts; empty where none was named.',
        (e) => e.granted?.control,
      ),
      column('owner', 'Owner', 'text', 'Pseudonym; empty where none was named.', (e) =>
        known(e.granted?.owner),
      ),
      column('approvedBy', 'Approved by', 'text', 'Pseudonym; empty where none was named.', (e) =>
        known(e.renewed?.approvedBy ?? e.granted?.approvedBy),
      ),
      column(
        'granted',
        'Granted',
        'instant',
        'Empty where the grant is not in the log.',
        (e) => e.granted?.time,
      ),
      column('renewed', 'Renewed', 'instant', 'Empty where it was not renewed.', (e) => e.renewed?.time),
      column('expires', 'Expires', 'instant', 'Empty where no expiry was said.', endOf),
      column('revoked', 'Revoked', 'instant', 'Empty where it was not revoked.', (e) => e.revoked?.time),
    ],
    input.exceptions,
    input.exceptionTotal,
  );

type Delivery = Report['deliveries'][string] & { operation: string; report: Report };

/** Mails of reports, by report in order of request. */
export function deliveriesRegister(input: ReportInput): Register {
  const deliveries = input.reports.flatMap((report) =>
    Object.entries(report.deliveries).map(([operation, d]): Delivery => ({ ...d, operation, report })),
  );
  return registerOf<Delivery>(
    {
      sheet: 'Deliveries',
      what: 'Deliveries of reports; evidence that the service made itself',
      empty: 'No report was sent.',
    },
    [
      column('operation', 'Operation', 'digest', 'Id of the mail operation.', (d) => d.operation),
      column('reportType', 'Report', 'text', 'Type of the report.', (d) => d.report.reportType),
      column(
        'requested',
        'Requested',
        'instant',
        'When the report was requested.',
        (d) => d.report.requestedAt,
      ),
      column('recipient', 'Recipient', 'text', 'Pseudonym of the recipient.', (d) => known(d.recipient)),
      column('status', 'Status', 'text', 'delivered on the provider’s word alone.', (d) => d.status),
      column('at', 'At', 'instant', 'When this status came about.', (d) => d.at),
    ],
    deliveries,
  );
}
