import { setTimeout as delay } from 'node:timers/promises';
import type { RetryContext } from './worker.js';

type Duration = { seconds?: number };
type RetryOptions = {
  retryStrategy?: string;
  maxRetryCount?: number;
  delayInterval?: Duration;
  minimumInterval?: Duration;
  maximumInterval?: Duration;
};

/**
 * Runs `attempt` under a function's retry policy (`maxRetryCount: -1` is without limit); without a policy, once.
 * Rejects with the last error, or with the current one as soon as `stopping` is aborted.
 */
export async function withRetry<T>(
  policy: unknown,
  stopping: AbortSignal,
  attempt: (retryContext?: RetryContext) => Promise<T>,
): Promise<T> {
  if (!isPolicy(policy)) return attempt();
  const maxRetryCount = policy.maxRetryCount ?? 0;
  let context: RetryContext = { retryCount: 0, maxRetryCount };
  for (;;) {
    try {
      return await attempt(context);
    } catch (error) {
      if (maxRetryCount >= 0 && context.retryCount >= maxRetryCount) throw error;
      await pause(delayBefore(policy, context.retryCount), stopping);
      if (stopping.aborted) throw error;
      context = { retryCount: context.retryCount + 1, maxRetryCount, exception: exceptionOf(error) };
    }
  }
}

const isPolicy = (policy: unknown): policy is RetryOptions => typeof policy === 'object' && policy !== null;

// The WebJobs SDK's RandomizedExponentialBackoffStrategy: the minimum, then the minimum plus doubling steps
// of the minimum with a jitter of one fifth, up to the maximum.
function delayBefore(policy: RetryOptions, retries: number): number {
  if (policy.retryStrategy !== 'exponentialBackoff') return milliseconds(policy.delayInterval);
  const minimum = milliseconds(policy.minimumInterval);
  const jitter = 0.8 + Math.random() * 0.4;
  const step = retries === 0 ? 0 : jitter * 2 ** (retries - 1) * minimum;
  return Math.min(minimum + step, milliseconds(policy.maximumInterval));
}

const milliseconds = (duration: Duration | undefined): number => (duration?.seconds ?? 0) * 1000;

function exceptionOf(error: unknown): NonNullable<RetryContext['exception']> {
  return error instanceof Error
    ? { message: error.message, source: '', stackTrace: error.stack ?? '' }
    : { message: String(error), source: '', stackTrace: '' };
}

/** Waits, or returns early when `stopping` is aborted. */
export async function pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: stopping }).catch(() => undefined);
}
