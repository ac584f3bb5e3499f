import { expect, it } from 'vitest';

import { tenantSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { day } from '../../shared/core/kernel/time.js';
import { findingId, fingerprintOf } from '../../shared/core/projections/keys.js';
import { foldUntil } from '../../shared/usecases/log/fold.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { tenantNamed } from '../tenants.js';
import { runReviews } from './run.js';

/** The first Monday of a year: a day, a week, a month and a quarter have ended. */
const made = Date.parse('2027-01-04T00:05:00Z');
const harbour = tenantNamed('harbour');

it.each([
  ['daily', 1],
  ['weekly', 3],
  ['monthly', 7],
  ['quarterly', 14],
] as const)(
  'a %s review that nobody acknowledged is a finding after %i days, and not before',
  async (cadence, days) => {
    const all = memoryStores();
    const stores = all.open(harbour);
    const keys = memoryKeyRing('due');
    await keys.ensure(harbour);
    const tenant = {
      tenantId: harbour,
      revision: 1,
      createdAt: '2027-01-03T10:00:00Z',
      sample: false,
      settings: { displayName: 'Harbour', timeZone: 'UTC' },
      sources: [],
      members: [],
      keys: [],
    };
    const since =
      cadence === 'monthly' || cadence === 'quarterly' ? '2026-12-30T10:00:00Z' : tenant.createdAt;
    await stores.tenant.put(tenantSchema.parse({ ...tenant, createdAt: since }), null);
    const clock = { now: () => made };
    await runReviews(
      { stores: all, blobs: memoryBlobs(), keys, clock, telemetry: suiteTelemetry() },
      cadence,
    );
    const [review] = (await stores.evidence.search({ type: 'aispm.review.completed', limit: 10 })).items;
    if (review?.event.type !== 'aispm.review.completed') throw new Error('no review was made');
    expect(Date.parse(review.event.data.dueAt)).toBe(made + days * day);
    const subject = `review:${review.event.data.review}`;
    const id = findingId(fingerprintOf('control_unmet', subject, 'reviews-acknowledged'));
    const findingAt = async (now: number) => {
      await foldUntil({ ledger: stores.ledger, now: () => now }, now);
      return (await stores.ledger.read([id])).get(id);
    };
    expect(await findingAt(made + days * day - 1)).toBeUndefined();
    expect(await findingAt(made + days * day)).toMatchObject({ kind: 'finding', state: 'open' });
  },
);
