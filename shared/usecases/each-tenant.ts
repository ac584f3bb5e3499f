import type { Stores, Telemetry } from '../ports.js';
import type { Fields } from '../core/kernel/trace.js';
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

/**
 * Does a timer's work for every tenant. One that fails does not stop the others: it is told to telemetry under `what`,
 * and the next tick tries again.
 * @returns how many there are, and how many failed
 */
export async function eachTenant(
  { stores, telemetry }: { stores: Pick<Stores, 'tenantIds'>; telemetry: Telemetry },
  what: string,
  fields: Fields,
  work: (tenantId: VerifiedTenant) => Promise<void>,
): Promise<{ tenants: number; failed: number }> {
  const result = { tenants: 0, failed: 0 };
  for await (const page of tenantPages(stores))
    await inParallel(page, tenantsAtOnce, async (tenantId) => {
      result.tenants += 1;
      try {
        await work(tenantId);
      } catch (error) {
        result.failed += 1;
        telemetry.log('error', what, { ...fields, error: error instanceof Error ? error.name : 'unknown' });
      }
    });
  return result;
}
