import type { Integrity } from '../../../schemas/answers/integrity.js';
import { hour, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Blobs, Stores, Telemetry } from '../../ports.js';
import { eachDueTenant } from '../each-tenant.js';
import { recordFirst } from '../log/record.js';
import { applyRetention, erasedBefore } from '../log/retention.js';
import { checkIntegrity, type IntegrityDeps } from './check-integrity.js';

/** Pages of evidence whose lifetimes one night works through for a tenant. */
const pagesANight = 500;

export type CheckDeps = IntegrityDeps & { telemetry: Telemetry };

/** Checks everything stored of a tenant and records what came of it: a failure is a critical finding and an alarm. */
export async function runCheck(deps: CheckDeps): Promise<Integrity> {
  const { stores, clock, telemetry } = deps;
  const found = await checkIntegrity(deps, await erasedBefore(deps));
  const parts = [...new Set(found.faults.map(({ part }) => part))];
  const firstPosition = found.faults.find(({ position }) => position !== null)?.position ?? undefined;
  if (found.outcome === 'failed')
    telemetry.log('error', 'verification_failed', {
      tenantId: stores.tenantId,
      count: found.failed,
      reason: parts.join(' '),
      ...(firstPosition === undefined ? {} : { position: firstPosition }),
    });
  await recordFirst(deps, {
    name: 'integrity.checked',
    id: `integrity-${instantOf(clock.now())}`,
    data: {
      outcome: found.outcome,
      size: found.size,
      failed: found.failed,
      parts,
      ...(firstPosition === undefined ? {} : { firstPosition }),
    },
  });
  return found;
}

/** Last check by the timer: whoever was checked within it waits, so that a run that is cut off goes on where it ended. */
type Checked = { at: string };
const checkedId = 'integrity-checked';
const every = 20 * hour;

/**
 * Tenants that are due, one after the other: a check reads much, and none of it is urgent. A failing one stops no other.
 * A change of a tenant makes it due as well; then no more is done than to say when it is.
 */
export async function checkAllTenants(
  deps: Omit<CheckDeps, 'stores' | 'blobs'> & { stores: Stores; blobs: Blobs },
): Promise<{ tenants: number; failed: number; broken: number }> {
  const result = { tenants: 0, failed: 0 };
  const { failed: broken } = await eachDueTenant(
    deps,
    'custody',
    'verification_broken',
    async (tenantId) => {
      const own = { ...deps, stores: deps.stores.open(tenantId), blobs: deps.blobs.open(tenantId) };
      const { records, tenant } = own.stores;
      const revision = (await tenant.get())?.tenant.revision;
      const last = await records.get<Checked>(checkedId);
      const now = deps.clock.now();
      const due = last === null ? now : millisOf(last.value.at) + every;
      if (due <= now) {
        result.tenants += 1;
        // Before the check: a tenant whose check cannot end must not keep the others from theirs.
        await records.put(checkedId, checkedId, { at: instantOf(now) }, last?.etag ?? null);
        // Retention first: what it lets go is not to be missed.
        await applyRetention(own, pagesANight);
        if ((await runCheck(own)).outcome === 'failed') result.failed += 1;
      }
      if (revision !== undefined)
        await tenant.setDue('custody', instantOf(due <= now ? now + every : due), revision);
    },
    1,
  );
  return { ...result, broken };
}
