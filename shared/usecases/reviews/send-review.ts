import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { reviewOwners } from '../../core/reviews/owners.js';
import type { Period } from '../../core/reviews/periods.js';
import { periodOf } from '../periods.js';
import type { Produce, ReportDeps } from '../reports/report-record.js';
import { requestOwn } from '../reports/request-own.js';
import { requestReport } from '../reports/request-report.js';
import { reviewName, type ReviewKey } from './acknowledge.js';
import { serviceSource } from '../log/record.js';

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
  const owner = reviewOwners[key.cadence];
  await requestOwn(deps, produce, tenant, {
    type: 'review-digest',
    key: keyOf(key),
    to: ({ audience }) => audience.includes(owner),
    period: periodOf(period.from, period.to, tenant.settings.timeZone),
    about: { review: key },
  });
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
