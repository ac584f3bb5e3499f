import type { Tenant } from '../../../schemas/tenant.js';
import type { RequestReport } from '../../../schemas/reports.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import { defaultPeriod, periodOf } from '../periods.js';
import { recordStatement } from '../record.js';
import { reportRecordId, type ReportDeps, type ReportRecord } from './report-record.js';

/** Reports that have a builder. The others are in the catalogue as waiting. */
export const buildableReports: ReadonlySet<string> = new Set(['ciso']);

/**
 * Records a request for a report. The id follows from the idempotency key, or from `nonce` where there is none; the
 * same request again answers with the same report.
 * @returns the record, and whether this call made it: only then is production started.
 */
export async function requestReport(
  deps: ReportDeps,
  tenant: Tenant,
  caller: { subject: string },
  request: RequestReport,
  nonce: string,
): Promise<{ record: ReportRecord; isNew: boolean }> {
  if (!buildableReports.has(request.type)) {
    throw new Refusal(
      'conflict',
      `the ${request.type} report waits for its builder; only ${[...buildableReports].join(', ')} can be produced`,
    );
  }
  const { stores, keys, clock } = deps;
  const macKey = await keys.macKey(stores.tenantId);
  const id = uuidOf('report', stores.tenantId, request.idempotencyKey ?? nonce);
  const zone = tenant.settings.timeZone;
  const period = request.period
    ? periodOf(request.period.from, request.period.to, zone)
    : defaultPeriod(instantOf(clock.now()), zone);
  const { reports } = tenant.settings;
  const recipients = reports.recipients.filter(
    (r) => r.reports === undefined || r.reports.includes(request.type),
  );
  refuseForeignDomains(
    recipients.map((r) => r.address),
    reports.allowedDomains,
  );
  const record: ReportRecord = {
    id,
    type: request.type,
    requestedBy: pseudonymOf(macKey, caller.subject),
    approvalRequired: reports.approvalRequired,
    approvalExpiresHours: reports.approvalExpiresHours,
    recipients: [...new Set(recipients.map((r) => pseudonymOf(macKey, r.address)))].sort(),
    period,
  };
  const existing = await stores.records.get<ReportRecord>(reportRecordId(id));
  const kept = existing?.value ?? record;
  const created =
    existing === null && (await stores.records.put(reportRecordId(id), 'report', record, null)) !== null;
  await stores.tenant.remember([
    { pseudonym: kept.requestedBy, name: caller.subject },
    ...recipients.map((r) => ({ pseudonym: pseudonymOf(macKey, r.address), name: r.address })),
  ]);
  // Dies here: the same request finds the record, and the statement below is made then.
  await recordStatement(deps, {
    name: 'report.requested',
    id: `report-requested-${id}`,
    data: {
      report: id,
      reportType: kept.type,
      actor: kept.requestedBy,
      recipients: kept.recipients,
      approvalRequired: kept.approvalRequired,
      period: {
        from: `${kept.period.from}T00:00:00Z`,
        to: `${kept.period.to}T00:00:00Z`,
        zone: kept.period.zone,
      },
    },
  });
  return { record: kept, isNew: created };
}

function refuseForeignDomains(addresses: readonly string[], allowed: readonly string[]): void {
  const foreign = addresses.filter(
    (address) => !allowed.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase()),
  );
  if (foreign.length > 0)
    throw new Refusal(
      'conflict',
      `${foreign.length} of ${addresses.length} recipients are outside the allowed domains`,
    );
}
