import type { Orchestrations } from '../../shared/ports.js';
import type { ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { produceReportName, sendNoticeName } from './produce-report-flow.js';
import type { TenantServices } from '../http/tenant-services.js';

/**
 * Starts the production of a report, under the report's id: one that runs is left alone, and one past freezing is never
 * started again, because a host may restart a finished instance by its id.
 */
export async function startProduction(
  orchestrations: Orchestrations,
  { stores, telemetry }: Pick<TenantServices, 'stores' | 'telemetry'>,
  record: ReportRecord,
): Promise<void> {
  if (record.frozen) return;
  const traceparent = telemetry.traceparent();
  await orchestrations.start(record.notice ? sendNoticeName : produceReportName, record.id, {
    tenantId: stores.tenantId,
    reportId: record.id,
    approvalHours: record.approvalRequired ? record.approvalExpiresHours : 0,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
}
