import { answeredTask, eventType, type Message } from './history.js';
import type { Instance, Plan, RetryOptions, Task } from './instance.js';
import { generatedChildId } from './schedule.js';

/** The longest pause between attempts when the options name none: six days, as the real host has it. */
const longestPause = 6 * 24 * 3_600_000;

/**
 * What a failed task with retry options needs next: a timer after each failure, a new attempt after each timer.
 * The library counts on both, so each retry costs two ids, and a timer that is due at once follows even the last
 * failure; only when it fires does the error reach the orchestrator.
 */
export function nextOfRetry(
  instance: Instance,
  message: Message,
  now: string,
): (Plan & { retryOf: number })[] {
  const task = instance.tasks[answeredTask(message) ?? -1];
  if (!task) return [];
  if (isFailure(message)) return pauseAfter(instance, task, now);
  if (task.kind === 'timer' && task.retryOf !== undefined) return attemptAfter(instance, task.retryOf);
  return [];
}

const isFailure = (message: Message): boolean =>
  message.EventType === eventType.TaskFailed ||
  message.EventType === eventType.SubOrchestrationInstanceFailed;

function pauseAfter(instance: Instance, task: Task, now: string): (Plan & { retryOf: number })[] {
  if (task.kind === 'timer' || !task.retry) return [];
  const first = task.retryOf ?? task.id;
  const attempts = attemptsOf(instance, first).length;
  const pause = attempts < task.retry.maxNumberOfAttempts ? pauseOf(task.retry, attempts) : 0;
  const fireAt = new Date(Date.parse(now) + pause).toISOString();
  return [{ kind: 'timer', fireAt, cancelled: false, retryOf: first }];
}

function attemptAfter(instance: Instance, first: number): (Plan & { retryOf: number })[] {
  const attempts = attemptsOf(instance, first);
  const last = attempts.at(-1);
  if (!last?.retry || attempts.length >= last.retry.maxNumberOfAttempts) return [];
  const { kind, name, input, retry } = last;
  if (kind === 'activity') return [{ kind, name, input, retry, retryOf: first }];
  const given = last.childId === generatedChildId(instance, last.id) ? {} : { childId: last.childId ?? '' };
  return [{ kind, name, input, retry, ...given, retryOf: first }];
}

function attemptsOf(instance: Instance, first: number): Exclude<Task, { kind: 'timer' }>[] {
  return instance.tasks.filter(
    (task): task is Exclude<Task, { kind: 'timer' }> =>
      task.kind !== 'timer' && (task.id === first || task.retryOf === first),
  );
}

function pauseOf(options: RetryOptions, attempts: number): number {
  const growth = (options.backoffCoefficient ?? 1) ** (attempts - 1);
  const longest = options.maxRetryIntervalInMilliseconds ?? longestPause;
  return Math.min(options.firstRetryIntervalInMilliseconds * growth, longest);
}
