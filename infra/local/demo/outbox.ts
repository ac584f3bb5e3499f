import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedEvent } from './signer.js';

/** Answer of the evidence endpoint, summed over all posts. */
export type Receipts = {
  accepted: { id: string; digest: string }[];
  duplicates: { id: string }[];
  rejected: { index: number; code: string; detail: string }[];
};

export type Outbox = {
  put(event: SignedEvent): void;
  /** Resolves when everything put so far has been acknowledged; rejects when it was not. */
  flush(): Promise<void>;
  receipts(): Receipts;
};

const batchSize = 8;
const flushAfterMs = 150;
const attempts = 12;

/**
 * Sends events in small batches while they come in. What the service cannot take now (429, 503, no answer) is sent again
 * as it was: the same event twice is a duplicate there, never two. Any other refusal fails the next flush.
 */
export const openOutbox = (endpoint: Endpoint): Outbox => {
  const waiting: SignedEvent[] = [];
  const receipts: Receipts = { accepted: [], duplicates: [], rejected: [] };
  let sending: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failure: Error | undefined;

  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    sending = sending.then(async () => {
      while (waiting.length > 0 && failure === undefined) {
        try {
          const batch = waiting.slice(0, batchSize);
          const answer = await postEvidence(
            endpoint,
            'application/cloudevents-batch+json',
            JSON.stringify(batch),
          );
          // Only what was sent: more may have come in meanwhile.
          waiting.splice(0, batch.length);
          receipts.accepted.push(...answer.accepted);
          receipts.duplicates.push(...answer.duplicates);
          receipts.rejected.push(...answer.rejected);
        } catch (error) {
          failure = error instanceof Error ? error : new Error(String(error));
        }
      }
    });
  };
  return {
    put: (event) => {
      waiting.push(event);
      if (waiting.length >= batchSize) send();
      else timer ??= setTimeout(send, flushAfterMs);
    },
    flush: async () => {
      send();
      await sending;
      if (failure !== undefined) throw failure;
    },
    receipts: () => receipts,
  };
};

export type Endpoint = { url: string; token: () => Promise<string> };

/** Posts one body of evidence until the service has taken or refused it. Repeating is safe: nothing is counted twice. */
export const postEvidence = async (
  { url, token }: Endpoint,
  contentType: string,
  body: string,
): Promise<Receipts> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType, authorization: `Bearer ${await token()}` },
      body,
    }).catch(() => undefined);
    const text = (await response?.text()) ?? 'no answer';
    if (response?.status === 202 || response?.status === 422) return readReceipts(text);
    const again = response === undefined || response.status === 429 || response.status === 503;
    if (!again || attempt === attempts)
      throw new Error(`evidence was not taken: ${response?.status ?? 'no answer'} ${text}`);
    await sleep(waitMs(response?.headers.get('retry-after') ?? null, attempt));
  }
};

/** Milliseconds to wait: what the service asks for, at most five seconds; else a little longer each time. */
const waitMs = (retryAfter: string | null, attempt: number): number =>
  retryAfter !== null && /^\d+$/.test(retryAfter) ? Math.min(Number(retryAfter), 5) * 1000 : 100 * attempt;

const readReceipts = (text: string): Receipts => {
  const { accepted = [], duplicates = [], rejected = [] } = JSON.parse(text) as Partial<Receipts>;
  return { accepted, duplicates, rejected };
};
