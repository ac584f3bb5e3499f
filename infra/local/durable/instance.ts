import { eventType, type HistoryEvent, type Message } from './history.js';

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

/** As `RetryOptions` of the library serialises; intervals in milliseconds. */
export type RetryOptions = {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
};

/**
 * What the orchestrator asks for with one action; `input` is JSON text, `fireAt` an ISO instant.
 * `grouped` says that it stands inside a `Task.any` or `Task.all`.
 */
export type Plan = { grouped?: true } & (
  | { kind: 'activity'; name: string; input: string; retry?: RetryOptions }
  | { kind: 'subOrchestration'; name: string; input: string; childId?: string; retry?: RetryOptions }
  | { kind: 'timer'; fireAt: string; cancelled: boolean }
);

/** A plan that was given an id: its index in the instance's tasks, and the EventId of its event in the history. */
export type Task = Plan & {
  id: number;
  done: boolean;
  /** For what the driver added to repeat a failed task: the id of the first attempt. */
  retryOf?: number;
};

export type Parent = { instanceId: string; executionId: string; taskId: number };

/** How the orchestrator's code ended, while tasks that it left open may still hold the instance. */
export type Ending =
  | { status: 'Completed'; output: unknown }
  | { status: 'Failed'; output: string }
  | { status: 'ContinuedAsNew'; input: string };

/** Everything that is known of one orchestration: the document that is stored after each change. */
export type Instance = {
  id: string;
  name: string;
  /** New at each start and each continue-as-new: an answer to an earlier execution is recognised by it. */
  executionId: string;
  parent: Parent | null;
  /** JSON text. */
  input: string;
  createdTime: string;
  lastUpdatedTime: string;
  status: RuntimeStatus;
  output: unknown;
  customStatus: unknown;
  history: HistoryEvent[];
  tasks: Task[];
  /** Received and not yet given to the orchestrator, oldest first. */
  inbox: Message[];
  ending: Ending | null;
};

/** A new instance whose first turn is still to come. */
export function newInstance(
  start: Pick<Instance, 'id' | 'name' | 'executionId' | 'parent' | 'input'>,
  now: string,
): Instance {
  return {
    ...start,
    createdTime: now,
    lastUpdatedTime: now,
    status: 'Pending',
    output: null,
    customStatus: null,
    history: [],
    tasks: [],
    inbox: [executionStarted(start.name, start.input, 0, now)],
    ending: null,
  };
}

/** The same instance with an empty history: events that wait in the inbox go over, consumed ones do not. */
export function continuedAsNew(
  instance: Instance,
  next: { executionId: string; input: string },
  now: string,
): Instance {
  const events = instance.inbox.filter((message) => message.EventType === eventType.EventRaised);
  return {
    ...newInstance({ ...instance, ...next }, now),
    status: 'Running',
    customStatus: instance.customStatus,
    inbox: [executionStarted(instance.name, next.input, null, now), ...events],
  };
}

function executionStarted(name: string, input: string, generation: number | null, now: string): Message {
  return {
    EventType: eventType.ExecutionStarted,
    EventId: -1,
    Timestamp: now,
    Name: name,
    Version: '',
    Input: input,
    Generation: generation,
  };
}

export function isFinished(instance: Instance): boolean {
  return instance.status === 'Completed' || instance.status === 'Failed' || instance.status === 'Terminated';
}

/** Tasks that hold the instance: even when its code has returned, it stays Running until they are done. */
export function openTasks(instance: Instance): Task[] {
  return instance.tasks.filter((task) => !task.done && !(task.kind === 'timer' && task.cancelled));
}

/** An instance whose last event is `ExecutionTerminated`; what still runs for it is left to end unheard. */
export function terminated(instance: Instance, reason: string | null, now: string): Instance {
  const at = { EventId: -1, Timestamp: now };
  return {
    ...instance,
    status: 'Terminated',
    output: reason,
    lastUpdatedTime: now,
    inbox: [],
    history: [...instance.history, { EventType: eventType.ExecutionTerminated, ...at, Input: reason }],
  };
}

/** Messages then wait in the inbox; what is in flight goes on. The reason shows as the output. */
export function suspended(instance: Instance, reason: string | null, now: string): Instance {
  const event = {
    EventType: eventType.ExecutionSuspended,
    EventId: -1,
    Timestamp: now,
    Reason: reason,
  } as const;
  return {
    ...instance,
    status: 'Suspended',
    output: reason,
    lastUpdatedTime: now,
    history: [...instance.history, event],
  };
}

export function resumed(instance: Instance, reason: string | null, now: string): Instance {
  const event = {
    EventType: eventType.ExecutionResumed,
    EventId: -1,
    Timestamp: now,
    Reason: reason,
  } as const;
  return {
    ...instance,
    status: 'Running',
    output: null,
    lastUpdatedTime: now,
    history: [...instance.history, event],
  };
}
