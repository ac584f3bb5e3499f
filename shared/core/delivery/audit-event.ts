import { boundary, type DeliveryAuditEvent } from '../../../schemas/answers/deliveries.js';
import type { Evidence, EvidenceEvent } from '../../../schemas/evidence.js';
import type { Report } from '../projections/documents.js';
import { utc } from '../projections/stamps.js';
import { maxAttempts } from './operation.js';

/** Events of a report that a line of the export is made of, in CAVRA's words. */
export const auditedEvents = [
  'aispm.report.rendered',
  'aispm.report.approved',
  'aispm.report.scheduled',
  'aispm.report.sending',
  'aispm.report.retried',
  'aispm.report.delivered',
  'aispm.report.bounced',
  'aispm.report.failed',
] as const;
type Audited = Extract<EvidenceEvent, { type: (typeof auditedEvents)[number] }>;
type Said = Pick<DeliveryAuditEvent['audit_event'], 'action' | 'status'> & {
  attempt: number;
  terminal: boolean;
};

const isAudited = (event: EvidenceEvent): event is Audited =>
  auditedEvents.some((type) => type === event.type);

/** What is known of the report beside its event. */
export type AuditedReport = { report: Report | null; approvalRequired: boolean; recipients: number };

/**
 * One line of the export; null for an event that is none. It names nobody: who is meant follows from the evidence it
 * refers to, for those who may see it. @param domains the tenant's own, and how many were approved beside them
 */
export function auditEventOf(
  tenantId: string,
  { id, event }: Pick<Evidence, 'id' | 'event'>,
  { report, approvalRequired, recipients }: AuditedReport,
  domains: { allowed: readonly string[]; external: number },
): DeliveryAuditEvent | null {
  if (!isAudited(event)) return null;
  const said = saidBy(event, report?.reportType === 'delivery-validation');
  if (said === null) return null;
  const { action, status, attempt, terminal } = said;
  const evidence = `evidence:${id}`;
  return {
    schema_version: 'cavra.aispm.report_delivery_audit_event.v1',
    product: 'CAVRA',
    edition: 'enterprise',
    contract_visibility: 'public_contract',
    audit_event: {
      audit_event_id: id,
      action,
      occurred_at: utc(event.time),
      tenant_ref: `tenant:${tenantId}`,
      actor_ref: 'actor' in event.data && event.data.actor !== undefined ? event.data.actor : 'system:aispm',
      report_id: event.data.report,
      requested_format: action === 'render' ? 'zip' : 'pdf',
      delivery_mode: 'provider' in event.data ? modes[event.data.provider] : 'microsoft365',
      status,
    },
    recipient_summary: {
      recipient_count: 'recipient' in event.data && event.data.recipient !== undefined ? 1 : recipients,
      allowed_domains: [...new Set(domains.allowed)],
      external_domain_count: domains.external,
      recipient_addresses_redacted: true,
    },
    approval: {
      approval_required: approvalRequired,
      approval_ref: approvalRequired ? `approval:${event.data.report}` : null,
      decision: approvalRequired ? decisionOf(report) : 'not_required',
    },
    retry: { attempt, max_attempts: maxAttempts, next_retry_at: null, terminal },
    evidence: {
      evidence_refs: [evidence],
      report_digest_ref: `digest:${report?.documentDigest ?? 'none'}`,
      delivery_audit_ref: `audit:${id}`,
      immutable_store_ref: `immutable:log/${tenantId}/${id}`,
    },
    redaction: {
      raw_report_content_included: false,
      provider_response_included: false,
      recipient_addresses_included: false,
      secrets_included: false,
      payload_handling: 'metadata_only',
    },
    enterprise_boundaries: {
      audit_store: boundary,
      provider_response_storage: boundary,
      retry_worker: boundary,
      immutable_evidence_store: boundary,
      license_enforcement: boundary,
    },
  };
}

const modes = { acs: 'microsoft365', smtp: 'smtp', export: 'disabled' } as const;

function saidBy(event: Audited, isTest: boolean): Said | null {
  const action = isTest ? 'test_delivery' : 'send';
  const once = { attempt: 1, terminal: false };
  switch (event.type) {
    case 'aispm.report.rendered':
      return { action: 'render', status: 'rendered', attempt: 0, terminal: false };
    case 'aispm.report.approved':
      // An approval itself blocks nothing: what it lets go says so by its own events.
      return event.data.outcome === 'approved'
        ? null
        : { action, status: 'blocked_requires_approval', attempt: 0, terminal: true };
    case 'aispm.report.scheduled': {
      const outcomes = { requested: 'scheduled', skipped: 'blocked_policy', refused: 'failed' } as const;
      const { outcome } = event.data;
      return { action: 'schedule', status: outcomes[outcome], attempt: 0, terminal: outcome !== 'requested' };
    }
    case 'aispm.report.sending':
      return { action, status: 'accepted', attempt: 0, terminal: false };
    case 'aispm.report.retried':
      return { action, status: 'retry_scheduled', ...once, attempt: event.data.attempt };
    case 'aispm.report.delivered':
      return { action, status: isTest ? 'test_passed' : 'sent', ...once, terminal: true };
    case 'aispm.report.bounced':
      return { action, status: 'failed', ...once, terminal: true };
    case 'aispm.report.failed': {
      const status = event.data.outcome === 'not_sent' ? 'blocked_policy' : 'failed';
      const attempt = event.data.outcome === 'dead_letter' ? maxAttempts : status === 'failed' ? 1 : 0;
      return { action, status, attempt, terminal: true };
    }
  }
}

function decisionOf(report: Report | null): DeliveryAuditEvent['approval']['decision'] {
  switch (report?.status) {
    case undefined:
    case 'requested':
    case 'rendered':
      return 'pending';
    case 'rejected':
    case 'cancelled':
      return 'denied';
    case 'expired':
      return 'expired';
    case 'approved':
    case 'undelivered':
    case 'delivered':
      return 'approved';
  }
}
