import type { MailOperation } from '../../core/delivery/operation.js';
import { reportInLog } from './decide-report.js';
import { operationRecordId, type ReportDeps } from './report-record.js';
import { finish } from './send-mail.js';

/** Mails whose last word is still out, as the log tells it: what the orchestrator waits for. */
export async function openDeliveries(
  deps: ReportDeps,
  reportId: string,
): Promise<{ open: number; status: string }> {
  const report = await reportInLog(deps, reportId);
  const open = Object.values(report.deliveries).filter((d) => d.status === 'sending').length;
  return { open, status: report.status };
}

/** The window is over: what the provider never spoke of is unconfirmed, goes to a person, and is never resent by itself. */
export async function closeDeliveries(
  deps: ReportDeps,
  reportId: string,
): Promise<{ open: number; status: string }> {
  const { deliveries } = await reportInLog(deps, reportId);
  for (const [operationId, { status }] of Object.entries(deliveries)) {
    // The log decides, not the working record: the provider's word may stand there while the record missed it.
    if (status !== 'sending') continue;
    const found = await deps.stores.records.get<MailOperation>(operationRecordId(operationId));
    if (found?.value.status === 'accepted') {
      await finish(deps, found.value, found.etag, {
        status: 'unconfirmed',
        detail: 'the provider never reported on the mail',
      });
    }
  }
  return openDeliveries(deps, reportId);
}
