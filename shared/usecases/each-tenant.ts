import type { Clock, Stores, Telemetry } from '../ports.js';
import type { DueWork } from '../core/kernel/due-work.js';
import { errorName } from '../core/kernel/error-name.js';
import { instantOf } from '../core/kernel/time.js';
import type { VerifiedTenant } from '../core/kernel/verified-tenant.js';
import { inParallel } from './parallel.js';

/** Tenants side by side: a timer's work never takes more of the store than this. */
const tenantsAtOnce = 4;

/**
 * Does work for tenants side by side. One that fails does not stop the others: it is told to telemetry under `what`.
 * @returns how many failed
 */
export async function forTenants(
  telemetry: Telemetry,
  tenants: readonly VerifiedTenant[],
  what: string,
  does: (tenantId: VerifiedTenant) => Promise<unknown>,
  atOnce: number = tenantsAtOnce,
): Promise<number> {
  let failed = 0;
  await inParallel(tenants, atOnce, async (tenantId) => {
    try {
      await does(tenantId);
    } catch (error) {
      failed += 1;
      telemetry.log('error', what, { tenantId, error: errorName(error) });
    }
  });
  return failed;
}

type DueDeps = { stores: Pick<Stores, 'due'>; clock: Clock; telemetry: Telemetry };

/**
 * Does a timer's work for every tenant that it is due for, the longest due first. Whoever does it says when it is due
 * next; one that fails stays due, and the next tick tries again.
 * @returns how many were due, and how many failed
 */
export async function eachDueTenant(
  { stores, clock, telemetry }: DueDeps,
  work: DueWork,
  what: string,
  does: (tenantId: VerifiedTenant) => Promise<void>,
  atOnce?: number,
): Promise<{ tenants: number; failed: number }> {
  const result = { tenants: 0, failed: 0 };
  const at = instantOf(clock.now());
  let cursor: string | undefined;
  do {
    const page = await stores.due({ work, at, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    result.tenants += page.items.length;
    result.failed += await forTenants(telemetry, page.items, what, does, atOnce);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return result;
}
