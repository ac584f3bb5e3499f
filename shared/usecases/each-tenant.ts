import type { Clock, Stores, Telemetry } from '../ports.js';
import type { DueWork } from '../core/kernel/due-work.js';
import { instantOf } from '../core/kernel/time.js';
import type { VerifiedTenant } from '../core/kernel/verified-tenant.js';
import { inParallel } from './parallel.js';

/** Every tenant, a page at a time: the next is read when the work on one is done. */
export async function* tenantPages(stores: Pick<Stores, 'tenantIds'>): AsyncGenerator<VerifiedTenant[]> {
  let cursor: string | undefined;
  do {
    const page = await stores.tenantIds({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    yield page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Tenants side by side: a timer's work never takes more of the store than this. */
const tenantsAtOnce = 4;

type DueDeps = { stores: Pick<Stores, 'due'>; clock: Clock; telemetry: Telemetry };

/**
 * Does a timer's work for every tenant that it is due for, the longest due first. Whoever does it says when it is due
 * next; one that fails stays due and does not stop the others: it is told to telemetry under `what`, and the next tick
 * tries again.
 * @returns how many were due, and how many failed
 */
export async function eachDueTenant(
  { stores, clock, telemetry }: DueDeps,
  work: DueWork,
  what: string,
  does: (tenantId: VerifiedTenant) => Promise<void>,
  atOnce: number = tenantsAtOnce,
): Promise<{ tenants: number; failed: number }> {
  const result = { tenants: 0, failed: 0 };
  const at = instantOf(clock.now());
  let cursor: string | undefined;
  do {
    const page = await stores.due({ work, at, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    await inParallel(page.items, atOnce, async (tenantId) => {
      result.tenants += 1;
      try {
        await does(tenantId);
      } catch (error) {
        result.failed += 1;
        const name = error instanceof Error ? error.name : typeof error;
        telemetry.log('error', what, { tenantId, error: name });
      }
    });
    cursor = page.cursor;
  } while (cursor !== undefined);
  return result;
}
