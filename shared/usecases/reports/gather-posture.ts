import type { Posture } from '../../../schemas/posture.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { postureOf } from '../../core/posture/posture.js';
import type { Basis, Day, Finding, Item, Summary } from '../../core/projections/documents.js';
import { dayId } from '../../core/projections/keys.js';
import type { ReportInput } from '../../core/reports/input.js';
import { within } from '../../core/reports/kpis/spans.js';
import { addDays } from '../../core/reviews/zone.js';
import type { LedgerStore, TenantStores } from '../../ports.js';
import { configIn } from '../tenants/config.js';
import { periodsBefore, type ReportPeriod } from '../periods.js';
import { readSome } from '../read-some.js';
import { blockersBy, connectorsOf, reviewsOf, windowOf } from './gather-operation.js';

/** Most documents of one kind that a report reads; what lies beyond is counted, not read. */
const most = {
  findings: 10_000,
  closed: 1000,
  approvals: 1000,
  exceptions: 500,
  items: 5000,
  failing: 50,
  perControl: 3,
  reports: 500,
};
/** Points of a sparkline beside the one of now. */
const sparkDays = 12;
/** Reads again while evidence comes in, so that lists and counters speak of one position. */
const tries = 3;

/** `publicSafe`: for readers outside, as a sample tenant's reports always are. */
export type GatherOptions = { rehearsal: boolean; publicSafe: boolean };

/**
 * Loads what the reports about a posture say: the posture at the last whole position, the lists behind it, and the posture as it was
 * known when the period before ended (null where nothing was). Reads are bounded, whatever the tenant's size.
 */
export async function gatherPosture(
  deps: { stores: TenantStores },
  tenant: Tenant,
  period: ReportPeriod,
  options: GatherOptions,
): Promise<ReportInput> {
  for (let attempt = 1; ; attempt += 1) {
    const input = await gatherOnce(deps.stores, tenant, period, options);
    if (input.listsPosition === input.posture.position || attempt === tries) return input;
  }
}

async function gatherOnce(
  stores: TenantStores,
  tenant: Tenant,
  period: ReportPeriod,
  { rehearsal, publicSafe }: GatherOptions,
): Promise<ReportInput> {
  const { ledger } = stores;
  const summary = await summaryOf(ledger);
  const basis = summary.basis ?? beforeFirst(tenant, summary);
  const posture = postureOf(tenant.tenantId, { ...summary, basis });
  const window = windowOf(period);
  const before = await dayOfLedger(ledger, addDays(period.from, -1));
  const prior = before && priorOf(tenant.tenantId, before, basis);
  const earlier = periodsBefore(period, 1)[0] ?? period;
  const [started, windowBefore] = [await dayOfLedger(ledger, addDays(earlier.from, -1)), windowOf(earlier)];
  const closed = await closedIn(ledger, windowBefore.from, window.to);
  const approvals = (await readSome(ledger, { kind: 'approval', orderBy: 'rank' }, most.approvals)).items;
  const exceptions = (await readSome(ledger, { kind: 'exception', orderBy: 'rank' }, most.exceptions)).items;
  const items = (await readSome(ledger, { kind: 'item', orderBy: 'rank' }, most.items)).items;
  const head = await ledger.head();
  return {
    tenantId: tenant.tenantId,
    tenantName: tenant.settings.displayName,
    period,
    window,
    posture,
    counters: { counts: summary.counts, totals: summary.totals },
    prior,
    priorCounters: before && { counts: before.counts, totals: before.totals },
    before: { window: windowBefore, start: started && { counts: started.counts, totals: started.totals } },
    days: await sparkOf(ledger, period, posture.asOf),
    settings: basis.settings,
    adopted: { catalogue: basis.catalogue, overrides: basis.overrides },
    appetite: (await configIn(stores)).appetite ?? null,
    ...(await findingsOf(ledger, summary)),
    closedInPeriod: closed.findings.filter(closedWithin(window)),
    closedBefore: closed.findings.filter(closedWithin(windowBefore)),
    closedComplete: closed.complete,
    approvals,
    approvalTotal: Math.max(approvals.length, totalOf(summary, 'approvals/')),
    exceptions,
    exceptionTotal: Math.max(exceptions.length, totalOf(summary, 'exceptions/')),
    failingItems: await failingOf(ledger, posture, items),
    items: items.filter((item) => item.itemKind !== 'tenant'),
    itemTotal: totalOf(summary, 'coverage/', '/in_scope'),
    reports: (await readSome(ledger, { kind: 'report', orderBy: 'rank' }, most.reports)).items,
    connectors: await connectorsOf(ledger, tenant),
    blockersBefore: prior && (await blockersBy(stores, prior.asOf)),
    reviews: await reviewsOf(stores, period, window, posture.asOf),
    listsPosition: head?.document.kind === 'head' ? head.document.size : posture.position,
    rehearsal,
    publicSafe: publicSafe || posture.sample,
  };
}

