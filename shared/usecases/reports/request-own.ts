import type { Tenant } from '../../../schemas/tenant.js';
import { objectionTo, type Recipient } from '../../core/delivery/recipient-policy.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { serviceSource } from '../log/record.js';
import {
  loadReport,
  reportRecordId,
  type Produce,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';
import { stateRequest } from './request-report.js';

/** What the service sends by itself. `key` names it: asked for twice is once. `to`: whom of the tenant's recipients. */
export type Own = Pick<ReportRecord, 'type' | 'period'> & {
  key: string;
  to: (recipient: Recipient) => boolean;
  about: Pick<ReportRecord, 'review' | 'notice'>;
};

/**
 * Has something produced that the service sends by itself. It needs no approval: it goes to those that the tenant lists
 * for it, inside the domains that its policy allows. Dies half way: the same again finishes it.
 * @returns its id; null where nobody is listed for it, and nothing is sent
 */
export async function requestOwn(
  deps: ReportDeps,
  produce: Produce,
  tenant: Tenant,
  { key, to, about, ...rest }: Own,
): Promise<string | null> {
  const { stores, keys, clock } = deps;
  const { reports } = tenant.settings;
  const recipients = reports.recipients
    .filter((one) => to(one) && objectionTo(tenant, one, rest.type, clock.now()) === null)
    .slice(0, reports.maximumRecipients);
  if (recipients.length === 0) return null;
  const macKey = await keys.macKey(stores.tenantId);
  const people = recipients.map(({ address }) => ({
    pseudonym: pseudonymOf(macKey, address),
    name: address,
  }));
  const record: ReportRecord = {
    ...rest,
    ...about,
    id: uuidOf('report', stores.tenantId, key),
    requestedBy: pseudonymOf(macKey, serviceSource.id),
    approvalRequired: false,
    approvalExpiresHours: reports.approvalExpiresHours,
    recipients: [...new Set(people.map(({ pseudonym }) => pseudonym))].sort(),
    publicSafe: false,
  };
  await stores.records.put(reportRecordId(record.id), 'report', record, null);
  await stores.tenant.remember(people);
  await haveProduced(deps, produce, record.id);
  return record.id;
}

/** Started before it is said, and its first step says it too: no request is in the log without its production. */
export async function haveProduced(deps: ReportDeps, produce: Produce, report: string): Promise<void> {
  const { value: record } = await loadReport(deps.stores, report);
  await produce(record);
  await stateRequest(deps, record);
}
