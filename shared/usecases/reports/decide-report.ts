import { pseudonymOf } from '../../core/ingest/people.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { reportId as ledgerReportId } from '../../core/projections/keys.js';
import type { Report } from '../../core/projections/documents.js';
import { recordStatement } from '../record.js';
import { loadReport, type ReportDeps } from './report-record.js';

export type Outcome = 'approved' | 'rejected' | 'cancelled' | 'expired';

/**
 * A person decides on a report. The first decision stands: its id is the report's, so of two at once one is recorded and
 * the other is a conflict. The requester never approves.
 */
export async function decideReport(
  deps: ReportDeps,
  reportId: string,
  outcome: Outcome,
  subject: string,
  reason?: string,
): Promise<void> {
  const { stores, keys } = deps;
  const { value: record } = await loadReport(stores, reportId);
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  if (outcome === 'approved' && actor === record.requestedBy) {
    throw new Refusal('separation_of_duties', 'who requested a report cannot approve it');
  }
  const report = await reportInLog(deps, reportId);
  if (outcome !== 'expired' && report.status !== 'rendered') {
    const may = report.status === 'requested' ? 'it is not rendered yet' : `it is ${report.status}`;
    throw new Refusal('conflict', `the report cannot be ${outcome}: ${may}`);
  }
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordStatement(deps, {
    name: 'report.approved',
    id: `report-decided-${reportId}`,
    data: { report: reportId, outcome, actor, ...(reason === undefined ? {} : { reason }) },
  });
}

/** The report as the log tells it: the authority on every decision about it. */
export async function reportInLog(deps: Pick<ReportDeps, 'stores'>, reportId: string): Promise<Report> {
  const id = ledgerReportId(reportId);
  const report = (await deps.stores.ledger.read([id])).get(id);
  if (report?.kind !== 'report') throw new Refusal('not_found', 'there is no such report');
  return report;
}
