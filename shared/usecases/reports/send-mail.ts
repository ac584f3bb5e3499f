import {
  afterUnknown,
  askPause,
  exercisePause,
  maxAttempts,
  retryPause,
  type MailOperation,
  type MailStatus,
} from '../../core/delivery/operation.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { instantOf, minute, second } from '../../core/kernel/time.js';
import type { MailMessage, SendOutcome } from '../../ports.js';
import { recordFirst, serviceSource } from '../log/record.js';
import { bookSend, holdSends, sendsHeldUntil, takeQuestion } from './mail-budget.js';
import { operationRecordId, type ReportDeps } from './report-record.js';
import { stateBounced, stateDelivered } from './state-outcome.js';

/* The moves of one mail (core/delivery/operation.ts decides which). Each changes the operation under its ETag first. */

/** What the orchestrator does next about one mail. */
export type Progress = { status: 'done' | 'again'; afterMs: number };
export const done: Progress = { status: 'done', afterMs: 0 };
const again = (afterMs: number): Progress => ({ status: 'again', afterMs });

/** Those who come again for a turn are spread over no more than this, so that they do not all come at one moment. */
const spread = 10 * minute;

/** Takes the mail's turn in the provider's budget. @returns a wait where none could be taken now. */
export async function book(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
): Promise<Progress | null> {
  const turn = await bookSend(deps);
  // By the id, so that no two come at one moment again.
  const share = parseInt(operation.operationId.slice(0, 4), 16) / 0x10000;
  const later = (after: number, over: number): Progress => again(after + Math.floor(share * over));
  if (turn === null) return later(second, 2 * second);
  if ('after' in turn) return later(turn.after, Math.min(turn.after, spread));
  await put(deps, { ...operation, slot: instantOf(turn.at) }, etag);
  return null;
}

/** Sends once. The turn is given back where the provider has said meanwhile that it is too much. */
export async function send(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  message: Omit<MailMessage, 'firstSentAt'>,
): Promise<Progress> {
  const { slot: _used, notBefore: _over, detail: reason, ...rest } = operation;
  const now = deps.clock.now();
  const heldUntil = await sendsHeldUntil(deps);
  if (heldUntil > now) {
    await put(deps, { ...rest, notBefore: instantOf(heldUntil) }, etag);
    return again(heldUntil - now);
  }
  const firstSentAt = operation.firstSentAt ?? instantOf(now);
  const begun: MailOperation = {
    ...rest,
    firstSentAt,
    attempts: operation.attempts + 1,
    pending: { startedAt: instantOf(now), lost: false, asked: 0 },
  };
  const begunTag = await put(deps, begun, etag);
  if (begunTag === null) return again(second);
  if (begun.attempts > 1) await stateRetry(deps, begun, reason ?? 'the answer was lost');
  const outcome: SendOutcome = isWithheld(begun)
    ? { status: 'retry', afterMs: 0, detail: 'held back by the validation' }
    : await deps.mail.send({ ...message, firstSentAt });
  return settle(deps, begun, begunTag, outcome);
}

const isWithheld = ({ attempts, withhold = 0 }: MailOperation): boolean => attempts <= withhold;

/** One retry is one event, whatever happens between here and its outcome. */
async function stateRetry(deps: ReportDeps, operation: MailOperation, reason: string): Promise<void> {
  const { operationId, reportId, recipient, attempts } = operation;
  await recordFirst(deps, {
    name: 'report.retried',
    id: retriedId(operation, attempts),
    data: {
      report: reportId,
      operation: operationId,
      recipient,
      attempt: attempts,
      reason,
      // The try before it was the one held back.
      ...(isWithheld({ ...operation, attempts: attempts - 1 }) ? { exercised: true as const } : {}),
    },
  });
}

const ofRound = ({ round }: Pick<MailOperation, 'round'>): string => (round === 0 ? '' : `-${round}`);
export const retriedId = (operation: Pick<MailOperation, 'operationId' | 'round'>, attempt: number): string =>
  `report-retried-${operation.operationId}${ofRound(operation)}-${attempt}`;
export const failedId = (operation: Pick<MailOperation, 'operationId' | 'round'>): string =>
  `report-failed-${operation.operationId}${ofRound(operation)}`;

