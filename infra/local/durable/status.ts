import { eventType, type HistoryEvent } from './history.js';
import type { Instance } from './instance.js';

export type StatusOptions = { showInput: boolean; showHistory: boolean; showHistoryOutput: boolean };

/** An instance as the status endpoint shows it; times to the second, inputs and outputs as JSON values. */
export function statusOf(instance: Instance, options: StatusOptions): Record<string, unknown> {
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: options.showInput ? (JSON.parse(instance.input) as unknown) : null,
    customStatus: instance.customStatus,
    output: instance.output,
    createdTime: toSecond(instance.createdTime),
    lastUpdatedTime: toSecond(instance.lastUpdatedTime),
    ...(options.showHistory ? { historyEvents: historyOf(instance, options.showHistoryOutput) } : {}),
  };
}

const toSecond = (instant: string): string => instant.replace(/\.\d+Z$/, 'Z');

/** The real host leaves out turns and folds what was scheduled into what came of it; no ids are shown. */
function historyOf(instance: Instance, withResults: boolean): Record<string, unknown>[] {
  return instance.history.flatMap((event) => {
    const shown = shownFields(instance, event, withResults);
    return shown ? [{ ...shown, Timestamp: event.Timestamp }] : [];
  });
}

function shownFields(
  instance: Instance,
  event: HistoryEvent,
  withResults: boolean,
): Record<string, unknown> | undefined {
  switch (event.EventType) {
    case eventType.ExecutionStarted:
      return {
        EventType: 'ExecutionStarted',
        Input: event.Input,
        Correlation: null,
        ParentTraceContext: null,
        ScheduledStartTime: null,
        Generation: event.Generation,
        FunctionName: event.Name,
      };
    case eventType.TaskCompleted:
    case eventType.SubOrchestrationInstanceCompleted:
      return {
        EventType: nameOf(event),
        ...(withResults ? { Result: JSON.parse(event.Result) as unknown } : {}),
        ...origin(instance, event.TaskScheduledId),
      };
    case eventType.TaskFailed:
    case eventType.SubOrchestrationInstanceFailed: {
      const { Reason, Details } = event;
      return {
        EventType: nameOf(event),
        Reason,
        Details,
        FailureDetails: null,
        ...origin(instance, event.TaskScheduledId),
      };
    }
    case eventType.TimerCreated:
    case eventType.TimerFired:
      return { EventType: nameOf(event), FireAt: event.FireAt };
    case eventType.EventRaised:
      return { EventType: 'EventRaised', Name: event.Name, Input: event.Input };
    case eventType.ExecutionSuspended:
    case eventType.ExecutionResumed:
      return { EventType: nameOf(event), Reason: event.Reason };
    case eventType.ExecutionTerminated:
      return { EventType: 'ExecutionTerminated', Input: event.Input };
    case eventType.ExecutionCompleted:
      return {
        EventType: 'ExecutionCompleted',
        OrchestrationStatus: event.OrchestrationStatus,
        Result: JSON.parse(event.Result) as unknown,
        FailureDetails: null,
      };
    case eventType.OrchestratorStarted:
    case eventType.OrchestratorCompleted:
    case eventType.TaskScheduled:
    case eventType.SubOrchestrationInstanceCreated:
      return undefined;
  }
}

function origin(instance: Instance, taskId: number): Record<string, unknown> {
  const scheduled = instance.history.find((event) => event.EventId === taskId);
  const task = instance.tasks[taskId];
  return {
    ScheduledTime: scheduled?.Timestamp ?? null,
    FunctionName: task && task.kind !== 'timer' ? task.name : null,
    Input: null,
  };
}

const nameOf = (event: HistoryEvent): string =>
  Object.entries(eventType).find(([, number]) => number === event.EventType)?.[0] ?? '';
