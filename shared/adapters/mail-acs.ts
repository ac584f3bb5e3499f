import type { EmailClient, EmailMessage } from '@azure/communication-email';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';

import { toBase64 } from '../core/kernel/bytes.js';
import { StoreUnavailable, type MailMessage, type MailProvider, type SendOutcome } from '../ports.js';

export type MailAccount = {
  endpoint: string;
  /** A verified address of a domain linked to the resource. */
  sender: string;
  /** An access key, for the local stack, or an identity. */
  credential: { key: string } | TokenCredential;
};

/** What happened on the wire to the one request of a send. */
type Exchange = { response?: PipelineResponse; error?: unknown };

/** With the write before it a send must end within its lease (core/delivery/operation.ts), or another may send too. */
export const requestLimitMs = 15_000;
/** Azure counts rejected requests too: without a word from it, a minute's quota must pass first. */
const defaultRetryMs = 60_000;
/** The connection was never made, so nothing was sent. */
const neverConnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const apiVersion = '2025-09-01';

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
const isLoopbackHttp = (url: string): boolean => url.startsWith('http:');

const retryAfterMs = (response: PipelineResponse): number => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : defaultRetryMs;
};

/** Status and provider's code only: its message may quote addresses. */
const detailOf = (response: PipelineResponse): string =>
  `HTTP ${response.status} ${response.headers.get('x-ms-error-code') ?? ''}`.trim();

/** What an answer to a send means. A 5xx may come from a part behind the one that took the mail: it proves nothing. */
export function outcomeOf(exchange: Exchange): SendOutcome {
  const { response, error } = exchange;
  if (response !== undefined) {
    const { status } = response;
    if (status >= 200 && status < 300) return { status: 'accepted' };
    const putOff = { status: 'retry', afterMs: retryAfterMs(response), detail: detailOf(response) } as const;
    if (status === 429) return { ...putOff, throttled: true };
    // Not let in is not taken: a role that is missing today can be there before the window ends.
    if (status === 401 || status === 403) return putOff;
    if (status >= 400 && status < 500 && status !== 408)
      return { status: 'refused', detail: detailOf(response) };
    return { status: 'unknown', detail: detailOf(response) };
  }
  // No request reached the wire: no token, or a message that cannot be written down.
  if (error === undefined) return { status: 'retry', afterMs: defaultRetryMs, detail: 'nothing was sent' };
  const { code = '' } = error as { code?: string };
  return neverConnected.includes(code)
    ? { status: 'retry', afterMs: defaultRetryMs, detail: code }
    : { status: 'unknown', detail: code === '' ? 'the answer was lost' : code };
}

/**
 * Adds the repeatability headers, notes the answer, and lets no second request out: the library would go on to ask for
 * the status, which has a quota of its own and is not needed here.
 */
const oneRequest = (message: MailMessage, exchange: Exchange): PipelinePolicy => ({
  name: 'oneRequest',
  async sendRequest(request, next) {
    if (request.method !== 'POST' && exchange.response !== undefined) return exchange.response;
    request.headers.set('Repeatability-Request-ID', message.operationId);
    request.headers.set('Repeatability-First-Sent', new Date(message.firstSentAt).toUTCString());
    try {
      exchange.response = await next(request);
      return exchange.response;
    } catch (error) {
      exchange.error = error;
      throw error;
    }
  },
});

const wireForm = (sender: string, message: MailMessage): EmailMessage => ({
  senderAddress: sender,
  content: { subject: message.subject, plainText: message.text, html: message.html },
  recipients: { to: [{ ...message.to }] },
  attachments: message.attachments.map(({ name, contentType, bytes }) => ({
    name,
    contentType,
    contentInBase64: toBase64(bytes),
  })),
  disableUserEngagementTracking: true,
});

async function clientFor(account: MailAccount, policy: PipelinePolicy): Promise<EmailClient> {
  const { EmailClient } = await import('@azure/communication-email');
  const options = {
    retryOptions: { maxRetries: 0 },
    allowInsecureConnection: isLoopbackHttp(account.endpoint),
    additionalPolicies: [{ policy, position: 'perRetry' as const }],
  };
  const { endpoint, credential } = account;
  return 'key' in credential
    ? new EmailClient(endpoint, credential, options)
    : new EmailClient(endpoint, credential, options);
}

async function askStatus(account: MailAccount, operationId: string): Promise<PipelineResponse> {
  const { createCommunicationAuthPolicy } = await import('@azure/communication-common');
  const rest = await import('@azure/core-rest-pipeline');
  const pipeline = rest.createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  pipeline.addPolicy(createCommunicationAuthPolicy(account.credential));
  const base = account.endpoint.replace(/\/$/, '');
  const request = rest.createPipelineRequest({
    url: `${base}/emails/operations/${encodeURIComponent(operationId)}?api-version=${apiVersion}`,
    timeout: requestLimitMs,
    allowInsecureConnection: isLoopbackHttp(base),
  });
  return pipeline.sendRequest(rest.createDefaultHttpClient(), request);
}

const states: Readonly<Record<string, 'running' | 'succeeded' | 'failed'>> = {
  NotStarted: 'running',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Canceled: 'failed',
};

/** Azure Communication Services Email (REST 2025-09-01). `status` has a small quota: ask only about what is unclear. */
export function acsMail(account: MailAccount): MailProvider {
  return {
    name: 'acs',
    sender: domainOf(account.sender),
    // Plain HTTP is taken for an address on this machine only (services.ts).
    transport: isLoopbackHttp(account.endpoint) ? 'loopback' : 'tls',
    afterLoss: 'ask',
    async send(message) {
      const exchange: Exchange = {};
      try {
        const client = await clientFor(account, oneRequest(message, exchange));
        await client.beginSend(wireForm(account.sender, message), {
          operationId: message.operationId,
          abortSignal: AbortSignal.timeout(requestLimitMs),
        });
      } catch {
        // The exchange tells what the error means.
      }
      return outcomeOf(exchange);
    },
    async status(operationId) {
      const response = await askStatus(account, operationId).catch((cause: unknown) => {
        throw new StoreUnavailable('the mail provider gave no answer', defaultRetryMs, { cause });
      });
      if (response.status === 404) return null;
      const answer =
        response.status === 200 ? (JSON.parse(response.bodyAsText ?? '') as { status: string }) : null;
      const state = answer === null ? undefined : states[answer.status];
      if (state === undefined)
        throw new StoreUnavailable(`the mail provider answered ${response.status}`, retryAfterMs(response));
      return state;
    },
  };
}
