import type { Tenant } from '../../../schemas/tenant.js';
import type { RequestReport } from '../../../schemas/reports.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { chooseRecipients, isFor } from '../../core/delivery/recipient-policy.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import { defaultPeriod, periodOf } from '../periods.js';
import { recordStatement } from '../log/record.js';
import { anyIncident } from './gather-incident.js';
import {
  loadReport,
  reportRecordId,
  requestedId,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';

/**
 * Records a request for a report. The id follows from the idempotency key, or from `nonce` where there is none; the
 * same request again answers with the same report. `schedule` is the one that asks, where no person does.
 * @returns the record that stands.
 * @throws Refusal `conflict` for an incident report without an incident, recipients who may not get the report, or a key
 * used before for something else; `invalid_request` for an address that is none of the tenant's recipients.
 */
export async function requestReport(
  deps: ReportDeps,
  tenant: Tenant,
  caller: { subject: string },
  request: RequestReport,
  nonce: string,
  schedule?: string,
): Promise<ReportRecord> {
  if (request.type === 'incident' && !(await anyIncident(deps.stores)))
    throw new Refusal('conflict', 'the incident report waits for an incident: none is in the log');
  const { stores, keys, clock } = deps;
  const macKey = await keys.macKey(stores.tenantId);
  const id = uuidOf('report', stores.tenantId, request.idempotencyKey ?? nonce);
  const zone = tenant.settings.timeZone;
  const period = request.period
    ? periodOf(request.period.from, request.period.to, zone)
    : defaultPeriod(instantOf(clock.now()), zone);
  const { reports } = tenant.settings;
  const exported = request.deliver === 'export';
  if (exported && (request.scope !== 'public_safe' || request.recipients !== undefined))
    throw new Refusal('conflict', 'what is exported is public-safe, and goes to no recipients');
  // Nobody is there to be told of a schedule's recipients: one who may not get it now is refused at the send, alone.
  const recipients = exported
    ? []
    : schedule === undefined
      ? chooseRecipients(tenant, request.type, request.recipients, clock.now())
      : reports.recipients.filter((recipient) => isFor(reports, recipient, request.type));
  const requestedBy = pseudonymOf(macKey, caller.subject);
  const record: ReportRecord = {
    id,
    type: request.type,
    requestedBy,
    approvalRequired: reports.approvalRequired,
    approvalExpiresHours: reports.approvalExpiresHours,
    // An export is one operation too, of whoever asked for it.
    recipients: exported
      ? [requestedBy]
      : [...new Set(recipients.map((r) => pseudonymOf(macKey, r.address)))].sort(),
    period,
    publicSafe: request.scope === 'public_safe',
    ...(request.incident === undefined ? {} : { incident: request.incident }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(exported ? { deliver: 'export' as const } : {}),
  };
  const kept = await keptRecord(deps, record);
  const sameDays = kept.period.from === period.from && kept.period.to === period.to;
  const sameScope =
    kept.publicSafe === record.publicSafe &&
    kept.incident === record.incident &&
    kept.deliver === record.deliver;
  const sameRecipients =
    request.recipients === undefined || canonicalText(kept.recipients) === canonicalText(record.recipients);
  if (kept.type !== request.type || !sameScope || !sameRecipients || (request.period && !sameDays))
    throw new Refusal('conflict', 'the idempotency key was used for another request');
  await stores.tenant.remember([
    { pseudonym: record.requestedBy, name: caller.subject },
    ...recipients.map((r) => ({ pseudonym: pseudonymOf(macKey, r.address), name: r.address })),
  ]);
  return kept;
}

/** The record under this id: ours, or that of whoever was first. */
async function keptRecord({ stores }: ReportDeps, record: ReportRecord): Promise<ReportRecord> {
  await stores.records.put(reportRecordId(record.id), 'report', record, null);
  return (await loadReport(stores, record.id)).value;
}

/**
 * Says in the log that a report was requested. Said by the request, and again by the first step of its production: so
 * whichever of the two the process dies before, the other says it.
 */
export async function stateRequest(deps: ReportDeps, record: ReportRecord): Promise<void> {
  await recordStatement(deps, {
    name: 'report.requested',
    id: requestedId(record.id),
    data: {
      report: record.id,
      reportType: record.type,
      actor: record.requestedBy,
      recipients: record.recipients,
      approvalRequired: record.approvalRequired,
      ...(record.schedule === undefined ? {} : { schedule: record.schedule }),
      period: {
        from: `${record.period.from}T00:00:00Z`,
        to: `${record.period.to}T00:00:00Z`,
        zone: record.period.zone,
      },
    },
  });
}
