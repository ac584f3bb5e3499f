import type { Tenant } from '../../../schemas/tenant.js';
import { objectionTo } from '../../core/delivery/recipient-policy.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { reviewOwners } from '../../core/reviews/owners.js';
import type { Period } from '../../core/reviews/periods.js';
import { periodOf } from '../periods.js';
import { requestReport, stateRequest } from '../reports/request-report.js';
import { loadReport, reportRecordId, type ReportDeps, type ReportRecord } from '../reports/report-record.js';
import { reviewName, type ReviewKey } from './acknowledge.js';
import { serviceSource } from '../record.js';

/** Has a report produced, once: one that runs or is past its beginning is left alone. */
export type Produce = (record: ReportRecord) => Promise<void>;

/** What a review asks for is asked for under its name: twice is once. */
const keyOf = (key: ReviewKey): string => `review-${reviewName(key)}`;

/**
 * Sends a review's digest to the recipients of the role that owns it. It needs no approval: it goes to whoever must
 * acknowledge the review, inside the tenant's own domains. Nobody of the role is listed: nothing is sent.
 */
export async function sendDigest(
  deps: ReportDeps,
  produce: Produce,
  tenant: Tenant,
  key: ReviewKey,
  period: Period,
): Promise<void> {
  const { stores, keys, clock } = deps;
  const { reports, timeZone } = tenant.settings;
  const owner = reviewOwners[key.cadence];
  const recipients = reports.recipients
    .filter(
      (one) =>
        one.audience.includes(owner) && objectionTo(tenant, one, 'review-digest', clock.now()) === null,
    )
    .slice(0, reports.maximumRecipients);
  if (recipients.length === 0) return;
  const macKey = await keys.macKey(stores.tenantId);
  const record: ReportRecord = {
    id: uuidOf('report', stores.tenantId, keyOf(key)),
    type: 'review-digest',
    requestedBy: pseudonymOf(macKey, serviceSource.id),
    approvalRequired: false,
    approvalExpiresHours: reports.approvalExpiresHours,
    recipients: [...new Set(recipients.map((r) => pseudonymOf(macKey, r.address)))].sort(),
    period: periodOf(period.from, period.to, timeZone),
    publicSafe: false,
    review: key,
  };
  await stores.records.put(reportRecordId(record.id), 'report', record, null);
  await stores.tenant.remember(
    recipients.map((r) => ({ pseudonym: pseudonymOf(macKey, r.address), name: r.address })),
  );
  await haveProduced(deps, produce, record.id);
}

/**
 * Requests the executive report of a month, as a person would and under the tenant's own policy of approval.
 * @returns its id; null where nobody is to get it, or the policy does not let it go to those it is for.
 */
export async function requestExecutive(
  deps: ReportDeps,
  tenant: Tenant,
  key: ReviewKey,
  { from, to }: Period,
): Promise<string | null> {
  try {
    const asked = { type: 'cso' as const, idempotencyKey: `${keyOf(key)}-cso`, period: { from, to } };
    const record = await requestReport(deps, tenant, { subject: serviceSource.id }, asked, '');
    return record.recipients.length === 0 ? null : record.id;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') return null;
    throw error;
  }
}

/** Started before it is said, and its first step says it too: no request is in the log without its production. */
export async function haveProduced(deps: ReportDeps, produce: Produce, report: string): Promise<void> {
  const { value: record } = await loadReport(deps.stores, report);
  await produce(record);
  await stateRequest(deps, record);
}
