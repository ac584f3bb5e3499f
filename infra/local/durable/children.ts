import { eventType, type Message } from './history.js';
import type { Instance, Parent } from './instance.js';

/** Whether `instance` was started for that very task of that execution of a parent. */
export const isChildOf = (instance: Instance, parent: Parent): boolean =>
  instance.parent?.executionId === parent.executionId && instance.parent.taskId === parent.taskId;

/** What a finished child tells its parent; failed or terminated, its output is the reason. */
export function answerOfChild(child: Instance, parent: Parent, now: string): Message {
  if (child.status !== 'Completed') return failureOfChild(parent, String(child.output), now);
  return {
    EventType: eventType.SubOrchestrationInstanceCompleted,
    EventId: -1,
    Timestamp: now,
    TaskScheduledId: parent.taskId,
    Result: JSON.stringify(child.output),
  };
}

export function failureOfChild(parent: Parent, reason: string, now: string): Message {
  return {
    EventType: eventType.SubOrchestrationInstanceFailed,
    EventId: -1,
    Timestamp: now,
    TaskScheduledId: parent.taskId,
    Reason: reason,
    Details: '',
  };
}

/** How the real host words the refusal of an id whose instance has not ended. */
export const alreadyExists = (status: string): string =>
  `An Orchestration instance with the status ${status} already exists.`;
