import type { Integrity } from '../../../schemas/answers/integrity.js';
import { hour, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Blobs, Stores, Telemetry } from '../../ports.js';
import { tenantPages } from '../each-tenant.js';
import { recordFirst } from '../record.js';
import { applyRetention, erasedBefore } from '../retention.js';
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

async function isDue({ stores, clock }: CheckDeps): Promise<{ due: boolean; etag: string | null }> {
  const last = await stores.records.get<Checked>(checkedId);
  return {
    due: last === null || clock.now() - millisOf(last.value.at) >= every,
    etag: last?.etag ?? null,
  };
}

/** Tenants that are due, one after the other: a check reads much, and none of it is urgent. A failing one stops no other. */
export async function checkAllTenants(
  deps: Omit<CheckDeps, 'stores' | 'blobs'> & { stores: Stores; blobs: Blobs },
): Promise<{ tenants: number; failed: number; broken: number }> {
  const result = { tenants: 0, failed: 0, broken: 0 };
  for await (const page of tenantPages(deps.stores)) {
    for (const tenant of page) {
      try {
        const own = { ...deps, stores: deps.stores.open(tenant), blobs: deps.blobs.open(tenant) };
        const { due, etag } = await isDue(own);
        if (!due) continue;
        result.tenants += 1;
        // Before the check: a tenant whose check cannot end must not keep the others from theirs.
        await own.stores.records.put(checkedId, checkedId, { at: instantOf(deps.clock.now()) }, etag);
        // Retention first: what it lets go is not to be missed.
        await applyRetention(own, pagesANight);
        if ((await runCheck(own)).outcome === 'failed') result.failed += 1;
      } catch (error) {
        result.broken += 1;
        const name = error instanceof Error ? error.name : typeof error;
        deps.telemetry.log('error', 'verification_broken', { tenantId: tenant, error: name });
      }
    }
  }
  return result;
}
