import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.js';
import { isForLoopback, readBody, sendJson, urlOf } from '../exchange.js';
import { listen } from '../listen.js';
import { whyUnauthorized } from './authentication.js';
import { openDeliveryReports, outcomeOf, type DeliveryReports, type Webhook } from './delivery-reports.js';
import { momentOf, openFaults, type MailFault, type MailFaults, type MailRequest } from './faults.js';
import { answerInbox } from './inbox-page.js';
import { openMeter, type Meter, type Rate } from './limits.js';
import { openMailbox, type Mailbox, type ReceivedMail, type SendIds } from './mailbox.js';
import { parseMessage, recipientsOf, type Refusal } from './message.js';

export type MailOptions = {
  port: number;
  directory: string;
  /** Base64. Without one, a random key is made once and kept in the folder. */
  accessKey?: string;
  /** The verified sender addresses; any other is refused. */
  senders: string[];
  webhook?: Webhook;
  /** Defaults: no rate limits, 10 MB a request, 50 recipients a mail, as Azure documents the latter two. */
  limits?: { send?: Rate; status?: Rate; requestBytes?: number; recipients?: number };
  /** How long the report of a `late…` recipient takes. Default 5 seconds. */
  eventDelayMs?: number;
  /** Waits between the attempts to post a report. */
  retryDelaysMs?: number[];
  /** What status requests of a new operation answer, in turn, before it ends. Default: once `Running`. */
  pending?: ('NotStarted' | 'Running')[];
};

export type Mail = {
  /** The base of the REST contract, and of the inbox page at `/inbox`. */
  endpoint: string;
  /** For `EmailClient`, which needs `allowInsecureConnection: true` for it. */
  connectionString: string;
  /** Every mail ever accepted, oldest first, one for each recipient of each send. */
  inbox(): ReceivedMail[];
  /** The answer removes the fault. */
  addFault(fault: MailFault): () => void;
  setWebhook(webhook: Webhook): void;
  close(): Promise<void>;
};

type Service = {
  endpoint: string;
  accessKey: string;
  options: MailOptions;
  mailbox: Mailbox;
  reports: DeliveryReports;
  faults: MailFaults;
  meters: { send: Meter; status: Meter };
  /** What is left to answer for each operation before it ends. */
  pending: Map<string, string[]>;
};

const tenMegabytes = 10 * 1024 * 1024;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Stands in for Azure Communication Services Email (REST, api-version 2025-09-01 and 2023-03-31) for the real
 * `@azure/communication-email` 1.1.0, with an inbox instead of the internet. It never deduplicates: Azure
 * does not document that it would, so the same Operation-Id twice is two mails. Reports that no webhook has
 * received are posted again after a restart.
 */
export const startMail = async (options: MailOptions): Promise<Mail> => {
  const mailbox = openMailbox(options.directory);
  const reports = openDeliveryReports({
    eventDelayMs: options.eventDelayMs ?? 5_000,
    retryDelaysMs: options.retryDelaysMs ?? [1_000, 3_000, 6_000, 30_000, 60_000, 180_000],
    isReported: (id) => mailbox.isReported(id),
    markReported: (id) => mailbox.markReported(id),
  });
  const accessKey = options.accessKey ?? keptKey(options.directory);
  const meters = {
    send: openMeter(options.limits?.send ?? {}),
    status: openMeter(options.limits?.status ?? {}),
  };
  const faults = openFaults();
  const service: Service = {
    endpoint: '',
    accessKey,
    options,
    mailbox,
    reports,
    faults,
    meters,
    pending: new Map(),
  };
  const server = createServer((request, response) => {
    respond(request, response, service).catch(() => response.destroy());
  });
  const listening = await listen(server, options.port, 'the mail stand-in');
  service.endpoint = `http://127.0.0.1:${listening.port}`;
  for (const mail of mailbox.mails()) if (!mailbox.isReported(mail.id)) reports.report(mail);
  if (options.webhook !== undefined) reports.setWebhook(options.webhook);
  return {
    endpoint: service.endpoint,
    connectionString: `endpoint=${service.endpoint}/;accesskey=${accessKey}`,
    inbox: () => mailbox.mails(),
    addFault: (fault) => faults.add(fault),
    setWebhook: (webhook) => reports.setWebhook(webhook),
    close: () => {
      reports.close();
      return listening.close();
    },
  };
};

