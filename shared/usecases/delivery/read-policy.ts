import type { DeliveryPolicyAnswer } from '../../../schemas/answers/delivery.js';
import { reportTypeSchema } from '../../../schemas/events/service.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { blackoutAt } from '../../core/delivery/blackout.js';
import { audienceOf, isFor, objectionTo } from '../../core/delivery/recipient-policy.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import { linksOf } from '../links.js';
import type { TenantDeps } from '../tenants/manage-tenants.js';

/** The policy in force, and what it says of each recipient now: what a request, an approval and a send would hear. */
export async function readDeliveryPolicy(
  { stores, keys, clock }: TenantDeps,
  tenant: Tenant,
): Promise<DeliveryPolicyAnswer> {
  const now = clock.now();
  const macKey = await keys.macKey(stores.tenantId);
  const { timeZone, reports } = tenant.settings;
  const types = reportTypeSchema.options;
  const held = blackoutAt(reports.blackouts, timeZone, now);
  const links = linksOf(stores.tenantId);
  return {
    asOf: instantOf(now),
    allowedDomains: reports.allowedDomains,
    approvedDomains: tenant.approvedDomains.map((one) => ({ ...one, expired: millisOf(one.until) <= now })),
    maximumRecipients: reports.maximumRecipients,
    // as would be needed for Object.fromEntries; so each type stands here once.
    audiences: {
      cso: [...of('cso')],
      ciso: [...of('ciso')],
      'board-kpi': [...of('board-kpi')],
      'soc2-evidence': [...of('soc2-evidence')],
      incident: [...of('incident')],
      'trial-handoff': [...of('trial-handoff')],
      'pilot-launch': [...of('pilot-launch')],
      'production-readiness': [...of('production-readiness')],
      'review-digest': [...of('review-digest')],
      'delivery-validation': 'all',
      notice: 'all',
    },
    blackouts: reports.blackouts,
    heldUntil: held === null ? null : instantOf(held.until),
    recipients: reports.recipients.map((recipient) => ({
      recipient: pseudonymOf(macKey, recipient.address),
      audience: recipient.audience,
      reports: types.filter((type) => type !== 'notice' && isFor(reports, recipient, type)),
      // The one that is for everybody: all that is left to object to is the address.
      objection: objectionTo(tenant, { ...recipient, reports: undefined }, 'delivery-validation', now),
    })),
    links: {
      self: links.at('delivery-policy'),
      changes: links.at('delivery-changes'),
      schedules: links.at('schedules'),
    },
  };

  function of(type: Exclude<(typeof types)[number], 'delivery-validation' | 'notice'>) {
    const audience = audienceOf(reports, type);
    return audience === 'all' ? [] : audience;
  }
}
