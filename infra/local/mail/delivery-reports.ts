import { randomUUID } from 'node:crypto';
import type { ReceivedMail } from './mailbox.js';

export type Webhook = { url: string; headers?: Record<string, string> };

export type ReportState = 'none due' | 'waiting' | 'received' | 'given up';

export type DeliveryReports = {
  /** Reports what becomes of a mail, now or as soon as there is a webhook. */
  report(mail: ReceivedMail): void;
  setWebhook(webhook: Webhook): void;
  stateOf(mail: ReceivedMail): ReportState;
  close(): void;
};

type Outcome = { status: string; detail: string; copies: number; late: boolean };

const delivered: Outcome = { status: 'Delivered', detail: 'No error.', copies: 1, late: false };

/** What becomes of a mail is decided by how the recipient's address begins; all others are delivered. */
const outcomes: Record<string, Outcome> = {
  bounce: { ...delivered, status: 'Bounced', detail: '550 5.1.1 The mailbox does not exist.' },
  suppress: { ...delivered, status: 'Suppressed', detail: 'The recipient is on a suppression list.' },
  quarantine: { ...delivered, status: 'Quarantined', detail: 'The message was quarantined.' },
  spam: { ...delivered, status: 'FilteredSpam', detail: 'The message was rejected as spam.' },
  fail: { ...delivered, status: 'Failed', detail: 'Delivery failed after several attempts.' },
  silent: { ...delivered, copies: 0 },
  twice: { ...delivered, copies: 2 },
  late: { ...delivered, late: true },
};

export const outcomeOf = (recipient: string): Outcome => {
  const local = recipient.toLowerCase();
  const prefix = Object.keys(outcomes).find((one) => local.startsWith(one));
  return (prefix === undefined ? undefined : outcomes[prefix]) ?? delivered;
};

/** Answers after which Event Grid stops for an Azure function as the endpoint; all else is tried again. */
const hopeless = [400, 403, 413];
/** Event Grid waits 30 seconds for an answer. */
const answerLimitMs = 30_000;

/**
 * Posts delivery reports as Event Grid does to a function's webhook: CloudEvents 1.0, structured, one event
 * a request, at least once, in no order, tried again after the given delays and then given up. Event Grid's
 * own schedule (10 s, 30 s, 1 min, 5 min, … for a day) is the same shape, ten times as slow.
 */
export const openDeliveryReports = (options: {
  eventDelayMs: number;
  retryDelaysMs: number[];
  isReported: (id: string) => boolean;
  markReported: (id: string) => void;
}): DeliveryReports => {
  const timers = new Set<NodeJS.Timeout>();
  const stopping = new AbortController();
  const waiting: ReceivedMail[] = [];
  const givenUp = new Set<string>();
  let webhook: Webhook | undefined;

  const after = (delayMs: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  };
  const attempt = async (mail: ReceivedMail, event: string, tries: number): Promise<void> => {
    const status = webhook === undefined ? undefined : await post(webhook, event, tries, stopping.signal);
    if (stopping.signal.aborted) return;
    if (status !== undefined && status >= 200 && status < 300) return options.markReported(mail.id);
    const delay = options.retryDelaysMs[tries];
    if (delay === undefined || (status !== undefined && hopeless.includes(status)))
      return void givenUp.add(mail.id);
    after(delay, () => void attempt(mail, event, tries + 1));
  };
  const start = (mail: ReceivedMail): void => {
    const outcome = outcomeOf(mail.recipient);
    // The copies are one event delivered twice, so they carry one id.
    const event = JSON.stringify(deliveryReport(mail, outcome));
    const delay = outcome.late ? options.eventDelayMs : 0;
    for (let copy = 0; copy < outcome.copies; copy += 1) after(delay, () => void attempt(mail, event, 0));
  };

  return {
    report: (mail) => {
      if (webhook === undefined) waiting.push(mail);
      else start(mail);
    },
    setWebhook: (next) => {
      webhook = next;
      for (const mail of waiting.splice(0)) start(mail);
    },
    stateOf: (mail) => {
      if (outcomeOf(mail.recipient).copies === 0) return 'none due';
      if (options.isReported(mail.id)) return 'received';
      return givenUp.has(mail.id) ? 'given up' : 'waiting';
    },
    close: () => {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
};

/** The HTTP status, or nothing when there was none. */
const post = async (
  webhook: Webhook,
  event: string,
  tries: number,
  stopping: AbortSignal,
): Promise<number | undefined> => {
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'aeg-event-type': 'Notification',
        'aeg-subscription-name': 'EMAIL-DELIVERY-REPORTS',
        'aeg-delivery-count': String(tries),
        ...webhook.headers,
      },
      body: event,
      signal: AbortSignal.any([stopping, AbortSignal.timeout(answerLimitMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
};

const deliveryReport = (mail: ReceivedMail, outcome: Outcome): Record<string, unknown> => {
  const time = new Date().toISOString();
  return {
    specversion: '1.0',
    id: randomUUID(),
    source:
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local' +
      '/providers/Microsoft.Communication/communicationServices/local',
    subject: `sender/${mail.sender}/message/${mail.operationId}`,
    type: 'Microsoft.Communication.EmailDeliveryReportReceived',
    time,
    data: {
      sender: mail.sender,
      recipient: mail.recipient,
      messageId: mail.operationId,
      internetMessageId: mail.internetMessageId,
      status: outcome.status,
      deliveryStatusDetails: {
        statusMessage: outcome.detail,
        recipientMailServerHostName: `mx.${mail.recipient.slice(mail.recipient.lastIndexOf('@') + 1)}`,
      },
      deliveryAttemptTimestamp: time.replace('Z', '+00:00'),
    },
  };
};
