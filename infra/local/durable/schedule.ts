import { eventType, type HistoryEvent } from './history.js';
import type { Instance, Plan, Task } from './instance.js';

/** Gives each plan the next id of the execution and records it in the history. */
export function schedule(
  instance: Instance,
  plans: readonly (Plan & { retryOf?: number })[],
  now: string,
): Instance {
  const tasks = plans.map((plan, index) => toTask(plan, instance.tasks.length + index, instance));
  return {
    ...instance,
    tasks: [...instance.tasks, ...tasks],
    history: [...instance.history, ...tasks.map((task) => scheduledEvent(task, now))],
  };
}

function toTask(plan: Plan & { retryOf?: number }, id: number, instance: Instance): Task {
  const task = { ...plan, id, done: false };
  if (task.kind !== 'subOrchestration') return task;
  return { ...task, childId: task.childId ?? generatedChildId(instance, id) };
}

/** The id of a child whose parent gave none: known again after a restart, so that it is not started twice. */
export const generatedChildId = (parent: Instance, taskId: number): string =>
  `${parent.executionId}:${taskId}`;

function scheduledEvent(task: Task, now: string): HistoryEvent {
  const at = { EventId: task.id, Timestamp: now };
  if (task.kind === 'timer') return { EventType: eventType.TimerCreated, ...at, FireAt: task.fireAt };
  const call = { Name: task.name, Version: '', Input: task.input };
  if (task.kind === 'activity') return { EventType: eventType.TaskScheduled, ...at, ...call };
  return {
    EventType: eventType.SubOrchestrationInstanceCreated,
    ...at,
    ...call,
    InstanceId: task.childId ?? '',
  };
}
