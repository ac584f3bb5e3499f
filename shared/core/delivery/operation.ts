import { minute, second, millisOf, type Millis } from '../kernel/time.js';

/**
 * One mail to one recipient. Stored before anything is sent; its id is the provider's operation id. The intent, the id
 * and the first-sent time never change: a repeat is the identical request.
 */
export type MailOperation = {
  operationId: string;
  reportId: string;
  /** Pseudonym; the address stands in the tenant's settings alone. */
  recipient: string;
  /** Time of the intent; sent as Repeatability-First-Sent. */
  firstSentAt: string;
  /** Sends begun. */
  attempts: number;
  /** The send whose outcome is not known: under way, or lost. */
  pending: { startedAt: string; lost: boolean } | null;
  status: 'intended' | 'accepted' | 'delivered' | 'bounced' | 'failed' | 'unconfirmed';
  detail?: string;
  /** Trace that the report is produced in; the provider’s word goes on in it. */
  traceparent?: string;
};

/** Within this time of the first send a lost request may be repeated (Repeatable Requests 1.0; the provider's window). */
export const repeatabilityWindow = 5 * minute;
/** Longer than any send can take: until then a pending send may still be under way in another process. */
export const sendLease = 30 * second;
export const maxAttempts = 4;
export const deliveryWindow = 120 * minute;

export type Move =
  | { do: 'send' }
  /** Ask the provider what it knows of the operation before anything else is sent. */
  | { do: 'ask' }
  | { do: 'wait'; forMs: Millis }
  | { do: 'fail'; detail: string }
  | { do: 'nothing' };

/**
 * What to do about an operation now. At most one mail per recipient, so a lost send is asked for before it is repeated,
 * and a send that may still be under way is left alone.
 */
export function nextMove(operation: MailOperation, now: Millis): Move {
  if (operation.status !== 'intended') return { do: 'nothing' };
  const { pending } = operation;
  if (pending) {
    const leaseEnds = millisOf(pending.startedAt) + sendLease;
    return pending.lost || now >= leaseEnds ? { do: 'ask' } : { do: 'wait', forMs: leaseEnds - now };
  }
  const overdue = now >= millisOf(operation.firstSentAt) + deliveryWindow;
  if (operation.attempts >= maxAttempts || overdue)
    return { do: 'fail', detail: 'the provider did not take the mail in time' };
  return { do: 'send' };
}

/** What follows when the provider knows nothing of a lost send: repeat it inside the window, else leave it to a person. */
export const afterUnknown = (operation: MailOperation, now: Millis): 'repeat' | 'unconfirmed' =>
  now < millisOf(operation.firstSentAt) + repeatabilityWindow && operation.attempts < maxAttempts
    ? 'repeat'
    : 'unconfirmed';

/** Exponential back-off from 15 s, never shorter than the provider asked for. */
export const backOff = (attempts: number, atLeastMs: Millis): Millis =>
  Math.max(atLeastMs, 15 * second * 2 ** Math.max(0, attempts - 1));

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
