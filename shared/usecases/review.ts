import type { Tenant } from '../../schemas/tenant.js';
import { canonicalBytes } from '../core/kernel/canonical.js';
import { envelopeOf, prepareStatement } from '../core/kernel/dsse.js';
import { sha256Hex } from '../core/kernel/hash.js';
import { reviewPredicate } from '../core/kernel/predicates.js';
import { day, instantOf, millisOf } from '../core/kernel/time.js';
import { postureOf } from '../core/posture/posture.js';
import type { Finding, Summary } from '../core/projections/documents.js';
import { acknowledgeDays, endedPeriods, type Cadence, type Period } from '../core/reviews/periods.js';
import { buildReview } from '../core/reviews/review.js';
import type { BlobStore, Blobs, Clock, KeyRing, Stores, Telemetry, TenantStores } from '../ports.js';
import { foldUntil } from './fold.js';
import { signCheckpoint } from './log.js';
import { endGrants } from './journey/grants.js';
import { inParallel } from './parallel.js';
import { recordFirst } from './record.js';
import { takeSnapshot } from './snapshot.js';
import { reviewBlob } from './reviews/review-document.js';
import { tellExpired } from './tell-expired.js';

export type ReviewDeps = {
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  clock: Clock;
  telemetry: Telemetry;
};

/** The same with the blobs of one tenant. */
type OwnDeps = Omit<ReviewDeps, 'blobs'> & { blobs: BlobStore };

/** The last period a cadence closed for a tenant. Behind after a crash: the next tick does the same period again. */
type Watermark = { period: string; lastDay: string };

/** Periods one tick closes for one tenant: a tenant long asleep is caught up over several ticks, none is starved. */
const periodsPerTick = 8;
/** Tenants side by side: reviews never take more of the store than this. */
const tenantsAtOnce = 4;

export type ReviewResult = { tenants: number; completed: number; failed: number };

/**
 * One tick of a cadence: for every tenant, closes the periods that have ended since its watermark. A tenant that fails
 * does not stop the others; its watermark stays and the next tick tries again.
 */
export async function runReviews(deps: ReviewDeps, cadence: Cadence): Promise<ReviewResult> {
  const result: ReviewResult = { tenants: 0, completed: 0, failed: 0 };
  let cursor: string | undefined;
  do {
    const page = await deps.stores.tenantIds({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    await inParallel(page.items, tenantsAtOnce, async (tenantId) => {
      result.tenants += 1;
      try {
        const own = { ...deps, blobs: deps.blobs.open(tenantId) };
        const stores = deps.stores.open(tenantId);
        if (cadence === 'daily') {
          await tellExpired({ ...own, stores });
          await endGrants({ ...own, stores });
        }
        result.completed += await reviewTenant(own, stores, cadence);
      } catch (error) {
        result.failed += 1;
        deps.telemetry.log('error', 'review_failed', {
          cadence,
          error: error instanceof Error ? error.name : 'unknown',
        });
      }
    });
    cursor = page.cursor;
  } while (cursor !== undefined);
  return result;
}

/** Closes the ended periods of one tenant and cadence, oldest first. @returns how many. */
async function reviewTenant(deps: OwnDeps, stores: TenantStores, cadence: Cadence): Promise<number> {
  const found = await stores.tenant.get();
  if (!found) return 0;
  const { tenant } = found;
  const now = deps.clock.now();
  const watermarkId = `review-watermark:${cadence}`;
  const kept = await stores.records.get<Watermark>(watermarkId);
  const zone = tenant.settings.timeZone;
  const periods = endedPeriods(
    cadence,
    zone,
    millisOf(tenant.createdAt),
    kept?.value.lastDay ?? null,
    now,
    periodsPerTick,
  );
  let etag = kept?.etag ?? null;
  for (const period of periods) {
    await completeReview(deps, stores, tenant, cadence, period);
    // Once a day the projections are kept whole, beside the log they follow from. Before the watermark moves: dies here,
    // and the next tick keeps them.
    if (cadence === 'daily' && period === periods.at(-1)) await takeSnapshot({ stores, blobs: deps.blobs });
    // Another instance that moved the watermark did the same reviews: the rest is its.
    etag = await stores.records.put(
      watermarkId,
      'review-watermark',
      { period: period.id, lastDay: period.to },
      etag,
    );
    if (etag === null) return periods.indexOf(period) + 1;
  }
  return periods.length;
}

/**
 * Builds, stores, signs and records one review. The id follows from cadence and period, so doing it twice is doing it
 * once. The document speaks of the log as it stands when the review is made; a late review says so by its `asOf`.
 */
async function completeReview(
  deps: OwnDeps,
  stores: TenantStores,
  tenant: Tenant,
  cadence: Cadence,
  period: Period,
): Promise<void> {
  const { clock, keys, blobs } = deps;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const summary = (await stores.ledger.read(['summary'])).get('summary');
  const counters: Summary =
    summary?.kind === 'summary' ? summary : { id: 'summary', kind: 'summary', counts: {}, totals: {} };
  const page = await stores.ledger.list({
    kind: 'finding',
    where: { state: 'open' },
    orderBy: 'rank',
    limit: 20,
  });
  const findings = page.items.filter((d): d is Finding => d.kind === 'finding');
  const document = buildReview(
    cadence,
    period,
    tenant.settings.timeZone,
    postureOf(stores.tenantId, counters),
    findings,
  );
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: `review-${cadence}-${period.id}`, digest: { sha256: sha256Hex(canonicalBytes(document)) } },
    ],
    predicateType: reviewPredicate,
    predicate: document,
  });
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  const bytes = canonicalBytes(envelopeOf(payload, keyId, signature));
  const digest = sha256Hex(bytes);
  await blobs.create('reports', reviewBlob(stores.tenantId, digest), bytes, 'application/json');
  await recordFirst(
    { stores, keys, clock },
    {
      name: 'review.completed',
      id: `review-${cadence}-${period.id}`,
      data: {
        review: `${cadence}-${period.id}`,
        cadence,
        period: period.id,
        digest,
        dueAt: instantOf(period.endsAt + acknowledgeDays[cadence] * day),
      },
    },
  );
  await signCheckpoint({ stores, blobs, keys });
}
