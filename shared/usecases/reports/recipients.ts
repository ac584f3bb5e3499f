import type { Tenant } from '../../../schemas/tenant.js';
import { objectionTo, refuseObjections, type Recipient } from '../../core/delivery/recipient-policy.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Millis } from '../../core/kernel/time.js';
import type { MailMessage } from '../../ports.js';
import type { ReportDeps, ReportRecord } from './report-record.js';

/*
 * The policy, asked again of the recipients that a report was requested for. The record knows pseudonyms; the addresses
 * stand in the tenant's settings alone, as they are now.
 */

type Planned = Pick<ReportRecord, 'type' | 'recipients'>;

const listedAs = (tenant: Tenant, macKey: Uint8Array, pseudonym: string): number =>
  tenant.settings.reports.recipients.findIndex((r) => pseudonymOf(macKey, r.address) === pseudonym);

/** Where a mail goes, or in words why it may go nowhere. */
export function receiverOf(
  tenant: Tenant,
  macKey: Uint8Array,
  { type, recipients }: Planned,
  pseudonym: string,
  now: Millis,
): MailMessage['to'] | string {
  const found = tenant.settings.reports.recipients[listedAs(tenant, macKey, pseudonym)];
  if (found === undefined) return 'the recipient has no address any more';
  if (recipients.indexOf(pseudonym) >= tenant.settings.reports.maximumRecipients)
    return 'the report may not go to so many recipients any more';
  return objectionTo(tenant, found, type, now) ?? toOf(found);
}

const toOf = ({ address, displayName }: Recipient): MailMessage['to'] => ({
  address,
  ...(displayName === undefined ? {} : { displayName }),
});

/**
 * Before a report is approved: what may not be sent is not approved. A recipient who is none of the tenant's any more
 * holds nobody up, and is sent nothing.
 * @throws Refusal `conflict` that names each recipient there is an objection to, by its place in the tenant's settings.
 */
export async function refuseUnsendable(
  { stores, keys, clock }: ReportDeps,
  { type, recipients }: Planned,
): Promise<void> {
  const found = await stores.tenant.get();
  if (found === null) throw new Refusal('not_found', 'there is no such tenant');
  const { tenant } = found;
  const macKey = await keys.macKey(stores.tenantId);
  const listed = recipients.map((pseudonym) => listedAs(tenant, macKey, pseudonym)).filter((at) => at >= 0);
  const most = tenant.settings.reports.maximumRecipients;
  if (listed.length > most)
    throw new Refusal('conflict', `the report would go to ${listed.length} recipients; at most ${most} may`);
  refuseObjections(
    listed.map((at) => {
      const recipient = tenant.settings.reports.recipients[at];
      return {
        pointer: `/settings/reports/recipients/${at}/address`,
        detail: recipient ? objectionTo(tenant, recipient, type, clock.now()) : null,
      };
    }),
  );
}
