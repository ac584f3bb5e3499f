import type { Tenant } from '../../../schemas/tenant.js';
import { eightReportsSchema } from '../../../schemas/events/service.js';
import type { Recipient } from '../../core/delivery/recipient-policy.js';
import { hour, instantOf } from '../../core/kernel/time.js';
import { recordFirst } from '../log/record.js';
import { loadReport, type Produce, type ReportDeps } from '../reports/report-record.js';
import { mayApprove } from '../governance/approvers.js';
import { personOf, raiseNotice } from './notices.js';

/**
 * Half of the time for the approval is over, and nobody has decided: mails those who may approve the report, once, and says
 * so in the log, where nobody is listed as an approver too.
 */
export async function remindApproval(deps: ReportDeps, produce: Produce, reportId: string): Promise<void> {
  const { stores, keys, clock, telemetry } = deps;
  const { value: record } = await loadReport(stores, reportId);
  const found = await stores.tenant.get();
  if (found === null) return;
  const macKey = await keys.macKey(stores.tenantId);
  const expiresAt = instantOf(clock.now() + (record.approvalExpiresHours * hour) / 2);
  const type = eightReportsSchema.safeParse(record.type).data ?? 'delivery-validation';
  const notice = await raiseNotice(deps, produce, found.tenant, {
    key: `approval-${reportId}`,
    notice: {
      kind: 'approval_waiting',
      report: reportId,
      reportType: type,
      period: record.period.label,
      expiresAt,
    },
    to: (one) => isApprover(found.tenant, one) && personOf(macKey, one) !== record.requestedBy,
  });
  const first = await recordFirst(deps, {
    name: 'report.reminded',
    id: `report-reminded-${reportId}`,
    data: { report: reportId, expiresAt, ...(notice === null ? {} : { notice }) },
  });
  if (first) telemetry.log('warn', 'approval_waits', { report: reportId, type: record.type });
}

/** Listed as an approver; one who is named as a member must be one that may approve. */
function isApprover({ members }: Tenant, { audience, member }: Recipient): boolean {
  if (!audience.includes('approver')) return false;
  const listed = members.find(({ subject }) => subject === member);
  return listed === undefined || mayApprove(listed);
}
