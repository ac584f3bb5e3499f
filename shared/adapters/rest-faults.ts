import type { RestError } from '@azure/core-rest-pipeline';

import { StoreUnavailable } from '../ports.js';

/* What the Azure libraries for Blob, Key Vault and mail have in common: one error type, and one retry policy. */

/** Two short repetitions inside the library; then the caller is told to come back. */
export const briefRetries = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

const defaultRetryMs = 1_000;

/** An HTTP status and code of a failed request; status null where no answer came. Null for an error of another kind. */
export function faultOf(
  error: unknown,
): { status: number | null; code: string; retryAfterMs: number } | null {
  if (!(error instanceof Error) || (error.name !== 'RestError' && error.name !== 'AbortError')) return null;
  const { statusCode, code, response } = error as Partial<RestError>;
  const seconds = Number(response?.headers.get('retry-after') ?? Number.NaN);
  return {
    status: statusCode ?? null,
    code: code ?? '',
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : defaultRetryMs,
  };
}

/** Runs a request. @throws StoreUnavailable where repeating it later may help; other errors pass unchanged. */
export async function reaching<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const fault = faultOf(error);
    const { status } = fault ?? { status: 0 };
    if (fault !== null && (status === null || status === 408 || status === 429 || status >= 500))
      throw new StoreUnavailable(`${what} answered ${status ?? 'nothing'}`, fault.retryAfterMs, {
        cause: error,
      });
    throw error;
  }
}
