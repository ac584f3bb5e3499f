import type { Posture } from '../../../schemas/posture.js';
import type { ReviewOf } from '../../../schemas/review.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { isRetired } from '../../core/ingest/rules.js';
import { listOf, mostListed } from '../../core/reviews/base.js';
import type { DailyInput } from '../../core/reviews/daily.js';
import type { Period } from '../../core/reviews/periods.js';
import { addDays } from '../../core/reviews/zone.js';
import type { TenantStores } from '../../ports.js';
import { readSome } from '../read-some.js';
import { previewReadiness } from '../readiness/gate.js';
import type { ReportDeps } from '../reports/report-record.js';
import { reviewRecordId, type ReviewRecord } from './review-record.js';
import { reviewBlob, reviewIn } from './review-document.js';

/** Most documents of one kind that a daily review reads: beyond it, it says that there are more. */
const most = { ended: 1000, agents: 5000, grants: 200 };

export async function gatherDaily(
  deps: ReportDeps,
  tenant: Tenant,
  period: Period,
  posture: Posture,
  window: DailyInput['window'],
): Promise<DailyInput> {
  const { ledger } = deps.stores;
  const item = (where: Record<string, string>, failing?: string) => ({
    kind: 'item' as const,
    where,
    ...(failing === undefined ? {} : { failing }),
    orderBy: 'rank' as const,
  });
  const finding = (where: Record<string, string | boolean>, orderBy: 'rank' | 'dueRank' = 'rank') =>
    readSome(ledger, { kind: 'finding', where, orderBy }, mostListed);
  const overdueReviews = 'reviews-acknowledged:missing';
  return {
    posture,
    window,
    blockers: (await previewReadiness(deps, 'production')).blockers,
    before: await blockersBefore(deps, period),
    connectors: await readSome(ledger, item({ itemKind: 'connector' }), mostListed),
    criticals: await finding({ state: 'open', severity: 'critical' }),
    grants: await endedGrants(deps.stores, window),
    approvals: await readSome(
      ledger,
      { kind: 'approval', where: { status: 'expired' }, orderBy: 'rank' },
      most.ended,
    ),
    exceptions: await readSome(
      ledger,
      { kind: 'exception', where: { status: 'expired' }, orderBy: 'rank' },
      most.ended,
    ),
    sources: agentSources(tenant),
    agents: await readSome(ledger, item({ itemKind: 'agent' }), most.agents),
    overdue: {
      findings: await finding({ overdue: true }, 'dueRank'),
      breakGlass: await readSome(
        ledger,
        { kind: 'approval', where: { breakGlass: 'overdue' }, orderBy: 'rank' },
        mostListed,
      ),
      reviews: await readSome(ledger, item({ itemKind: 'review' }, overdueReviews), mostListed),
      incidents: await readSome(
        ledger,
        item({ itemKind: 'incident' }, 'incidents-closed:missing'),
        mostListed,
      ),
    },
  };
}

/** Sources that what agents do is expected from: live, registered for it and not retired. */
const agentSources = ({ sources }: Tenant): string[] =>
  sources
    .filter((one) => one.provenance === 'live' && one.eventTypes.includes('runtime') && !isRetired(one))
    .map(({ id }) => id);

/** Blockers that the review of the day before named; null where it was not made. */
async function blockersBefore({ stores, blobs }: ReportDeps, { from }: Period): Promise<string[] | null> {
  const id = reviewRecordId({ cadence: 'daily', period: addDays(from, -1) });
  const record = (await stores.records.get<ReviewRecord>(id))?.value;
  const bytes = record && (await blobs.get('reports', reviewBlob(stores.tenantId, record.digest)));
  if (!bytes) return null;
  const { document } = reviewIn(bytes);
  return document.cadence === 'daily' ? document.blockers.map((blocker) => blocker.id) : null;
}

/** Acceptances and dismissals that ended in the window. Each is told by the first tick after its end, or by this one. */
async function endedGrants(
  { evidence }: TenantStores,
  { from, to }: DailyInput['window'],
): Promise<ReviewOf<'daily'>['expired']['grants']> {
  const order = 'oldest' as const;
  const page = await evidence.search({ type: 'aispm.finding.expired', from, order, limit: most.grants });
  const grants = page.items.flatMap(({ id, event }) =>
    event.type === 'aispm.finding.expired' && event.data.expiredAt >= from && event.data.expiredAt < to
      ? [
          {
            finding: event.data.finding,
            change: event.data.change,
            expiredAt: event.data.expiredAt,
            evidenceId: id,
          },
        ]
      : [],
  );
  return listOf(grants, page.cursor !== undefined);
}
