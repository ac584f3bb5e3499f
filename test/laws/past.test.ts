import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, hour, instantOf, millisOf } from '../../shared/core/kernel/time.js';
import type { BlobStore, LedgerStore, StoredEvidence, TenantStores } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { replay, type Past, type ReplayDeps } from '../../shared/usecases/log/replay.js';
import { takeSnapshot } from '../../shared/usecases/log/snapshot.js';
import { history, start, tenantId } from './tenant-events.js';

/* A past state is what was known then, judged then: wherever the replay of it begins. */

const end = start + 45 * day;

async function textOf(ledger: LedgerStore): Promise<string> {
  const all: unknown[] = [];
  for await (const document of ledger.all()) all.push(document);
  return canonicalText(all);
}

type Tenant = { stores: TenantStores; blobs: BlobStore; snapshots: string[] };

/** A tenant that lived through the events, with a snapshot taken after each of some numbers of them. */
async function lived(events: readonly StoredEvidence[], snapshotsAfter: readonly number[]): Promise<Tenant> {
  const stores = memoryStores().open(tenantId);
  const blobs = memoryBlobs().open(tenantId);
  const snapshots: string[] = [];
  let now = start;
  for (const [n, evidence] of events.entries()) {
    await stores.evidence.create(evidence);
    now = Math.max(now, millisOf(evidence.event.time));
    await foldEvents({ ledger: stores.ledger, now: () => now }, [{ evidence }]);
    if (!snapshotsAfter.includes(n + 1)) continue;
    // Time goes on before it is taken, and things become due.
    now += 3 * hour;
    await foldUntil({ ledger: stores.ledger, now: () => now }, now);
    const name = await takeSnapshot({ stores, blobs });
    if (name !== null) snapshots.push(name);
  }
  return { stores, blobs, snapshots };
}

const stateOf = async (deps: Omit<ReplayDeps, 'scratch'>, past: Past): Promise<string> => {
  const { ledger, asOf } = await replay({ ...deps, scratch: memoryLedger }, past, end);
  return `${asOf} ${await textOf(ledger)}`;
};

describe('a past state', () => {
  it('is the same bytes from a snapshot as from the beginning, at every position and instant', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
        fc.integer({ min: -2, max: 45 * 24 }),
        fc.nat({ max: 20 }),
        async (events, after, hours, n) => {
          const { stores, blobs } = await lived(events, after);
          const none = memoryBlobs().open(tenantId);
          const position = n % (events.length + 1);
          for (const past of [{ position }, { asOf: instantOf(start + hours * hour) }])
            expect(await stateOf({ stores, blobs }, past)).toBe(await stateOf({ stores, blobs: none }, past));
        },
      ),
      { numRuns: 25 },
    );
  });

  const events = (): StoredEvidence[] =>
    fc.sample(history, { numRuns: 20, seed: 7 }).sort((a, b) => b.length - a.length)[0] ?? [];

  it('can be told behind a snapshot although the evidence before it was erased, and not before it', async () => {
    const all = events();
    const cut = Math.floor(all.length / 2);
    const { stores, blobs } = await lived(all, [cut]);
    const whole = await stateOf({ stores, blobs }, { position: all.length });
    const gone = new Set((await stores.ledger.entries(0, cut)).map(({ id }) => id));
    const evidence = {
      ...stores.evidence,
      getMany: async (ids: readonly string[]) =>
        (await stores.evidence.getMany(ids)).map((one) => (one !== null && gone.has(one.id) ? null : one)),
    };
    const erased = { stores: { ...stores, evidence }, blobs };
    expect(await stateOf(erased, { position: all.length })).toBe(whole);
    await expect(stateOf(erased, { position: cut - 1 })).rejects.toThrow('was erased');
  });

  it('never rests on a snapshot whose bytes are not those that it is named by', async () => {
    const all = events();
    const { stores, blobs, snapshots } = await lived(all, [2]);
    const past = { position: all.length };
    const forged: BlobStore = {
      ...blobs,
      get: async (container, name) => {
        const bytes = await blobs.get(container, name);
        expect(snapshots).toContain(name);
        return bytes && Uint8Array.from([...bytes.slice(0, -1), 0x20, 0x7d]);
      },
    };
    const honest = await stateOf({ stores, blobs: memoryBlobs().open(tenantId) }, past);
    expect(await stateOf({ stores, blobs: forged }, past)).toBe(honest);
  });
});
