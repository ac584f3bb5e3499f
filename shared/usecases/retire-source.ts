import type { Source, Tenant } from '../../schemas/tenant.js';
import { pseudonymOf } from '../core/ingest/people.js';
import { isRetired } from '../core/ingest/rules.js';
import { Refusal } from '../core/kernel/refusal.js';
import { hour, instantOf, millisOf, type Millis } from '../core/kernel/time.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';

/*
 * A source that is gone is retired by two people, since the gate then asks it for no proof any more. The request stands
 * at the source itself, so that asking and agreeing are changes of the tenant like every other, each with its evidence.
 */

type Retirement = NonNullable<Source['retirement']>;

/** Long enough for a weekend, too short to be forgotten. */
const validFor = 72 * hour;
const isOpen = ({ approved, requestedAt }: Retirement, now: Millis): boolean =>
  approved === undefined && now < millisOf(requestedAt) + validFor;

/**
 * Asks to retire a source. Asked again by the same person while it is open, it is the same request.
 * @throws Refusal `not_found`; `conflict` for one that is retired, and while another person's request is open
 */
export async function requestRetirement(
  deps: TenantDeps,
  { id, actor, reason }: { id: string; actor: string; reason: string },
): Promise<ChangeAnswer> {
  const now = deps.clock.now();
  const requestedBy = pseudonymOf(await deps.keys.macKey(deps.stores.tenantId), actor);
  return changeTenant(deps, {
    change: 'source',
    subject: id,
    actor,
    reason,
    apply: (tenant) => {
      const { retirement } = sourceIn(tenant, id);
      if (retirement?.approved !== undefined) throw new Refusal('conflict', 'the source is already retired');
      if (retirement === undefined || !isOpen(retirement, now))
        return withRetirement(tenant, id, { requestedBy, requestedAt: instantOf(now) });
      if (retirement.requestedBy !== requestedBy)
        throw new Refusal('conflict', 'another person asked for it already; it waits for a second one');
      return tenant;
    },
  });
}

/**
 * A second person agrees: from then on its evidence is refused, and nothing is asked of it. What it sent stays as it is.
 * Repeated by the same person, it is the same.
 * @throws Refusal `not_found`; `separation_of_duties` for who asked; `conflict` where nobody asked in the last 72 hours, and
 * for a source that another person retired
 */
export async function approveRetirement(
  deps: TenantDeps,
  { id, actor }: { id: string; actor: string },
): Promise<ChangeAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const by = pseudonymOf(await keys.macKey(stores.tenantId), actor);
  const found = await stores.tenant.get();
  const asked = found === null ? undefined : sourceIn(found.tenant, id).retirement;
  if (asked === undefined) throw new Refusal('conflict', 'nobody asked to retire this source');
  const requester = (await stores.tenant.names([asked.requestedBy])).get(asked.requestedBy);
  if (requester === undefined) throw new Refusal('conflict', 'who asked for it is no longer known');
  return changeTenant(deps, {
    change: 'source_retired',
    subject: id,
    actor: requester,
    approvedBy: actor,
    apply: (tenant) => {
      const source = sourceIn(tenant, id);
      if (isRetired(source) && source.retirement?.approved?.by === by) return tenant;
      if (source.retirement?.requestedBy !== asked.requestedBy || !isOpen(source.retirement, now))
        throw new Refusal('conflict', 'the request to retire the source is no longer open');
      if (asked.requestedBy === by)
        throw new Refusal('separation_of_duties', 'who asks to retire a source cannot agree to it');
      return withRetirement(tenant, id, { ...source.retirement, approved: { by, at: instantOf(now) } });
    },
  });
}

function sourceIn({ sources }: Tenant, id: string): Source {
  const source = sources.find((one) => one.id === id);
  if (source === undefined) throw new Refusal('not_found', 'there is no such source');
  return source;
}

const withRetirement = (tenant: Tenant, id: string, retirement: Retirement): Tenant => ({
  ...tenant,
  sources: tenant.sources.map((one) => (one.id === id ? { ...one, retirement } : one)),
});
