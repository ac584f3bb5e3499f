import { beforeEach, describe, expect, it } from 'vitest';

import { memoryClock, type MemoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { Stores } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { settleLedgers, type SettleDeps } from '../../shared/usecases/log/settle-ledgers.js';
import { processWith } from '../faults/dying.js';
import { evidenceOf, start } from '../laws/tenant-events.js';
import { command } from '../posture/told.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { tenantNamed } from '../tenants.js';

/* What time alone changes happens in ledgers where something is due, and the others are left alone. */

const [harbour, mill] = [tenantNamed('harbour'), tenantNamed('mill')];
let clock: MemoryClock;
let deps: SettleDeps;

async function acts(tenantId: VerifiedTenant): Promise<void> {
  const { evidence: store, ledger } = deps.stores.open(tenantId);
  const evidence = {
    ...evidenceOf('decision.recorded', command(), clock.now(), `d-${clock.now()}`),
    tenantId,
  };
  await store.create(evidence);
  await foldEvents({ ledger, now: () => clock.now() }, [{ evidence }]);
}
const settle = (over: Stores = deps.stores) =>
  settleLedgers({ ...deps, stores: over }, (tenantId) =>
    foldUntil({ ledger: over.open(tenantId).ledger, now: () => clock.now() }, clock.now()),
  );
const clockOf = async (tenantId: VerifiedTenant): Promise<string> => {
  const head = (await deps.stores.open(tenantId).ledger.head())?.document;
  return head?.kind === 'head' ? head.clock : '';
};

beforeEach(async () => {
  clock = memoryClock(start);
  deps = { stores: memoryStores(), clock, telemetry: suiteTelemetry() };
  await acts(harbour);
  await acts(mill);
});

describe('the tick of time', () => {
  it('brings a ledger in which something is due to now, and then finds nothing', async () => {
    clock.set(start + 2 * day);
    expect(await settle()).toEqual({ tenants: 2, failed: 0 });
    for (const tenant of [harbour, mill]) expect(await clockOf(tenant)).toBe(instantOf(start + 2 * day));
    expect(await settle()).toEqual({ tenants: 0, failed: 0 });
  });

  it('opens no ledger in which nothing is due', async () => {
    await settle();
    clock.set(start + 60_000);
    const process = processWith(null);
    await settle(process.wrap('stores', deps.stores));
    expect(process.calls).toEqual(['stores.dueLedgers', 'stores.expiredLedgers']);
  });

  it('does not stop at a ledger that fails, however much is due there; the next tick tries again', async () => {
    clock.set(start + 2 * day);
    const rows = Array.from({ length: 500 }, () => ({ tenantId: harbour, dueAt: instantOf(start + hour) }));
    const broken: Stores = {
      ...deps.stores,
      // As where one tenant's documents alone fill a page of the index, and stay there.
      dueLedgers: async (query) =>
        query.from <= instantOf(start + hour) ? rows : deps.stores.dueLedgers(query),
      open: (tenantId) => {
        const own = deps.stores.open(tenantId);
        if (tenantId !== harbour) return own;
        return { ...own, ledger: { ...own.ledger, head: () => Promise.reject(new Error('down')) } };
      },
    };
    expect(await settle(broken)).toEqual({ tenants: 2, failed: 1 });
    expect(await clockOf(mill)).toBe(instantOf(start + 2 * day));
    expect(await settle()).toEqual({ tenants: 1, failed: 0 });
  });
});
