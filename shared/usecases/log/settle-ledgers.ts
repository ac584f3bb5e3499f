import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { Clock, Stores, Telemetry } from '../../ports.js';
import { forTenants } from '../each-tenant.js';

export type SettleDeps = { stores: Stores; clock: Clock; telemetry: Telemetry };

/** Rows of the index at a time. */
const rowsAPage = 500;

/**
 * Has time pass in every ledger where something is due, and every acceptance told that ended. The ledgers' own index says
 * which: one in which nothing is due is not opened. Dies in between: the next tick finds in the index what is left.
 * @param pass brings a tenant's ledger to now, and tells what ended in it
 * @returns how many were opened, and how many of them failed
 */
export async function settleLedgers(
  deps: SettleDeps,
  pass: (tenantId: VerifiedTenant) => Promise<unknown>,
): Promise<{ tenants: number; failed: number }> {
  const seen = new Set<VerifiedTenant>();
  let failed = 0;
  /** @returns whether there was one that was not opened before. */
  const settle = async (tenants: readonly VerifiedTenant[]): Promise<boolean> => {
    const fresh = [...new Set(tenants)].filter((tenantId) => !seen.has(tenantId));
    for (const tenantId of fresh) seen.add(tenantId);
    failed += await forTenants(deps.telemetry, fresh, 'ledger_not_settled', pass);
    return fresh.length > 0;
  };
  const at = instantOf(deps.clock.now());
  let from = instantOf(0);
  for (;;) {
    const rows = await deps.stores.dueLedgers({ from, at, limit: rowsAPage });
    const moved = await settle(rows.map(({ tenantId }) => tenantId));
    const last = rows.at(-1)?.dueAt;
    if (last === undefined || rows.length < rowsAPage) break;
    // What was settled has left the index. A page of nothing but what failed must not be read for ever.
    from = !moved && last === from ? instantOf(millisOf(last) + 1) : last;
  }
  await settle(await deps.stores.expiredLedgers(rowsAPage));
  return { tenants: seen.size, failed };
}
