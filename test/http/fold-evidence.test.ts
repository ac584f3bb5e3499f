import { beforeEach, describe, expect, it } from 'vitest';

import { foldDocuments } from '../../functions/fold-evidence.js';
import type { VerifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { StoreUnavailable, type StoredEvidence } from '../../shared/ports.js';
import { headOf } from '../../shared/usecases/log/fold.js';
import { evidenceOf } from '../laws/tenant-events.js';
import { openDesk, start, type Desk } from './desk.js';
import { tenantNamed } from '../tenants.js';

const acme = tenantNamed('acme');
const globex = tenantNamed('globex');

let desk: Desk;
beforeEach(() => (desk = openDesk()));

const session = (tenantId: VerifiedTenant, n: number): StoredEvidence => ({
  ...evidenceOf(
    'session.recorded',
    { session: `run-${n}`, agent: 'builder-1', state: 'started' },
    start,
    `s-${n}`,
  ),
  tenantId,
});
/** As the change feed hands it over: with what only the container needs. */
const document = (evidence: StoredEvidence): Record<string, unknown> => ({
  ...evidence,
  bucket: evidence.id.slice(0, 2),
  at: evidence.event.time,
  ttl: 1,
  _etag: '"1"',
  _ts: 1,
});
const sizeOf = async (tenantId: VerifiedTenant): Promise<number> =>
  (await headOf(desk.stores.open(tenantId).ledger)).document.size;
const told = (event: string) => desk.telemetry.lines.filter((line) => line.event === event);

describe('folding what the change feed hands over', () => {
  it('puts each tenant’s events into its own log, once, and signs it', async () => {
    const delivery = [session(acme, 1), session(globex, 1), session(acme, 2)].map(document);
    await foldDocuments(desk, delivery);
    await foldDocuments(desk, delivery);
    expect([await sizeOf(acme), await sizeOf(globex)]).toEqual([2, 1]);
    expect(await desk.blobs.open(acme).list('log', 'acme/checkpoints/')).toEqual([
      'acme/checkpoints/000000000002',
    ]);
    expect(await desk.blobs.open(globex).list('log', 'globex/checkpoints/')).toEqual([
      'globex/checkpoints/000000000001',
    ]);
  });

  it('goes on when a checkpoint cannot be signed, and makes it again behind the next batch', async () => {
    const failing = {
      ...desk,
      keys: { ...desk.keys, sign: () => Promise.reject(new StoreUnavailable('vault is away', 1_000)) },
    };
    await foldDocuments(failing, [document(session(acme, 1))]);
    expect(await sizeOf(acme)).toBe(1);
    expect(told('checkpoint_failed')).toHaveLength(1);
    await foldDocuments(desk, [document(session(acme, 2))]);
    expect(await desk.blobs.open(acme).list('log', 'acme/checkpoints/')).toEqual([
      'acme/checkpoints/000000000002',
    ]);
  });

  it('raises an alarm of its own for two histories', async () => {
    const forged = new TextEncoder().encode('another history');
    await desk.blobs.open(acme).create('log', 'acme/checkpoints/000000000001', forged, 'text/plain');
    await foldDocuments(desk, [document(session(acme, 1))]);
    expect(told('log_fork')).toMatchObject([{ level: 'error', fields: { tenantId: 'acme' } }]);
  });

  it('skips what admission cannot have written, and says that it did', async () => {
    const foreign = [{ id: 'x' }, null, 'text', { ...document(session(acme, 9)), tenantId: 'No Tenant' }];
    await foldDocuments(desk, [...foreign, document(session(acme, 1))]);
    expect(await sizeOf(acme)).toBe(1);
    expect(told('foreign_document')).toMatchObject([{ level: 'error', fields: { count: 4 } }]);
  });

  it('logs an event that can never be folded, and folds what comes after it', async () => {
    const broken = session(acme, 1);
    const unreadable = { ...broken, event: { ...broken.event, type: 'aispm.inventory.declared', data: {} } };
    await foldDocuments(desk, [document(unreadable as StoredEvidence), document(session(acme, 2))]);
    const entries = await desk.stores.open(acme).ledger.entries(0, 9);
    expect(entries.map((entry) => entry.unfoldable)).toEqual(['TypeError', undefined]);
    expect(told('evidence_unfoldable')).toHaveLength(1);
  });

  it('folds the other tenants when the store of one is away, and fails so that the feed comes again', async () => {
    const away = { ...desk.stores.open(acme) };
    away.ledger = { ...away.ledger, head: () => Promise.reject(new StoreUnavailable('throttled', 1_000)) };
    const torn = {
      ...desk,
      stores: { ...desk.stores, open: (id: VerifiedTenant) => (id === acme ? away : desk.stores.open(id)) },
    };
    const delivery = [session(acme, 1), session(globex, 1)].map(document);
    await expect(foldDocuments(torn, delivery)).rejects.toThrow(StoreUnavailable);
    expect([await sizeOf(acme), await sizeOf(globex)]).toEqual([0, 1]);
    await foldDocuments(desk, delivery);
    expect([await sizeOf(acme), await sizeOf(globex)]).toEqual([1, 1]);
  });
});
