import type { Worker, WorkerLog } from '../host/worker.js';
import { findFunction } from './functions.js';
import { eventType, type Message } from './history.js';
import type { Task } from './instance.js';
import { activityInput, jsonValue } from './typed-data.js';

type ActivityTask = Extract<Task, { kind: 'activity' }>;
export type RunActivity = (task: ActivityTask, isWanted: () => boolean) => Promise<Message | undefined>;

/**
 * Runs activities, at most `limit` at once, and answers with the message for the orchestrator; undefined when the
 * activity was no longer wanted when its turn came. Never rejects. An activity may run again after a kill.
 */
export function activityRunner(worker: Worker, log: WorkerLog, limit: number): RunActivity {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task, isWanted) => {
    if (running >= limit) await new Promise<void>((resume) => waiting.push(resume));
    else running += 1;
    try {
      return isWanted() ? await runOnce(worker, log, task) : undefined;
    } finally {
      // The place passes straight to the next in line; nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

async function runOnce(worker: Worker, log: WorkerLog, task: ActivityTask): Promise<Message> {
  try {
    const registered = findFunction(worker, 'activity', task.name);
    if (!registered) throw new Error(`no activity of the name '${task.name}' is registered`);
    const input = { [registered.triggerName]: activityInput(task.input) };
    const { returnValue } = await worker.invoke(registered.name, input);
    return {
      EventType: eventType.TaskCompleted,
      EventId: -1,
      Timestamp: new Date().toISOString(),
      TaskScheduledId: task.id,
      Result: JSON.stringify(jsonValue(returnValue)),
    };
  } catch (error) {
    log('error', task.name, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { EventType: eventType.TaskFailed, ...failureOf(task, error) };
  }
}

/**
 * The library makes the orchestrator's error of both texts: `Reason`, a space, a newline, a space, `Details`. The real
 * host puts some 3 kB of a serialised .NET exception there, so code may look for its message with `includes` only.
 */
function failureOf(task: ActivityTask, error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  const details = {
    $type: 'System.Exception, System.Private.CoreLib',
    Message: message,
    RemoteMessage: message,
    RemoteStackTrace: error instanceof Error ? (error.stack ?? null) : null,
  };
  return {
    EventId: -1,
    Timestamp: new Date().toISOString(),
    TaskScheduledId: task.id,
    Reason: `Activity function '${task.name}' failed:  ${message}`,
    Details: JSON.stringify(details),
  };
}
