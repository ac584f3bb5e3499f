import { instantOf, millisOf, minute, second, type Millis } from '../kernel/time.js';

/**
 * One mail to one recipient. Stored before anything is sent; its id is the provider's operation id. The intent, the id
 * and, within a round, the first-sent time never change: a repeat is the identical request.
 */
export type MailOperation = {
  operationId: string;
  reportId: string;
  /** Pseudonym; the address stands in the tenant's settings alone. */
  recipient: string;
  /** Instant of the intent. */
  intendedAt: string;
  /** Instant of the round's first send, stored before it; sent as Repeatability-First-Sent. Absent before there is one. */
  firstSentAt?: string;
  /** Sends begun in this round. */
  attempts: number;
  /** The send whose outcome is not known: under way, or lost. `asked`: how often the provider knew nothing of it. */
  pending: { startedAt: string; lost: boolean; asked: number } | null;
  /** Nothing is done before this instant. */
  notBefore?: string;
  /** Instant at which the provider's budget has room for the next send. */
  slot?: string;
  status: MailStatus;
  /** 0, and one more each time a person takes up the dead letter. */
  round: number;
  /** An earlier send was lost: before another round sends anything, the provider is asked. */
  everLost?: true;
  /** Sends that are held back, so that retry and escalation are exercised without a failing provider. */
  withhold?: number;
  detail?: string;
  /** Trace that the report is produced in; the provider’s word goes on in it. */
  traceparent?: string;
};

/**
 * `dead_letter`: surely not sent, and not tried again by itself; a person may take it up. `not_sent`: nobody wants it any
 * more, the report was cancelled or the recipient is disabled.
 */
export type MailStatus =
  'intended' | 'accepted' | 'delivered' | 'bounced' | 'failed' | 'dead_letter' | 'unconfirmed' | 'not_sent';

/** Within this time of the first send a lost request may be repeated (Repeatable Requests 1.0; the provider's window). */
export const repeatabilityWindow = 5 * minute;
/** Longer than any send can take: until then a pending send may still be under way in another process. */
export const sendLease = 30 * second;
/** One send and three retries. */
export const maxAttempts = 4;
export const deliveryWindow = 120 * minute;
/** The provider may be late in knowing what it took: so often it is asked about a lost send. */
export const maxAsks = 4;
/** A slot this old has passed out of the budget that gave it. */
const slotLasts = minute;

export type Move =
  /** Ask the budget for the instant of the next send. */
  | { do: 'book' }
  | { do: 'send' }
  /** Ask the provider what it knows of the operation before anything else is sent. */
  | { do: 'ask' }
  | { do: 'wait'; forMs: Millis }
  /** The tries or the time are over: a dead letter. */
  | { do: 'giveUp'; detail: string }
  | { do: 'nothing' };

/**
 * What to do about an operation now. At most one mail per recipient, so a lost send is asked for before it is repeated,
 * and a send that may still be under way is left alone. Time spent waiting for the budget is not held against the mail.
 */
export function nextMove(operation: MailOperation, now: Millis): Move {
  if (operation.status !== 'intended') return { do: 'nothing' };
  const { pending, notBefore, slot } = operation;
  if (pending && !pending.lost) {
    const leaseEnds = millisOf(pending.startedAt) + sendLease;
    return now >= leaseEnds ? { do: 'ask' } : { do: 'wait', forMs: leaseEnds - now };
  }
  if (notBefore !== undefined && now < millisOf(notBefore))
    return { do: 'wait', forMs: millisOf(notBefore) - now };
  if (pending) return { do: 'ask' };
  if (operation.attempts >= maxAttempts) return { do: 'giveUp', detail: 'put off at every try' };
  const planned = slot === undefined ? null : millisOf(slot);
  if (planned !== null && now < planned) return { do: 'wait', forMs: planned - now };
  if (planned !== null && now < planned + slotLasts) return { do: 'send' };
  const { firstSentAt } = operation;
  return firstSentAt !== undefined && now >= millisOf(firstSentAt) + deliveryWindow
    ? { do: 'giveUp', detail: 'the provider did not take the mail in time' }
    : { do: 'book' };
}

/**
 * What follows when the provider knows nothing of a lost send: repeat it inside the window; later only ask again, and at
 * last leave it to a person.
 */
export function afterUnknown(operation: MailOperation, now: Millis): 'repeat' | 'ask' | 'unconfirmed' {
  const { firstSentAt } = operation;
  const inWindow = firstSentAt === undefined || now < millisOf(firstSentAt) + repeatabilityWindow;
  if (inWindow && operation.attempts < maxAttempts) return 'repeat';
  return (operation.pending?.asked ?? 0) + 1 < maxAsks ? 'ask' : 'unconfirmed';
}

/** Exponential pauses: 1, 6 and 36 minutes, so that three retries fit the window; never shorter than the provider asked for. */
export const retryPause = (attempts: number, atLeastMs: Millis): Millis =>
  Math.max(atLeastMs, minute * 6 ** Math.max(0, attempts - 1));
/** The same for sends held back as an exercise: 1, 2 and 4 seconds. */
export const exercisePause = (attempts: number): Millis => second * 2 ** Math.max(0, attempts - 1);
/** A lost send is asked about after 15 seconds, then after 30: inside the window in which it may be repeated. */
export const askPause = (attempts: number): Millis => 15 * second * 2 ** Math.max(0, attempts - 1);

/** The dead letter taken up again by a person: a new round, with tries and time of its own. */
export function anotherRound(operation: MailOperation, now: Millis): MailOperation {
  const { operationId, reportId, recipient, intendedAt, round, everLost, traceparent } = operation;
  return {
    operationId,
    reportId,
    recipient,
    intendedAt,
    round: round + 1,
    status: 'intended',
    attempts: 0,
    pending: everLost === true ? { startedAt: instantOf(now), lost: true, asked: 0 } : null,
    ...(everLost === undefined ? {} : { everLost }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Words of the provider's delivery report → outcome; null for those that say nothing final. Compared without case. */
export function outcomeOf(
  status: string,
):
  | { delivered: true }
  | { delivered: false; status: 'bounced' | 'suppressed' | 'quarantined' | 'filtered' | 'failed' }
  | null {
  switch (status.toLowerCase()) {
    case 'delivered':
      return { delivered: true };
    case 'bounced':
      return { delivered: false, status: 'bounced' };
    case 'suppressed':
      return { delivered: false, status: 'suppressed' };
    case 'quarantined':
      return { delivered: false, status: 'quarantined' };
    case 'filteredspam':
      return { delivered: false, status: 'filtered' };
    case 'expanded':
    case 'outfordelivery':
      return null;
    default:
      // Any other value than Delivered is a failure (provider's documentation); a new word must not pass as success.
      return { delivered: false, status: 'failed' };
  }
}