/** What an empty log is judged by: the tenant's own settings, at its beginning. */
function beforeFirst({ tenantId, sample, createdAt, settings }: Tenant, summary: Summary): Basis {
  const { inventoryFreshDays, scoreTarget, findingDays } = settings;
  const { foldVersion, catalogue } = postureOf(tenantId, summary);
  return {
    size: 0,
    clock: createdAt,
    foldVersion,
    catalogue,
    overrides: {},
    sample,
    settings: { inventoryFreshDays, scoreTarget, findingDays },
  };
}

/** The counters as they stand; empty before the first entry. */
export async function summaryOf(ledger: LedgerStore): Promise<Summary> {
  const found = (await ledger.read(['summary'])).get('summary');
  return found?.kind === 'summary' ? found : { id: 'summary', kind: 'summary', counts: {}, totals: {} };
}

const totalOf = ({ counts }: Summary, prefix: string, suffix = ''): number =>
  Object.entries(counts).reduce(
    (sum, [name, n]) => (name.startsWith(prefix) && name.endsWith(suffix) ? sum + n : sum),
    0,
  );

async function dayOfLedger(ledger: LedgerStore, date: string): Promise<Day | null> {
  const id = dayId(date);
  const found = (await ledger.read([id])).get(id);
  return found?.kind === 'day' ? found : null;
}

/** Posture when a UTC day ended, judged with the settings in force now: targets that moved must not look like change. */
function priorOf(tenantId: string, stored: Day, basis: Basis): Posture {
  const clock = instantOf(millisOf(`${stored.day}T00:00:00Z`) + day);
  return postureOf(tenantId, {
    id: 'summary',
    kind: 'summary',
    basis: { ...basis, size: stored.position, clock },
    counts: stored.counts,
    totals: stored.totals,
    ...(stored.inventoryAt === undefined ? {} : { inventoryAt: stored.inventoryAt }),
  });
}

/** Days for sparklines: each of the last ones where the period is short, weekly steps where it is long. */
async function sparkOf(ledger: LedgerStore, { from, to }: ReportPeriod, asOf: string): Promise<Day[]> {
  const length = (millisOf(`${to}T00:00:00Z`) - millisOf(`${from}T00:00:00Z`)) / day + 1;
  const step = length < 28 ? 1 : 7;
  const last = addDays(asOf.slice(0, 10), -1);
  const ids = Array.from({ length: sparkDays }, (_, i) => dayId(addDays(last, -step * (sparkDays - 1 - i))));
  const found = await ledger.read(ids);
  return ids.flatMap((id) => {
    const document = found.get(id);
    return document?.kind === 'day' ? [document] : [];
  });
}

/** Findings that stand, worst first: open ones, then claimed resolved, then accepted. */
async function findingsOf(
  ledger: LedgerStore,
  summary: Summary,
): Promise<Pick<ReportInput, 'findings' | 'findingTotal'>> {
  const findings: Finding[] = [];
  for (const state of ['open', 'resolved', 'accepted']) {
    if (findings.length >= most.findings) break;
    const query = { kind: 'finding', where: { state }, orderBy: 'rank' } as const;
    findings.push(...(await readSome(ledger, query, most.findings - findings.length)).items);
  }
  const total = ['open', 'resolved', 'accepted'].reduce((n, s) => n + totalOf(summary, `findings/${s}/`), 0);
  return { findings, findingTotal: Math.max(total, findings.length) };
}

const closedWithin =
  (window: ReportInput['window']) =>
  ({ closedAt }: Finding): boolean =>
    closedAt !== undefined && within(closedAt, window);

/** Findings closed between two instants. No index orders them by time, so all closed ones are read, up to a bound. */
async function closedIn(
  ledger: LedgerStore,
  from: string,
  to: string,
): Promise<{ findings: Finding[]; complete: boolean }> {
  const query = { kind: 'finding', where: { state: 'closed' }, orderBy: 'rank' } as const;
  const closed = (await readSome(ledger, query, most.closed)).items;
  return {
    findings: closed.filter(closedWithin({ from, to })),
    complete: closed.length < most.closed,
  };
}

/** For each failing control the items that fail it worst, then the worst items of all kinds; each once. */
async function failingOf(ledger: LedgerStore, posture: Posture, worst: readonly Item[]): Promise<Item[]> {
  const byId = new Map<string, Item>();
  const failing = posture.controls.filter((c) => c.inScope > c.counts.enforced && c.state !== 'not_observed');
  for (const { id, state } of failing) {
    const query = { kind: 'item', failing: `${id}:${state}`, orderBy: 'rank' } as const;
    for (const item of (await readSome(ledger, query, most.perControl)).items) byId.set(item.id, item);
  }
  for (const item of worst) if (byId.size < most.failing) byId.set(item.id, item);
  return [...byId.values()];
}
