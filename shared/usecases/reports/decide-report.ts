import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { reportId as ledgerReportId } from '../../core/projections/keys.js';
import type { Report } from '../../core/projections/documents.js';
import { recordStatement } from '../log/record.js';
import { refuseUnsendable } from './recipients.js';
import { loadReport, type ReportDeps } from './report-record.js';

export type Outcome = 'approved' | 'rejected' | 'cancelled' | 'expired';

/** A report is stopped at any step before all of its mails have ended; what has left stays where it is. */
const cancellable: readonly string[] = ['requested', 'rendered', 'approved'];

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
  // Its mails leave without a decision: one that was accepted here would be believed and change nothing.
  if (!record.approvalRequired && outcome !== 'cancelled')
    throw new Refusal('conflict', 'the report needs no approval and has had none');
  if (outcome === 'approved' && record.frozen?.waiting !== undefined)
    throw new Refusal('conflict', `the report cannot be approved. ${record.frozen.waiting}`);
  if (outcome === 'approved') await refuseUnsendable(deps, record);
  const report = await reportInLog(deps, reportId);
  const decidable = outcome === 'cancelled' ? cancellable : ['rendered'];
  if (outcome !== 'expired' && !decidable.includes(report.status)) {
    const may = report.status === 'requested' ? 'it is not rendered yet' : `it is ${report.status}`;
    throw new Refusal('conflict', `the report cannot be ${outcome}: ${may}`);
  }
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordStatement(deps, {
    name: 'report.approved',
    // Who cancels stops what was approved before, too.
    id: `report-${outcome === 'cancelled' ? 'cancelled' : 'decided'}-${reportId}`,
    data: {
      report: reportId,
      outcome,
      actor,
      // As on admission: what a person types goes into the log for good.
      ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
    },
  });
}

/**
 * The approval's time is over. A decision that came first stands.
 * @returns the status that the report has now.
 */
export async function expireReport(deps: ReportDeps, reportId: string): Promise<string> {
  try {
    await decideReport(deps, reportId, 'expired', 'aispm');
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'conflict')) throw error;
  }
  return (await reportInLog(deps, reportId)).status;
}

/** The report as the log tells it: the authority on every decision about it. */
export async function reportInLog(deps: Pick<ReportDeps, 'stores'>, reportId: string): Promise<Report> {
  const id = ledgerReportId(reportId);
  const report = (await deps.stores.ledger.read([id])).get(id);
  if (report?.kind !== 'report') throw new Refusal('not_found', 'there is no such report');
  return report;
}