const keptKey = (directory: string): string => {
  const path = join(directory, 'access-key');
  mkdirSync(directory, { recursive: true });
  if (!existsSync(path)) writeDurably(path, randomBytes(32).toString('base64'));
  return readFileSync(path, 'utf8');
};

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
): Promise<void> => {
  const body = await readBody(request, service.options.limits?.requestBytes ?? tenMegabytes);
  if (!isForLoopback(request))
    return refuse(response, { status: 403, code: 'Forbidden', message: 'Not loopback.' });
  const { pathname } = urlOf(request);
  const operationId = /^\/emails\/operations\/([^/]+)$/.exec(pathname)?.[1];
  const isSend = request.method === 'POST' && pathname === '/emails:send';
  const isStatus = request.method === 'GET' && operationId !== undefined;
  if (!isSend && !isStatus) {
    if (answerInbox(request, response, service)) return;
    return refuse(response, { status: 404, code: 'NotFound', message: `${pathname} is not served.` });
  }
  if (body === undefined) {
    return refuse(response, {
      status: 413,
      code: 'RequestEntityTooLarge',
      message: 'The request is over 10 MB.',
    });
  }
  const reason = whyUnauthorized(request, body, service.accessKey);
  if (reason !== undefined) return refuse(response, { status: 401, code: 'Denied', message: reason });
  const wait = (isSend ? service.meters.send : service.meters.status)();
  if (wait !== undefined) return refuseForNow(response, 429, wait);
  if (urlOf(request).searchParams.get('api-version') === null) {
    return refuse(response, badRequest('api-version is required.', 'api-version'));
  }
  if (isSend) return send(request, response, service, body);
  return withFaults(response, service, { operation: 'status', operationId, recipients: [] }, () =>
    answerStatus(response, service, operationId ?? ''),
  );
};

const send = async (
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  body: Buffer,
): Promise<void> => {
  const ids = idsOf(request);
  if ('refusal' in ids) return refuse(response, ids.refusal);
  const recipientLimit = service.options.limits?.recipients ?? 50;
  const parsed = parseMessage(body, { senders: service.options.senders, recipientLimit });
  if ('refusal' in parsed) return refuse(response, parsed.refusal);
  const { message } = parsed;
  const { operationId } = ids;
  const about: MailRequest = { operation: 'send', operationId, recipients: recipientsOf(message) };
  await withFaults(response, service, about, () => {
    const mails = service.mailbox.accept(message, ids);
    service.pending.set(operationId, [...(service.options.pending ?? ['Running'])]);
    for (const mail of mails) service.reports.report(mail);
    const location = `${service.endpoint}/emails/operations/${operationId}${urlOf(request).search}`;
    return () =>
      sendJson(
        response,
        202,
        { id: operationId, status: 'Running' },
        // Seconds. Azure asks for a wait; here it would only slow every test and demo.
        { 'operation-location': location, 'retry-after': '0', ...echo(ids) },
      );
  });
};

/** Does the work and answers, with the fault that this request meets, if any, before or after the work. */
const withFaults = async (
  response: ServerResponse,
  service: Service,
  about: MailRequest,
  work: () => () => void,
): Promise<void> => {
  const effect = service.faults.meet(about);
  if (effect !== undefined && momentOf(effect) === 'before' && (await strike(response, effect, about)))
    return;
  const answer = work();
  if (effect !== undefined && momentOf(effect) === 'after' && (await strike(response, effect, about))) return;
  answer();
};

