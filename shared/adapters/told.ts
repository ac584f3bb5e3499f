import { OutboundRefused } from '../core/kernel/outbound-refused.js';
import type { Outbound, ToldOutcome } from '../ports.js';

/** A call to a pipeline's own service. */
export type Call = { method: 'POST' | 'PATCH'; url: string; body?: object };

/** Sends one call as JSON. */
export const sendJson = (
  outbound: Outbound,
  { method, url, body }: Call,
  headers: Readonly<Record<string, string>>,
): Promise<Response> =>
  outbound.fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** What an answer means for telling: 2xx is done; 408, 429 and 5xx may pass; every other says no for good. */
export function toldBy(status: number): ToldOutcome {
  if (status >= 200 && status < 300) return { status: 'told' };
  const detail = `answered ${status}`;
  return status === 408 || status === 429 || status >= 500
    ? { status: 'retry', detail }
    : { status: 'refused', detail };
}

/** Runs a call. No answer at all may pass too; an address that may not be called never will. */
export async function telling(call: () => Promise<ToldOutcome>): Promise<ToldOutcome> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof OutboundRefused)
      return { status: 'refused', detail: 'its address may not be called' };
    return { status: 'retry', detail: error instanceof Error ? error.name : 'no answer' };
  }
}
