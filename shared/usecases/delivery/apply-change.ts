import type { DeliveryChange } from '../../../schemas/delivery.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { millisOf } from '../../core/kernel/time.js';
import {
  changeTenant,
  type ChangeAnswer,
  type TenantChange,
  type TenantDeps,
} from '../tenants/manage-tenants.js';

const most = 50;

/** What the evidence of a change says: what kind it is, and what it is about. */
export function toldOf(change: DeliveryChange): Pick<TenantChange, 'change' | 'subject'> {
  switch (change.kind) {
    case 'domain':
      return { change: 'delivery_domain', subject: change.domain };
    case 'schedule':
      return { change: 'schedule', subject: change.schedule.id };
    case 'schedule_removed':
      return { change: 'schedule', subject: change.schedule };
    case 'approval_waived':
      return { change: 'settings', subject: change.kind };
  }
}

/**
 * The tenant after a change that was agreed on.
 * @param since when it was agreed on: from then on a schedule runs, as what was due before is nobody's wish
 * @throws Refusal `conflict` for one too many; `not_found` for a schedule that is not there
 */
export function applied(tenant: Tenant, change: DeliveryChange, since: string): Tenant {
  switch (change.kind) {
    case 'domain': {
      const { domain, until } = change;
      const others = tenant.approvedDomains.filter((one) => one.domain !== domain);
      // Those that ended make room; that they stood, and until when, is in the log.
      const kept =
        others.length < most ? others : others.filter((one) => millisOf(one.until) > millisOf(since));
      return { ...tenant, approvedDomains: within([...kept, { domain, until }], 'approved domains') };
    }
    case 'schedule': {
      const others = tenant.schedules.filter(({ id }) => id !== change.schedule.id);
      return { ...tenant, schedules: within([...others, { ...change.schedule, since }], 'schedules') };
    }
    case 'schedule_removed': {
      const schedules = tenant.schedules.filter(({ id }) => id !== change.schedule);
      return { ...tenant, schedules };
    }
    case 'approval_waived': {
      const reports = { ...tenant.settings.reports, approvalRequired: false };
      return { ...tenant, settings: { ...tenant.settings, reports } };
    }
  }
}

function within<T>(list: T[], what: string): T[] {
  if (list.length > most) throw new Refusal('conflict', `a tenant has at most ${most} ${what}`);
  return list;
}

/** Ends the approval of a domain, at once and by one person: less may always be sent. @throws Refusal `not_found` */
export async function endDomain(deps: TenantDeps, domain: string, actor: string): Promise<ChangeAnswer> {
  return changeTenant(deps, {
    change: 'delivery_domain',
    subject: domain,
    actor,
    apply: (tenant) => {
      const approvedDomains = tenant.approvedDomains.filter((one) => one.domain !== domain);
      if (approvedDomains.length === tenant.approvedDomains.length)
        throw new Refusal('not_found', 'the domain is not approved');
      return { ...tenant, approvedDomains };
    },
  });
}
