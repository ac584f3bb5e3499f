import { afterUnknown, backOff, nextMove, type MailOperation } from '../../core/delivery/operation.js';
import { uuidOf } from '../../core/kernel/ids.js';
import { second, instantOf } from '../../core/kernel/time.js';
import type { MailMessage, SendOutcome } from '../../ports.js';
import { recordFirst, recordStatement } from '../record.js';
import { frozenDocument } from './freeze-report.js';
import { receiverOf } from './recipients.js';
import {
  blobNames,
  loadReport,
  operationRecordId,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';

/** The operations of a report: one a recipient, ids that follow from (tenant, manifest, recipient), so a retry is the same mail. */
export async function planDelivery(deps: ReportDeps, reportId: string): Promise<{ operationIds: string[] }> {
  const { value: record } = await loadReport(deps.stores, reportId);
  const digest = record.rendered?.manifestDigest;
  if (digest === undefined) throw new Error('a report is rendered before it is delivered');
  // A packet that waits is read where it lies; it goes to nobody.
  if (record.frozen?.waiting !== undefined) return { operationIds: [] };
  return {
    operationIds: record.recipients.map((recipient) =>
      uuidOf('mail', deps.stores.tenantId, digest, recipient),
    ),
  };
}

/** What the orchestrator does next about one mail. */
export type Progress = { status: 'done' | 'again'; afterMs: number };
const done: Progress = { status: 'done', afterMs: 0 };

/**
 * One step of one mail. Safe to run any number of times, by any number of processes: the operation's record, changed
 * under its ETag before anything is sent, says what may be done. Dies before the send: the lease runs out and the
 * provider is asked. Dies after the send: the same, and the provider knows the operation.
 */
export async function deliverMail(
  deps: ReportDeps,
  reportId: string,
  operationId: string,
): Promise<Progress> {
  const { stores, clock } = deps;
  const { value: record } = await loadReport(stores, reportId);
  const { operation, etag } = await intend(deps, record, operationId);
  const move = nextMove(operation, clock.now());
  switch (move.do) {
    case 'nothing':
      return done;
    case 'wait':
      return { status: 'again', afterMs: move.forMs };
    case 'fail':
      return finish(deps, operation, etag, { status: 'failed', detail: move.detail });
    case 'ask':
      return ask(deps, operation, etag);
    case 'send':
      return send(deps, record, operation, etag);
  }
}

/** Intent before the mail: the operation's tenant, its record, and `report.sending` in the log, in this order. */
async function intend(
  deps: ReportDeps,
  record: ReportRecord,
  operationId: string,
): Promise<{ operation: MailOperation; etag: string }> {
  const { stores, clock, mail } = deps;
  const id = operationRecordId(operationId);
  const recipient = record.recipients.find(
    (r) => uuidOf('mail', stores.tenantId, record.rendered?.manifestDigest ?? '', r) === operationId,
  );
  if (recipient === undefined) throw new Error('the operation is not one of this report');
  let found = await stores.records.get<MailOperation>(id);
  if (!found) {
    const traceparent = deps.telemetry.traceparent();
    await deps.registry.rememberOperation(operationId, stores.tenantId);
    const operation: MailOperation = {
      operationId,
      reportId: record.id,
      recipient,
      firstSentAt: instantOf(clock.now()),
      attempts: 0,
      pending: null,
      status: 'intended',
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    await stores.records.put(id, 'operation', operation, null);
    found = await stores.records.get<MailOperation>(id);
  }
  if (!found) throw new Error('an operation record vanished');
  const { value: operation, etag } = found;
  await recordStatement(deps, {
    name: 'report.sending',
    id: `report-sending-${operationId}`,
    data: {
      report: record.id,
      operation: operationId,
      recipient,
      provider: mail.name,
      firstSentAt: operation.firstSentAt,
    },
  });
  return { operation, etag };
}

async function send(
  deps: ReportDeps,
  record: ReportRecord,
  operation: MailOperation,
  etag: string,
): Promise<Progress> {
  const message = await messageOf(deps, record, operation);
  if (typeof message === 'string')
    return finish(deps, operation, etag, { status: 'not_sent', detail: message });
  const begun = {
    ...operation,
    attempts: operation.attempts + 1,
    pending: { startedAt: instantOf(deps.clock.now()), lost: false },
  };
  const begunTag = await put(deps, begun, etag);
  if (begunTag === null) return { status: 'again', afterMs: second };
  const outcome = await deps.mail.send(message);
  return settle(deps, begun, begunTag, outcome);
}

async function settle(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  outcome: SendOutcome,
): Promise<Progress> {
  switch (outcome.status) {
    case 'accepted':
      await put(deps, { ...operation, pending: null, status: 'accepted' }, etag);
      return done;
    case 'refused':
      return finish(deps, operation, etag, { status: 'failed', detail: outcome.detail });
    case 'retry':
      await put(deps, { ...operation, pending: null, detail: outcome.detail }, etag);
      return { status: 'again', afterMs: backOff(operation.attempts, outcome.afterMs) };
    case 'unknown':
      await put(
        deps,
        {
          ...operation,
          pending: { startedAt: operation.pending?.startedAt ?? operation.firstSentAt, lost: true },
          detail: outcome.detail,
        },
        etag,
      );
      return { status: 'again', afterMs: 2 * second };
  }
}

/** A lost send: adopted if the provider knows it, repeated or left to a person if it does not. */
async function ask(deps: ReportDeps, operation: MailOperation, etag: string): Promise<Progress> {
  const known = await deps.mail.status(operation.operationId);
  if (known === 'failed')
    return finish(deps, operation, etag, {
      status: 'failed',
      detail: 'the provider reports the operation as failed',
    });
  if (known !== null) {
    await put(deps, { ...operation, pending: null, status: 'accepted' }, etag);
    return done;
  }
  if (afterUnknown(operation, deps.clock.now()) === 'unconfirmed') {
    return finish(deps, operation, etag, {
      status: 'unconfirmed',
      detail: 'a send was lost and the provider does not know it',
    });
  }
  await put(deps, { ...operation, pending: null }, etag);
  return { status: 'again', afterMs: 0 };
}

/** Ends an operation that did not reach the provider's word: in the log first, so that a crash repeats it. */
export async function finish(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  end: { status: 'failed' | 'unconfirmed' | 'not_sent'; detail: string },
): Promise<Progress> {
  const first = await recordFirst(deps, {
    name: 'report.failed',
    id: `report-failed-${operation.operationId}`,
    data: {
      report: operation.reportId,
      operation: operation.operationId,
      recipient: operation.recipient,
      outcome: end.status,
      detail: end.detail,
    },
  });
  const status = end.status === 'not_sent' ? 'failed' : end.status;
  if (first) deps.telemetry.measure('aispm.delivery.outcomes', 1, { outcome: status });
  await put(deps, { ...operation, pending: null, detail: end.detail, status }, etag);
  return done;
}

const put = (deps: ReportDeps, operation: MailOperation, etag: string): Promise<string | null> =>
  deps.stores.records.put(operationRecordId(operation.operationId), 'operation', operation, etag);

/**
 * The identical mail on every attempt: all of it comes from stored bytes, and the address from the tenant's settings.
 * @returns in words why there is none to send, where the tenant's policy of now says so.
 */
async function messageOf(
  deps: ReportDeps,
  record: ReportRecord,
  operation: MailOperation,
): Promise<MailMessage | string> {
  const { stores, blobs, keys, renderer, clock } = deps;
  const found = await stores.tenant.get();
  const pdf = record.rendered?.artifacts.find((a) => a.format === 'pdf');
  if (!found || !record.frozen || !pdf) throw new Error('a report is rendered before it is delivered');
  const macKey = await keys.macKey(stores.tenantId);
  const to = receiverOf(found.tenant, macKey, record, operation.recipient, clock.now());
  if (typeof to === 'string') return to;
  const bytes = await blobs.get('reports', blobNames.artifact(stores.tenantId, pdf.digest, pdf.format));
  if (!bytes) throw new Error('the rendered report is missing');
  const attachmentName = `${record.type}-report-${record.period.to}.pdf`;
  const document = await frozenDocument(deps, record.frozen);
  const body = await renderer.mail(document, record.frozen.context, { attachmentName });
  return {
    operationId: operation.operationId,
    firstSentAt: operation.firstSentAt,
    to,
    ...body,
    attachments: [{ name: attachmentName, contentType: pdf.contentType, bytes }],
  };
}
