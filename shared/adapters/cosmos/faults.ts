import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';

import { StoreUnavailable } from '../../ports.js';

/** A request that got no answer in this time is given up: the caller's own deadline must not pass in silence. */
const requestLimitMs = 8_000;
const defaultRetryMs = 1_000;

type Failure = { status: number | null; retryAfterMs: number; cause?: unknown };
const observed = new AsyncLocalStorage<{ failure?: Failure }>();

/** No answer came: refused, dropped or timed out. A code of its own, so that the library does not repeat it 10 to 120 times. */
class Unreachable extends Error {
  readonly code = 'UNREACHABLE';
}

/** 408 and 5xx: may pass. 410, 449: the service asks to repeat. 429: over the provisioned units. */
const isTransient = (status: number): boolean => [408, 410, 429, 449].includes(status) || status >= 500;

/**
 * The HTTP client under the library. It notes transient failures where `guarded` finds them, because the library drops
 * status and headers of a failed batch, and it ends waiting after some seconds.
 */
export function observedHttpClient(inner: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const seen = observed.getStore();
      request.abortSignal = AbortSignal.timeout(requestLimitMs);
      try {
        const response = await inner.sendRequest(request);
        if (seen !== undefined && isTransient(response.status)) {
          const retryAfterMs = Number(response.headers.get('x-ms-retry-after-ms') ?? defaultRetryMs);
          seen.failure = { status: response.status, retryAfterMs };
        }
        return response;
      } catch (cause) {
        if (seen !== undefined) seen.failure = { status: null, retryAfterMs: defaultRetryMs, cause };
        throw new Unreachable('no answer from Cosmos DB', { cause });
      }
    },
  };
}

/** The identity, whose failure the library hides in a batch as it hides a status. */
export function observedCredential(inner: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      try {
        return await inner.getToken(scopes, options);
      } catch (cause) {
        const seen = observed.getStore();
        if (seen !== undefined) seen.failure = { status: null, retryAfterMs: defaultRetryMs, cause };
        throw cause;
      }
    },
  };
}

/** Status code of an error of the library, or null where it has none. */
export function statusOf(error: unknown): number | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : null;
}

/** Runs one request. @throws StoreUnavailable where repeating it later may help; other errors pass unchanged. */
export async function guarded<T>(request: () => Promise<T>): Promise<T> {
  const seen: { failure?: Failure } = {};
  try {
    return await observed.run(seen, request);
  } catch (error) {
    const status = statusOf(error);
    const failure = seen.failure;
    // A status of the error itself decides; without one, the failure behind it does.
    if (failure === undefined || (status !== null && !isTransient(status))) throw error;
    const what = failure.status === null ? 'gave no answer' : `answered ${failure.status}`;
    throw new StoreUnavailable(`Cosmos DB ${what}`, failure.retryAfterMs, { cause: error });
  }
}
