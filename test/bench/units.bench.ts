import { evidenceOf } from '../../shared/adapters/cosmos/evidence.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryClock, type MemoryClock } from '../../shared/adapters/memory/clock.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { jsonTelemetry } from '../../shared/adapters/telemetry.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { Blobs, BlobStore, LedgerBatch, StoredEvidence, Stores } from '../../shared/ports.js';
import { admitHttp } from '../../shared/usecases/ingest/admit.js';
import { foldChanges, type FoldChangesDeps } from '../../shared/usecases/log/fold-changes.js';
import type { Account, Charges } from './account.js';
import { tenant } from './admission.bench.js';
import { processorSeconds } from './rate.js';
import {
  beginnings,
  decisionData,
  decisions,
  eventOf,
  narrow,
  runtimeUri,
  start,
  tenantId,
} from './workload.js';

/** What an event costs, and where it goes: request units of each `container:operation`, for all events together. */
export type UnitsRow = { name: string; events: number; unitsPerEvent: number; charges: Charges };
/**
 * `documents` and `batches`: what was committed; `entryBytes` of it are the log's own, as JSON. `perSecond` counts
 * processor time, the stand-in's included.
 */
export type FoldUnitsRow = UnitsRow & {
  documents: number;
  batches: number;
  entryBytes: number;
  blobWrites: number;
  perSecond: number;
};

/** Admission of decisions through the use-case, as the HTTP function runs it: the tenant is read with each request. */
export async function admissionUnits(account: Account): Promise<UnitsRow[]> {
  const deps = {
    stores: account.stores.open(tenantId),
    keys: memoryKeyRing('bench'),
    signatures: joseSignatures(),
    blobs: memoryBlobs().open(tenantId),
    telemetry: jsonTelemetry(),
  };
  await account.stores.open(tenantId).tenant.put(tenant, null);
  const post = async (events: number, prefix: string): Promise<void> => {
    const sent = Array.from({ length: events }, (_, n) => ({
      ...eventOf('decision.recorded', `${prefix}-${n}`, start, decisionData(n, narrow)),
      source: runtimeUri,
    }));
    // As authorisation does.
    const found = await account.stores.document(tenantId);
    const { accepted, rejected } = await admitHttp(deps, {
      tenant: found?.tenant ?? tenant,
      caller: { subject: 'bench' },
      contentType: 'application/cloudevents-batch+json',
      headers: {},
      body: utf8(JSON.stringify(sent)),
      receivedAt: start,
    });
    if (accepted.length < events) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
  };
  // The library asks once what a container looks like.
  await post(1, 'warm');
  const rows: UnitsRow[] = [];
  for (const events of [1, 100]) {
    const { charges, total } = await account.cost(() => post(events, `admitted-${events}`));
    const name = events === 1 ? 'one event a request' : `${events} events a request`;
    rows.push({ name, events, unitsPerEvent: total / events, charges });
  }
  return rows;
}

/** The fold as the change feed drives it, over the account, and what it commits. */
export type Folder = {
  clock: MemoryClock;
  fold(events: readonly StoredEvidence[]): Promise<void>;
  committed: Pick<LedgerBatch, 'documents' | 'entries'>[];
};

export function openFolder(stores: Stores, blobs: Blobs = memoryBlobs()): Folder {
  const clock = memoryClock(start);
  const committed: Folder['committed'] = [];
  const watched: Stores = {
    ...stores,
    open: (id) => {
      const opened = stores.open(id);
      const commit = async (batch: LedgerBatch) => {
        const result = await opened.ledger.commit(batch);
        if (result.status === 'committed') committed.push(batch);
        return result;
      };
      return { ...opened, ledger: { ...opened.ledger, commit } };
    },
  };
  const deps: FoldChangesDeps = {
    stores: watched,
    blobs,
    keys: memoryKeyRing('bench'),
    clock,
    telemetry: memoryTelemetry(),
    evidenceOf,
  };
  const fold = async (events: readonly StoredEvidence[]): Promise<void> => {
    clock.set(Math.max(clock.now(), ...events.map(({ event }) => Date.parse(event.time))));
    const { folded, unfoldable } = await foldChanges(deps, events);
    if (folded !== events.length || unfoldable > 0) throw new Error('not everything was folded');
  };
  return { clock, fold, committed };
}

/** Blobs that count what is written. */
function countedBlobs(): Blobs & { writes: number } {
  const kept = memoryBlobs();
  const counted = {
    writes: 0,
    open: (id: VerifiedTenant): BlobStore => {
      const opened = kept.open(id);
      const create: BlobStore['create'] = (...named) => {
        counted.writes += 1;
        return opened.create(...named);
      };
      return { ...opened, create };
    },
  };
  return counted;
}

/** Bytes of the values as JSON. */
export const bytesOf = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, value) => sum + utf8(JSON.stringify(value)).length, 0);

/**
 * Fold of batches of each size, of a tenant that has run for a while: every item holds all its facts. A batch of 40
 * decisions changes 15 documents. @param repeats batches of each size; the last one is billed, all are timed.
 */
export async function foldUnits(account: Account, repeats = 4): Promise<FoldUnitsRow[]> {
  const blobs = countedBlobs();
  const folder = openFolder(account.stores, blobs);
  let next = 0;
  const take = (count: number): StoredEvidence[] => decisions(next, (next += count), narrow);
  await folder.fold(beginnings(narrow));
  await folder.fold(take(100));
  const rows: FoldUnitsRow[] = [];
  for (const events of [1, 16, 40]) {
    const rounds = Math.max(repeats, Math.ceil((10 * repeats) / events));
    const began = processorSeconds();
    for (let round = 1; round < rounds; round++) await folder.fold(take(events));
    const seconds = processorSeconds() - began;
    folder.committed.length = 0;
    blobs.writes = 0;
    const batch = take(events);
    const { charges, total } = await account.cost(() => folder.fold(batch));
    rows.push({
      name: `batch of ${events}`,
      events,
      unitsPerEvent: total / events,
      charges,
      documents: folder.committed.reduce((sum, { documents }) => sum + documents.length, 0),
      batches: folder.committed.length,
      entryBytes: bytesOf(folder.committed.flatMap(({ entries }) => entries)),
      blobWrites: blobs.writes,
      perSecond: ((rounds - 1) * events) / seconds,
    });
  }
  return rows;
}
