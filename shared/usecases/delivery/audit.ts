import { reportTypeSchema } from '../../../schemas/events/service.js';
import type {
  DeliveryAnswer,
  DeliveryQuery,
  DeliveryStatistics,
} from '../../../schemas/answers/deliveries.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { auditEventOf, auditedEvents, type AuditedReport } from '../../core/delivery/audit-event.js';
import { figuresOf } from '../../core/delivery/statistics.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf, second } from '../../core/kernel/time.js';
import type { Delivery } from '../../core/projections/documents.js';
import { reportId } from '../../core/projections/keys.js';
import type { Clock, Page, StoredEvidence, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { serviceSource } from '../log/record.js';
import { readSome } from '../read-some.js';
import { renderedId, reportRecordId, type ReportRecord } from '../reports/report-record.js';

type AuditDeps = { stores: TenantStores; clock: Clock };
type Stretch = { from?: string | undefined; to?: string | undefined };

/** Mails that one answer looks at, and lines that one export holds: so much fits a call. */
const most = 10_000;
const pageSize = 200;
const usually = 30 * day;

/** A page of the mails that a tenant's reports went out with, oldest first, from an index. */
export async function searchDeliveries(
  { stores }: AuditDeps,
  { limit, cursor, from, to, ...filters }: DeliveryQuery,
  withAddresses: boolean,
): Promise<Page<DeliveryAnswer>> {
  const where = Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const page = await stores.ledger.list({
    kind: 'delivery',
    orderBy: 'rank',
    where,
    rank: between({ from, to }),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const mails = page.items.filter((one): one is Delivery => one.kind === 'delivery');
  const items = await Promise.all(mails.map((mail) => answerOf(stores, mail, withAddresses)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

async function answerOf(
  stores: TenantStores,
  mail: Delivery,
  withAddresses: boolean,
): Promise<DeliveryAnswer> {
  const { operation, report, recipient, status, sentAt, at } = mail;
  const links = linksOf(stores.tenantId);
  const answer = {
    operation,
    report,
    reportType: reportTypeSchema.parse(mail.reportType),
    recipient,
    status,
    sentAt: sentAt ?? null,
    at,
    links: {
      report: links.at('reports', report),
      ...links.evidence(evidenceIdOf(serviceSource.uri, `report-sending-${operation}`)),
    },
  };
  return withAddresses ? withNames(stores.tenant, answer) : answer;
}

/** Ranks are instants in one text form, so that they sort as text; what a caller writes is brought to it. */
const between = ({ from, to }: Stretch) => ({
  ...(from === undefined ? {} : { from: instantOf(millisOf(from)) }),
  ...(to === undefined ? {} : { to: instantOf(millisOf(to)) }),
});

/** The stretch asked for; by default the thirty days up to now. @throws Refusal `invalid_request` for one that is none */
function stretchOf({ clock }: AuditDeps, { from, to }: Stretch): { from: string; to: string } {
  const end = to === undefined ? clock.now() : millisOf(to);
  // Nothing was sent before the epoch, and thirty days before the year 0000 are no instant.
  const begin = from === undefined ? Math.max(0, end - usually) : millisOf(from);
  if (begin >= end) throw new Refusal('invalid_request', 'from lies before to', { pointer: '/from' });
  return { from: instantOf(begin), to: instantOf(end) };
}

/** What the mails of a stretch of time came to. @throws Refusal `invalid_request` for a stretch that is none */
export async function deliveryStatistics(deps: AuditDeps, asked: Stretch): Promise<DeliveryStatistics> {
  const { stores } = deps;
  const stretch = stretchOf(deps, asked);
  const query = { kind: 'delivery', orderBy: 'rank', rank: stretch } as const;
  const { items: mails, more } = await readSome(stores.ledger, query, most);
  const approved = await eventsOf(stores, 'aispm.report.approved', stretch, most);
  return {
    ...stretch,
    mails: mails.length,
    complete: !more,
    ...figuresOf(mails, await approvalSeconds(stores, approved)),
    links: { deliveries: linksOf(stores.tenantId).at('deliveries') },
  };
}

async function approvalSeconds(stores: TenantStores, decided: readonly StoredEvidence[]): Promise<number[]> {
  const approvals = decided.flatMap(({ event }) =>
    event.type === 'aispm.report.approved' && event.data.outcome === 'approved'
      ? [{ report: event.data.report, at: event.time }]
      : [],
  );
  const rendered = await stores.evidence.getMany(
    approvals.map(({ report }) => evidenceIdOf(serviceSource.uri, renderedId(report))),
  );
  return approvals.flatMap(({ at }, n) => {
    const before = rendered[n];
    return before ? [(millisOf(at) - millisOf(before.event.time)) / second] : [];
  });
}

async function eventsOf(
  stores: TenantStores,
  type: string,
  { from, to }: { from: string; to: string },
  limit: number,
): Promise<StoredEvidence[]> {
  const found: StoredEvidence[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.evidence.search({
      type,
      from,
      to,
      order: 'oldest',
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

/**
 * The audit of a stretch of time as JSON Lines in the shape of CAVRA's delivery audit event, oldest first.
 * @throws Refusal `invalid_request` for a stretch that is none, or that holds more than 10,000 events
 */
export async function exportDeliveries(deps: AuditDeps, tenant: Tenant, asked: Stretch): Promise<string> {
  const { stores } = deps;
  const stretch = stretchOf(deps, asked);
  const events: StoredEvidence[] = [];
  for (const type of auditedEvents) {
    events.push(...(await eventsOf(stores, type, stretch, most + 1)));
    if (events.length > most)
      throw new Refusal('invalid_request', 'more than 10,000 events: ask for a shorter stretch of time', {
        pointer: '/from',
      });
  }
  const keyOf = ({ id, event }: StoredEvidence): string => `${instantOf(millisOf(event.time))} ${id}`;
  events.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const domains = {
    allowed: tenant.settings.reports.allowedDomains,
    external: tenant.approvedDomains.length,
  };
  const reports = new Map<string, AuditedReport>();
  const lines: string[] = [];
  for (const { id, event } of events) {
    const name = 'report' in event.data ? (event.data.report ?? '') : '';
    const report = reports.get(name) ?? (await auditedReport(stores, name));
    reports.set(name, report);
    const line = auditEventOf(stores.tenantId, { id, event }, report, domains);
    if (line !== null) lines.push(`${canonicalText(line)}\n`);
  }
  return lines.join('');
}

async function auditedReport(stores: TenantStores, name: string): Promise<AuditedReport> {
  const document = (await stores.ledger.read([reportId(name)])).get(reportId(name));
  const record = (await stores.records.get<ReportRecord>(reportRecordId(name)))?.value;
  return {
    report: document?.kind === 'report' ? document : null,
    approvalRequired: record?.approvalRequired ?? false,
    recipients: record?.recipients.length ?? 0,
  };
}
