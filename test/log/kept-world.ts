import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { toBase64 } from '../../shared/core/kernel/bytes.js';
import { day, minute } from '../../shared/core/kernel/time.js';
import type { IntegrityDeps } from '../../shared/usecases/integrity/check-integrity.js';
import { sealBundles, signCheckpoint } from '../../shared/usecases/log/checkpoints.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { runReviews } from '../reviews/run.js';
import { quarterNow } from '../reviews/signed-off.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { quarterOf } from '../../shared/core/reviews/quarters.js';
import { buildArchive } from '../../shared/usecases/archive/close-archive.js';
import { takeSnapshot } from '../../shared/usecases/log/snapshot.js';
import {
  admit,
  eventOf,
  feed,
  newWorld,
  report,
  reportDeps,
  tenantId,
  type Services,
} from '../faults/story.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

/**
 * A tenant with everything the service stores: more than a bundle of entries, checkpoints, snapshots, a report delivered
 * with its document, artifacts and manifest, reviews, an operating archive, settings.
 */
export async function keptWorld(): Promise<{ services: Services; deps: IntegrityDeps }> {
  const world = await newWorld();
  const services: Services = { ...world, world };
  const own = reportDeps(services);
  const clock = { now: () => world.now };
  const deps: IntegrityDeps = { ...own, clock, scratch: memoryLedger };
  const before = await own.stores.tenant.get();
  if (before === null) throw new Error('the world has no tenant');
  const { keyId, publicKey } = await world.keys.ensure(tenantId);
  const key = {
    keyId,
    algorithm: 'Ed25519' as const,
    publicKey: toBase64(publicKey),
    createdAt: '2026-11-01T00:00:00Z',
  };
  await own.stores.tenant.put({ ...before.tenant, keys: [key] }, before.etag);
  const { settings } = before.tenant;
  await putTenant(deps, { ...settings, scoreTarget: 900 }, 'root');
  for (let n = 0; n < 130; n++) await admit(services, [eventOf(`a${n}`, 200 - n)]);
  await feed(services);
  await takeSnapshot(deps);
  world.now += 5 * minute;
  for (let n = 0; n < 150; n++) await admit(services, [eventOf(`b${n}`, 160 - n)]);
  await feed(services);
  await sealBundles(deps);
  await report(
    () => services,
    () => 'Delivered',
  );
  world.now += 9 * day;
  await runReviews(
    { ...own, stores: world.stores, blobs: { open: () => world.blobs }, clock, telemetry: suiteTelemetry() },
    'weekly',
  );
  const now = await own.stores.tenant.get();
  if (now === null) throw new Error('the world has no tenant');
  const quarter = quarterNow(world.now);
  const archiving = { ...own, clock, renderer: reportRenderer };
  await buildArchive(archiving, now.tenant, quarterOf(quarter, 'UTC'), quarter);
  await takeSnapshot(deps);
  await signCheckpoint(deps);
  return { services, deps };
}
