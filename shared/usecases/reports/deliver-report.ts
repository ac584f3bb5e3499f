import { confirmationCode } from '../../core/delivery/confirmation.js';
import { maxAttempts, nextMove, type MailOperation } from '../../core/delivery/operation.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { instantOf } from '../../core/kernel/time.js';
import { disabledRecipients } from '../../core/projections/items.js';
import { reportId as ledgerReportId, tenantItemId } from '../../core/projections/keys.js';
import type { MailMessage } from '../../ports.js';
import { heldFor } from '../delivery/held.js';
import { noticeMessage, withdrawIfOver } from '../delivery/notices.js';
import { leavesAs } from '../delivery/pack-link.js';
import { recordStatement } from '../log/record.js';
import { frozenDocument } from './freeze-report.js';
import { receiverOf } from './recipients.js';
import {
  blobNames,
  loadReport,
  operationRecordId,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';
import { stateRequest } from './request-report.js';
import { ask, book, done, endTold, finish, send, type End, type Progress } from './send-mail.js';

/**
 * The operations of a report: one a recipient, ids that follow from (tenant, manifest, recipient), so a retry is the same
 * mail. The intent of each is stored and in the log before anything is sent.
 */
export async function planDelivery(deps: ReportDeps, reportId: string): Promise<{ operationIds: string[] }> {
  const { value: record } = await loadReport(deps.stores, reportId);
  if (record.notice !== undefined) await stateRequest(deps, record);
  else if (record.rendered === undefined) throw new Error('a report is rendered before it is delivered');
  const operations = operationsOf(deps, record);
  const own = leavingBy(deps, record);
  for (const { operationId, recipient } of operations) await intend(own, record, operationId, recipient);
  return { operationIds: operations.map(({ operationId }) => operationId) };
}

/** The same with the provider that this report leaves by. */
const leavingBy = (deps: ReportDeps, { deliver }: ReportRecord): ReportDeps =>
  deliver === 'export' ? { ...deps, mail: deps.exporter } : deps;

/** What a report's mails are, by their ids; none of a packet that waits: it is read where it lies and goes to nobody. */
export function operationsOf(
  { stores }: Pick<ReportDeps, 'stores'>,
  { id, notice, rendered, frozen, recipients }: ReportRecord,
): { operationId: string; recipient: string }[] {
  const packet = notice === undefined ? rendered?.manifestDigest : id;
  if (packet === undefined || frozen?.waiting !== undefined) return [];
  return recipients.map((recipient) => ({
    operationId: uuidOf('mail', stores.tenantId, packet, recipient),
    recipient,
  }));
}

/** Intent before the mail: the operation's tenant, its record, and `report.sending` in the log, in this order. */
async function intend(
  deps: ReportDeps,
  record: ReportRecord,
  operationId: string,
  recipient: string,
): Promise<void> {
  const { stores, clock, mail } = deps;
  const id = operationRecordId(operationId);
  await deps.registry.rememberOperation(operationId, stores.tenantId);
  const traceparent = deps.telemetry.traceparent();
  const isExercise = record.type === 'delivery-validation' && recipient === record.recipients[0];
  const operation: MailOperation = {
    operationId,
    reportId: record.id,
    recipient,
    intendedAt: instantOf(clock.now()),
    round: 0,
    attempts: 0,
    pending: null,
    status: 'intended',
    ...(isExercise ? { withhold: maxAttempts } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  await stores.records.put(id, 'operation', operation, null);
  const { value } = await loadOperation(deps, operationId);
  await recordStatement(deps, {
    name: 'report.sending',
    id: `report-sending-${operationId}`,
    data: {
      report: record.id,
      operation: operationId,
      recipient,
      provider: mail.name,
      intendedAt: value.intendedAt,
    },
  });
}

/**
 * One step of one mail. Safe to run any number of times, by any number of processes: the operation's record, changed
 * under its ETag before anything is sent, says what may be done. Dies before the send: the lease runs out and the
 * provider is asked. Dies after the send: the same, and the provider knows the operation.
 */
export async function deliverMail(all: ReportDeps, reportId: string, operationId: string): Promise<Progress> {
  const { value: record } = await loadReport(all.stores, reportId);
  const deps = leavingBy(all, record);
  for (;;) {
    const { value: operation, etag } = await loadOperation(deps, operationId);
    const move = nextMove(operation, deps.clock.now());
    if (move.do === 'nothing') return done;
    if (move.do === 'wait') return { status: 'again', afterMs: move.forMs };
    const told = await endTold(deps, operation);
    if (told !== null) return finish(deps, operation, etag, told);
    switch (move.do) {
      case 'giveUp':
        return finish(deps, operation, etag, { status: 'dead_letter', detail: move.detail });
      case 'ask':
        return ask(deps, operation, etag);
      case 'book':
      case 'send': {
        // A mail that was begun goes on; one that was not waits for the end of a blackout.
        const held = operation.attempts === 0 ? await heldFor(deps, record) : null;
        if (held !== null) return { status: 'again', afterMs: held };
        await withdrawIfOver(deps, record);
        const unwanted = await whyUnwanted(deps, record, operation);
        if (unwanted !== null) return finish(deps, operation, etag, { status: 'not_sent', ...unwanted });
        const next =
          move.do === 'book' ? await book(deps, operation, etag) : await leave(deps, record, operation, etag);
        if (next !== null) return next;
      }
    }
  }
}

async function leave(
  deps: ReportDeps,
  record: ReportRecord,
  operation: MailOperation,
  etag: string,
): Promise<Progress> {
  const message = await messageOf(deps, record, operation);
  return typeof message === 'string'
    ? finish(deps, operation, etag, { status: 'not_sent', detail: message })
    : send(deps, operation, etag, message);
}

/** @throws where there is no such operation: it was never planned. */
export async function loadOperation(
  { stores }: Pick<ReportDeps, 'stores'>,
  operationId: string,
): Promise<{ value: MailOperation; etag: string }> {
  const found = await stores.records.get<MailOperation>(operationRecordId(operationId));
  if (!found) throw new Error('the operation is not one of this report');
  return found;
}

/** Why a mail that has not left is wanted no more; null where it is. Looked up just before it would leave. */
async function whyUnwanted(
  { stores }: ReportDeps,
  { id }: ReportRecord,
  { recipient }: MailOperation,
): Promise<Pick<End, 'detail' | 'cancelled'> | null> {
  const documents = await stores.ledger.read([ledgerReportId(id), tenantItemId]);
  const report = documents.get(ledgerReportId(id));
  if (report?.kind === 'report' && report.status === 'cancelled')
    return { detail: 'the report was cancelled', cancelled: true };
  const tenant = documents.get(tenantItemId);
  return tenant?.kind === 'item' && disabledRecipients(tenant).has(recipient)
    ? { detail: 'the recipient is disabled since a hard bounce, until an operator clears it' }
    : null;
}

/**
 * The identical mail on every attempt: all of it comes from stored bytes, and the address from the tenant's settings.
 * @returns in words why there is none to send, where the tenant's policy of now says so.
 */
export async function messageOf(
  deps: ReportDeps,
  record: ReportRecord,
  operation: MailOperation,
): Promise<Omit<MailMessage, 'firstSentAt'> | string> {
  const { stores, blobs, keys, renderer, clock } = deps;
  const found = await stores.tenant.get();
  if (!found) throw new Error('the tenant is gone');
  const macKey = await keys.macKey(stores.tenantId);
  const exported = record.deliver === 'export';
  const to = exported
    ? { address: 'export' }
    : receiverOf(found.tenant, macKey, record, operation.recipient, clock.now());
  if (typeof to === 'string') return to;
  const { notice } = record;
  if (notice !== undefined) return noticeMessage(deps, found.tenant, notice, operation.operationId, to);
  const pdf = record.rendered?.artifacts.find((a) => a.format === 'pdf');
  if (!record.frozen || !pdf) throw new Error('a report is rendered before it is delivered');
  // No mailbox limits what is exported.
  const leaves = exported
    ? { attach: true as const }
    : await leavesAs(deps, found.tenant, record, operation, pdf);
  if (typeof leaves === 'string') return leaves;
  const attachmentName = `${record.type}-report-${record.period.to}.pdf`;
  const document = await frozenDocument(deps, record.frozen);
  const code = confirmationCode(macKey, operation.operationId);
  const body = await renderer.mail(document, record.frozen.context, {
    ...(exported ? {} : { code }),
    ...(leaves.attach ? { attachmentName } : leaves),
  });
  const bytes = leaves.attach
    ? await blobs.get('reports', blobNames.artifact(stores.tenantId, pdf.digest, pdf.format))
    : null;
  if (leaves.attach && !bytes) throw new Error('the rendered report is missing');
  return {
    tenantId: stores.tenantId,
    operationId: operation.operationId,
    to,
    ...body,
    attachments: bytes ? [{ name: attachmentName, contentType: pdf.contentType, bytes }] : [],
  };
}