async function settle(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  outcome: SendOutcome,
): Promise<Progress> {
  const now = deps.clock.now();
  const putOff = async (next: MailOperation, pause: number): Promise<Progress> => {
    await put(deps, { ...next, notBefore: instantOf(now + pause) }, etag);
    return again(pause);
  };
  switch (outcome.status) {
    case 'accepted':
      await put(deps, { ...operation, pending: null, status: 'accepted' }, etag);
      return done;
    case 'delivered':
      return arrived(deps, operation, etag, outcome.proof);
    case 'refused':
      // Its server said at once what else comes as a delivery report: there is no such mailbox.
      if (outcome.bounced === true)
        await stateBounced(deps, operation, {
          provider: deps.mail.name,
          providerEvent: 'answer',
          status: 'bounced',
          detail: outcome.detail,
        });
      return finish(deps, operation, etag, { status: 'failed', detail: outcome.detail });
    case 'retry': {
      if (outcome.throttled === true) await holdSends(deps, now + outcome.afterMs);
      const next: MailOperation = { ...operation, pending: null, detail: outcome.detail };
      // It was the last try: there is nothing to wait for.
      if (operation.attempts >= maxAttempts) return putOff(next, 0);
      return putOff(
        next,
        isWithheld(operation)
          ? exercisePause(operation.attempts)
          : retryPause(operation.attempts, outcome.afterMs),
      );
    }
    case 'unknown': {
      const startedAt = operation.pending?.startedAt ?? instantOf(now);
      const lost = { startedAt, lost: true, asked: 0 };
      const next: MailOperation = { ...operation, pending: lost, everLost: true, detail: outcome.detail };
      return putOff(next, askPause(operation.attempts));
    }
  }
}

/** A lost send: adopted if the provider knows it; else repeated inside its window, asked about again, or left to a person. */
export async function ask(deps: ReportDeps, operation: MailOperation, etag: string): Promise<Progress> {
  if (deps.mail.afterLoss === 'person') return unconfirmed(deps, operation, etag);
  if (deps.mail.afterLoss === 'repeat') {
    await put(deps, { ...operation, pending: null }, etag);
    return again(0);
  }
  const wait = await takeQuestion(deps);
  if (wait > 0) return again(wait);
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
  const { notBefore: _over, ...rest } = operation;
  switch (afterUnknown(operation, deps.clock.now())) {
    case 'repeat':
      await put(deps, { ...rest, pending: null, everLost: true }, etag);
      return again(0);
    case 'ask': {
      const asked = (operation.pending?.asked ?? 0) + 1;
      const startedAt = operation.pending?.startedAt ?? instantOf(deps.clock.now());
      const pause = retryPause(asked, 0);
      const notBefore = instantOf(deps.clock.now() + pause);
      await put(
        deps,
        { ...rest, pending: { startedAt, lost: true, asked }, everLost: true, notBefore },
        etag,
      );
      return again(pause);
    }
    case 'unconfirmed':
      return unconfirmed(deps, operation, etag);
  }
}

const unconfirmed = (deps: ReportDeps, operation: MailOperation, etag: string): Promise<Progress> =>
  finish(deps, operation, etag, {
    status: 'unconfirmed',
    detail: 'a send was lost and the provider does not know it',
  });

/** It is there, by the provider's own answer: in the log first, so that a crash repeats it. */
async function arrived(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  proof: string,
): Promise<Progress> {
  const at = instantOf(deps.clock.now());
  await stateDelivered(deps, operation, { provider: deps.mail.name, providerEvent: proof, at });
  await put(deps, { ...operation, pending: null, status: 'delivered' }, etag);
  return done;
}

export type End = {
  status: Extract<MailStatus, 'failed' | 'dead_letter' | 'unconfirmed' | 'not_sent'>;
  detail: string;
  /** The report was cancelled before the mail left. */
  cancelled?: true;
};

/**
 * How this round ended by the log, where the record does not know of it: whoever said so died before the record followed.
 * Such a mail is told as failed and must not leave after all.
 */
export async function endTold({ stores }: ReportDeps, operation: MailOperation): Promise<End | null> {
  const id = evidenceIdOf(serviceSource.uri, failedId(operation));
  const [told] = await stores.evidence.getMany([id]);
  if (told?.event.type !== 'aispm.report.failed') return null;
  const { outcome: status, detail } = told.event.data;
  return { status, detail };
}

/** Ends an operation that did not reach the provider's word: in the log first, so that a crash repeats it. */
export async function finish(
  deps: ReportDeps,
  operation: MailOperation,
  etag: string,
  { status, detail, cancelled }: End,
): Promise<Progress> {
  const exercised = status === 'dead_letter' && isWithheld(operation);
  const first = await recordFirst(deps, {
    name: 'report.failed',
    id: failedId(operation),
    data: {
      report: operation.reportId,
      operation: operation.operationId,
      recipient: operation.recipient,
      outcome: status,
      detail: operation.detail === undefined ? detail : `${detail}: ${operation.detail}`,
      ...(exercised ? { exercised: true as const } : {}),
      ...(cancelled === undefined ? {} : { cancelled }),
    },
  });
  if (first && !exercised && status !== 'not_sent')
    deps.telemetry.measure('aispm.delivery.outcomes', 1, {
      outcome: status === 'unconfirmed' ? 'unconfirmed' : 'failed',
    });
  await put(deps, { ...operation, pending: null, status, detail }, etag);
  return done;
}

const put = (deps: ReportDeps, operation: MailOperation, etag: string): Promise<string | null> =>
  deps.stores.records.put(operationRecordId(operation.operationId), 'operation', operation, etag);
