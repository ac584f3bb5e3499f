import type { Posture } from '../../../schemas/posture.js';
import type { DrillSummary } from '../../../schemas/review.js';
import { archiveSignOffs, operatingReviewSections } from '../../../schemas/sign-offs.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, millisOf } from '../../core/kernel/time.js';
import type { Config } from '../../core/projections/config.js';
import type { Item, Summary } from '../../core/projections/documents.js';
import { listOf, mostListed } from '../../core/reviews/base.js';
import { drillSummary } from '../../core/reviews/drill.js';
import type { DailyInput } from '../../core/reviews/daily.js';
import type { Period } from '../../core/reviews/periods.js';
import type { QuarterlyInput } from '../../core/reviews/quarterly.js';
import {
  buildArchive,
  isWhole,
  recordClosed,
  archiveRecordId,
  type ArchiveRecord,
} from '../archive/close-archive.js';
import { givenIn, tenantItem } from '../archive/sign-off.js';
import { configIn } from '../tenants/config.js';
import { readSome } from '../read-some.js';
import type { ReportDeps } from '../reports/report-record.js';
import { dayBefore } from './gather-periodic.js';

type Window = DailyInput['window'];
const most = 2000;

export async function gatherQuarterly(
  deps: ReportDeps,
  tenant: Tenant,
  period: Period,
  posture: Posture,
  summary: Summary,
  window: Window,
): Promise<QuarterlyInput> {
  const { stores } = deps;
  const item = await tenantItem(stores);
  const config = await configIn(stores);
  return {
    posture,
    drill: await drillIn(deps, item, window),
    ...(await archiveOf(deps, tenant, period)),
    signOffs: Object.fromEntries(
      operatingReviewSections.flatMap((section) => {
        const given = givenIn(item, period.id, section);
        return given === null ? [] : [[section, { at: given.time, evidenceId: given.id }]];
      }),
    ),
    exclusions: await exclusionsOf(deps, config),
    service: await serviceOf(deps, period, summary, config, window),
    reports: reportsOf(posture),
    renewalOn: tenant.settings.renewalOn ?? null,
  };
}

/** The archive of the quarter, built once; closed at once where everything is signed off already. */
async function archiveOf(
  deps: ReportDeps,
  tenant: Tenant,
  period: Period,
): Promise<Pick<QuarterlyInput, 'archive' | 'archiveFault'>> {
  const kept = await deps.stores.records.get<ArchiveRecord>(archiveRecordId(period.id));
  try {
    const record = kept?.value ?? (await buildArchive(deps, tenant, period, period.id));
    const closed = isWhole(record);
    if (closed) await recordClosed(deps, record);
    const { archive, digest, files, position } = record;
    const missing = archiveSignOffs.filter((needed) => !record.signOffs.some(({ name }) => name === needed));
    return {
      archive: { archive, digest, files, position, closed, missingSignOffs: missing },
      archiveFault: null,
    };
  } catch (error) {
    // What keeps it from being built is what the review must say; a store that is away is tried again.
    if (!(error instanceof Refusal)) throw error;
    return { archive: null, archiveFault: error.message };
  }
}

/** The last drill, if it was of the quarter. */
async function drillIn(
  { stores }: ReportDeps,
  item: Item | null,
  { from, to }: Window,
): Promise<DrillSummary | null> {
  const proof = item?.proofs?.['drill.recorded'];
  const evidence = proof === undefined ? null : await stores.evidence.get(proof.id);
  if (evidence?.event.type !== 'aispm.drill.recorded') return null;
  const { time } = evidence.event;
  const within = millisOf(time) >= millisOf(from) && millisOf(time) < millisOf(to);
  return within ? drillSummary(evidence.event.data, evidence.id) : null;
}

async function exclusionsOf(
  { stores: { ledger } }: ReportDeps,
  { overrides }: Config,
): Promise<QuarterlyInput['exclusions']> {
  const standing = async (status: string) =>
    readSome(ledger, { kind: 'exception', where: { status }, orderBy: 'rank' }, mostListed);
  const [active, unowned] = [await standing('active'), await standing('unowned')];
  const exceptions = [...unowned.items, ...active.items].map(({ name, expiresAt = null }) => ({
    kind: 'exception' as const,
    name,
    until: expiresAt,
  }));
  const overridden = Object.entries(overrides).map(([name, { expiresAt }]) => ({
    kind: 'override' as const,
    name,
    until: expiresAt,
  }));
  return listOf([...exceptions, ...overridden], active.more || unowned.more);
}

const reportsOf = ({ layers: { reports } }: Posture): QuarterlyInput['reports'] => {
  const types = Object.values(reports.byType);
  return {
    delivered: types.reduce((sum, { delivered }) => sum + delivered, 0),
    of: types.reduce((sum, { generated }) => sum + generated, 0),
  };
};

/** How the service was supported in the quarter: what was due in it, and done in time. */
async function serviceOf(
  deps: ReportDeps,
  period: Period,
  { counts }: Summary,
  { settings }: Config,
  { from, to }: Window,
): Promise<QuarterlyInput['service']> {
  const { ledger } = deps.stores;
  const within = (instant: string): boolean =>
    millisOf(instant) >= millisOf(from) && millisOf(instant) < millisOf(to);
  const closed = await readSome(
    ledger,
    { kind: 'finding', where: { state: 'closed' }, orderBy: 'rank' },
    most,
  );
  const ended = closed.items.filter(({ closedAt }) => closedAt !== undefined && within(closedAt));
  const items = async (itemKind: string) =>
    (await readSome(ledger, { kind: 'item', where: { itemKind }, orderBy: 'rank' }, most)).items;
  const reviews = (await items('review')).flatMap(({ review }) =>
    review?.completed && within(review.completed.dueAt)
      ? [review.acknowledged !== undefined && review.acknowledged.time <= review.completed.dueAt]
      : [],
  );
  const incidents = (await items('incident')).flatMap(({ incident }) => {
    const { opened, closed: end } = incident ?? {};
    if (opened === undefined || !within(opened.time)) return [];
    const due = millisOf(opened.time) + settings.findingDays[opened.severity] * day;
    return end === undefined && due >= millisOf(to) ? [] : [end?.sound === true && millisOf(end.time) <= due];
  });
  const before = (await dayBefore(deps, period))?.counts ?? {};
  const grown = (status: string): number =>
    Math.max(0, (counts[`approvals/${status}`] ?? 0) - (before[`approvals/${status}`] ?? 0));
  const answered = grown('approved') + grown('denied');
  const ratio = (held: readonly boolean[]) => ({ inTime: held.filter(Boolean).length, of: held.length });
  return {
    findings: ratio(ended.map(({ closedAt = '', dueOn }) => closedAt <= dueOn)),
    approvals: { inTime: answered, of: answered + grown('expired') + grown('late') },
    reviews: ratio(reviews),
    incidents: ratio(incidents),
  };
}
