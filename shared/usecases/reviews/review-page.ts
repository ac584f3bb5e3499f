import { instantOf, millisOf } from '../../core/kernel/time.js';
import { endedPeriods, nextPeriod, type Cadence, type Period } from '../../core/reviews/periods.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { Tenant } from '../../../schemas/tenant.js';
import type { Blobs, Stores } from '../../ports.js';
import { tellEnded } from '../delivery/tell-ended.js';
import { endGrants, endOf as endOfGrant } from '../journey/grants.js';
import { inParallel } from '../parallel.js';
import type { Produce, ReportDeps, ReportRecord } from '../reports/report-record.js';
import { takeSnapshot } from '../log/snapshot.js';
import { endOf } from '../governance/change-requests.js';
import { memberChanges } from '../tenants/members/change-requests.js';
import { settingsChanges } from '../tenants/settings/change-requests.js';
import { sourceChanges } from '../tenants/sources/change-requests.js';

/** What the steps of reports need, for every tenant, and a way to have what a review asks for produced. */
export type ReviewDeps = Omit<ReportDeps, 'stores' | 'blobs' | 'registry'> & {
  stores: Stores;
  blobs: Blobs;
  produce: (tenantId: VerifiedTenant, record: ReportRecord) => Promise<void>;
};
/** The same for one tenant. */
export type TenantReviewDeps = ReportDeps & { produce: Produce };

/** Makes the review of one period. Done twice it is done once: it is named by tenant, cadence and period alone. */
export type MakeReview = (
  deps: TenantReviewDeps,
  tenant: Tenant,
  cadence: Cadence,
  period: Period,
) => Promise<unknown>;

/** A page of the tenants that are due; the first without a cursor. */
export type ReviewPage = { cadence: Cadence; cursor?: string };
/** `tenants`: turns. A tenant with more to catch up than one turn takes may have another on a later page. */
export type ReviewResult = { tenants: number; completed: number; failed: number };

/** The last period a cadence closed for a tenant. Behind after a crash: the next tick does the same period again. */
type Watermark = { period: string; lastDay: string };

/** Periods one turn closes for one tenant: a tenant long asleep is caught up over several, none is starved. */
const periodsPerTurn = 8;

/**
 * Tenants a page, and side by side: reviews never take more of the stores than this, so that requests never wait for
 * them. An archive is built in memory, so of those one at a time. A page ends well within the time a function may run.
 */
export const share: Readonly<Record<Cadence, { page: number; atOnce: number }>> = {
  daily: { page: 50, atOnce: 4 },
  weekly: { page: 50, atOnce: 4 },
  monthly: { page: 25, atOnce: 2 },
  quarterly: { page: 10, atOnce: 1 },
};

/**
 * One page of a tick: for each of its tenants, the longest due first, closes the periods that have ended since its
 * watermark and says when it is due next. A tenant that fails does not stop the others; it stays due, and the next tick
 * tries again. Where nobody is due, no tenant is opened.
 */
export async function reviewPage(
  deps: ReviewDeps,
  { cadence, cursor }: ReviewPage,
  make: MakeReview,
): Promise<ReviewResult & { cursor?: string }> {
  const result: ReviewResult = { tenants: 0, completed: 0, failed: 0 };
  const { page: limit, atOnce } = share[cadence];
  const at = instantOf(deps.clock.now());
  const page = await deps.stores.due({
    work: cadence,
    at,
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  await inParallel(page.items, atOnce, async (tenantId) => {
    result.tenants += 1;
    try {
      // Not in one expression: the sum would be read before the others that run meanwhile have added to it.
      const completed = await reviewTenant(depsOf(deps, tenantId), cadence, make);
      result.completed += completed;
    } catch (error) {
      result.failed += 1;
      deps.telemetry.log('error', 'review_failed', {
        cadence,
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
  });
  return { ...result, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

const depsOf = (deps: ReviewDeps, tenantId: VerifiedTenant): TenantReviewDeps => ({
  ...deps,
  stores: deps.stores.open(tenantId),
  blobs: deps.blobs.open(tenantId),
  registry: deps.stores,
  produce: (record) => deps.produce(tenantId, record),
});

/** Closes the ended periods of one tenant and cadence, oldest first. @returns how many. */
async function reviewTenant(deps: TenantReviewDeps, cadence: Cadence, make: MakeReview): Promise<number> {
  const { stores } = deps;
  if (cadence === 'daily') {
    await tellEnded(deps);
    await endGrants(deps);
    await sourceChanges.end(deps);
    await memberChanges.end(deps);
    await settingsChanges.end(deps);
  }
  const found = await stores.tenant.get();
  if (!found) return 0;
  const { tenant } = found;
  const watermarkId = `review-watermark:${cadence}`;
  const kept = await stores.records.get<Watermark>(watermarkId);
  const periods = endedPeriods(
    cadence,
    tenant.settings.timeZone,
    millisOf(tenant.createdAt),
    kept?.value.lastDay ?? null,
    deps.clock.now(),
    periodsPerTurn,
  );
  let etag = kept?.etag ?? null;
  for (const period of periods) {
    await make(deps, tenant, cadence, period);
    // Once a day the projections are kept whole, beside the log they follow from. Before the watermark moves: dies here,
    // and the next tick keeps them.
    if (cadence === 'daily' && period === periods.at(-1)) await takeSnapshot(deps);
    // Another instance that moved the watermark did the same reviews: the rest is its.
    etag = await stores.records.put(
      watermarkId,
      'review-watermark',
      { period: period.id, lastDay: period.to },
      etag,
    );
    if (etag === null) return periods.indexOf(period) + 1;
  }
  const closed = periods.at(-1)?.to ?? kept?.value.lastDay ?? null;
  await stores.tenant.setDue(cadence, instantOf(nextDue(tenant, cadence, closed)), tenant.revision);
  return periods.length;
}

/**
 * When the next period ends; for the daily tick, which puts on record that access ended and that the time of a change that
 * takes two people is over, also when that is.
 */
function nextDue(tenant: Tenant, cadence: Cadence, closed: string | null): number {
  const { settings, createdAt, grants } = tenant;
  const { endsAt } = nextPeriod(cadence, settings.timeZone, millisOf(createdAt), closed);
  if (cadence !== 'daily') return endsAt;
  return Math.min(
    endsAt,
    ...grants.flatMap((grant) => (grant.ended === undefined ? endOfGrant(grant) : [])),
    ...[...tenant.sourceChanges, ...tenant.memberChanges, ...tenant.settingsChanges].flatMap((change) =>
      change.ended === undefined ? endOf(change) : [],
    ),
  );
}