/** Lets the fault happen; true when it leaves nothing more to answer. */
const strike = async (
  response: ServerResponse,
  effect: MailFault['effect'],
  about: MailRequest,
): Promise<boolean> => {
  if ('call' in effect) {
    await effect.call(about);
    return false;
  }
  if ('drop' in effect) response.destroy();
  else refuseForNow(response, effect.status, effect.retryAfterSeconds);
  return true;
};

/** The ids a send brings, checked as the service's schema has them; without an Operation-Id one is made. */
const idsOf = (request: IncomingMessage): SendIds | { refusal: Refusal } => {
  const read = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const operationId = read('operation-id');
  const clientRequestId = read('x-ms-client-request-id');
  const repeatabilityRequestId = read('repeatability-request-id');
  const repeatabilityFirstSent = read('repeatability-first-sent');
  const named = { 'Operation-Id': operationId, 'x-ms-client-request-id': clientRequestId };
  for (const [name, value] of Object.entries(named)) {
    if (value !== undefined && !uuid.test(value))
      return { refusal: badRequest(`${name} must be a UUID.`, name) };
  }
  return {
    operationId: operationId ?? randomUUID(),
    ...(clientRequestId === undefined ? {} : { clientRequestId }),
    ...(repeatabilityRequestId === undefined ? {} : { repeatabilityRequestId }),
    ...(repeatabilityFirstSent === undefined ? {} : { repeatabilityFirstSent }),
  };
};

const echo = (ids: SendIds): Record<string, string> =>
  ids.clientRequestId === undefined ? {} : { 'x-ms-client-request-id': ids.clientRequestId };

const answerStatus = (response: ServerResponse, service: Service, operationId: string): (() => void) => {
  const mails = service.mailbox.mails().filter((mail) => mail.operationId === operationId);
  if (mails.length === 0) {
    const message = `Requested message could not be located. Couldn't find a record with the messageID: ${operationId}`;
    return () => refuse(response, { status: 404, code: 'NotFound', message });
  }
  const status = service.pending.get(operationId)?.shift();
  if (status !== undefined) {
    return () => sendJson(response, 200, { id: operationId, status }, { 'retry-after': '0' });
  }
  const error = whyDropped(mails);
  const end = error === undefined ? { status: 'Succeeded' } : { status: 'Failed', error };
  return () => sendJson(response, 200, { id: operationId, ...end });
};

/**
 * Succeeded means out for delivery, whatever becomes of it then. An operation fails only when nothing went
 * out: every recipient suppressed (the error is the one users report), or dropped for every recipient
 * (Azure's own example).
 */
const whyDropped = (mails: ReceivedMail[]): { code: string; message: string } | undefined => {
  const all = (status: string): boolean => mails.every((mail) => outcomeOf(mail.recipient).status === status);
  if (all('Suppressed')) {
    const message = 'Email was dropped because all recipients were suppressed.';
    return { code: 'EmailDroppedAllRecipientsSuppressed', message };
  }
  if (!all('Failed')) return undefined;
  return { code: 'EmailDropped', message: 'Email was dropped after several attempts to deliver.' };
};

const badRequest = (message: string, target: string): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message,
  target,
});

const refuse = (
  response: ServerResponse,
  { status, ...error }: Refusal,
  headers: Record<string, string> = {},
): void => sendJson(response, status, { error }, { 'x-ms-error-code': error.code, ...headers });

const refuseForNow = (
  response: ServerResponse,
  status: 429 | 500 | 503,
  waitSeconds: number | undefined,
): void => {
  const code = { 429: 'TooManyRequests', 500: 'InternalServerError', 503: 'ServiceUnavailable' }[status];
  const message = 'The request was not answered; try again later.';
  refuse(
    response,
    { status, code, message },
    waitSeconds === undefined ? {} : { 'retry-after': String(waitSeconds) },
  );
};
