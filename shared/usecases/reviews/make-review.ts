import type { ReviewDocument } from '../../../schemas/review.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { envelopeOf, prepareStatement } from '../../core/kernel/dsse.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { reviewPredicate } from '../../core/kernel/predicates.js';
import { day, instantOf } from '../../core/kernel/time.js';
import { postureOf } from '../../core/posture/posture.js';
import { dailyReview } from '../../core/reviews/daily.js';
import { monthlyReview } from '../../core/reviews/monthly.js';
import { acknowledgeDays, type Cadence, type Period } from '../../core/reviews/periods.js';
import { quarterlyReview } from '../../core/reviews/quarterly.js';
import { weeklyReview } from '../../core/reviews/weekly.js';
import { windowOf } from '../archive/gather-archive.js';
import { foldUntil } from '../log/fold.js';
import { signCheckpoint } from '../log/checkpoints.js';
import { recordFirst } from '../log/record.js';
import { summaryIn } from '../log/replay.js';
import type { ReportDeps } from '../reports/report-record.js';
import { haveProduced } from '../reports/request-own.js';
import { reviewName } from './acknowledge.js';
import { gatherDaily } from './gather-daily.js';
import { gatherMonthly, gatherWeekly } from './gather-periodic.js';
import { gatherQuarterly } from './gather-quarterly.js';
import { reviewBlob } from './review-document.js';
import type { TenantReviewDeps } from './review-page.js';
import { reviewRecordId, type ReviewRecord } from './review-record.js';
import { requestExecutive, sendDigest } from './send-review.js';

/**
 * Makes, signs, stores and records one review. Its name follows from cadence and period and what was made first stands,
 * so doing it again is finishing it. The document speaks of the log as it stands when the review is made; a late review
 * says so by its `asOf`, and is due to be acknowledged as long after it was made as one in time is.
 */
export async function makeReview(
  deps: TenantReviewDeps,
  tenant: Tenant,
  cadence: Cadence,
  period: Period,
): Promise<ReviewRecord> {
  const review = reviewName({ cadence, period: period.id });
  const record = await keptReview(deps, tenant, cadence, period);
  await recordFirst(deps, {
    name: 'review.completed',
    id: `review-${review}`,
    subject: `review:${review}`,
    data: {
      review,
      cadence,
      period: period.id,
      digest: record.digest,
      dueAt: record.dueAt,
    },
  });
  await signCheckpoint(deps);
  // Sent when it stands in the log, and again by the next tick where the process dies before.
  if (record.executive !== undefined) await haveProduced(deps, deps.produce, record.executive);
  await sendDigest(deps, deps.produce, tenant, { cadence, period: period.id }, period);
  return record;
}

async function keptReview(
  deps: ReportDeps,
  tenant: Tenant,
  cadence: Cadence,
  period: Period,
): Promise<ReviewRecord> {
  const { stores, blobs, clock } = deps;
  const id = reviewRecordId({ cadence, period: period.id });
  const kept = await stores.records.get<ReviewRecord>(id);
  if (kept !== null) return kept.value;
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const key = { cadence, period: period.id };
  const executive = cadence === 'monthly' ? await requestExecutive(deps, tenant, key, period) : null;
  const document = await build(deps, tenant, cadence, period, executive);
  const bytes = await signed(deps, document);
  const digest = sha256Hex(bytes);
  await blobs.create('reports', reviewBlob(stores.tenantId, digest), bytes, 'application/json');
  const from = Math.max(period.endsAt, clock.now());
  const record: ReviewRecord = {
    digest,
    madeAt: instantOf(clock.now()),
    dueAt: instantOf(from + acknowledgeDays[cadence] * day),
    ...(executive === null ? {} : { executive }),
  };
  if ((await stores.records.put(id, 'review', record, null)) !== null) return record;
  const first = await stores.records.get<ReviewRecord>(id);
  if (first === null) throw new Error('a review record vanished');
  return first.value;
}

async function build(
  deps: ReportDeps,
  tenant: Tenant,
  cadence: Cadence,
  period: Period,
  executive: string | null,
): Promise<ReviewDocument> {
  const { stores, clock } = deps;
  const zone = tenant.settings.timeZone;
  const summary = await summaryIn(stores.ledger);
  const posture = postureOf(stores.tenantId, summary);
  const window = windowOf(period, zone, clock.now());
  switch (cadence) {
    case 'daily':
      return dailyReview(period, zone, await gatherDaily(deps, tenant, period, posture, window));
    case 'weekly':
      return weeklyReview(period, zone, await gatherWeekly(deps, period, posture, summary));
    case 'monthly': {
      const report = executive === null ? null : { report: executive, type: 'cso' as const };
      return monthlyReview(period, zone, await gatherMonthly(deps, period, posture, summary, report));
    }
    case 'quarterly': {
      const input = await gatherQuarterly(deps, tenant, period, posture, summary, window);
      return quarterlyReview(period, zone, input);
    }
  }
}

/** DSSE envelope over an in-toto statement whose predicate is the document. */
async function signed({ stores, keys }: ReportDeps, document: ReviewDocument): Promise<Uint8Array> {
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: `review-${document.cadence}-${document.period.id}`,
        digest: { sha256: sha256Hex(canonicalBytes(document)) },
      },
    ],
    predicateType: reviewPredicate,
    predicate: document,
  });
  const { keyId, signature } = await keys.sign(stores.tenantId, toSign);
  return canonicalBytes(envelopeOf(payload, keyId, signature));
}
