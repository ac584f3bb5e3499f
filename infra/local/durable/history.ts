/** The numbers by which the host and `durable-functions` name the events of a history. */
export const eventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

export type EventName = keyof typeof eventType;

type Event<Name extends EventName, Fields = unknown> = {
  EventType: (typeof eventType)[Name];
  /** Counts what the orchestrator scheduled, from 0; -1 for everything else. */
  EventId: number;
  Timestamp: string;
} & Fields;

type Failure = { TaskScheduledId: number; Reason: string; Details: string };
type Result = { TaskScheduledId: number; Result: string };

/** What can wake an orchestrator: each is the one new event of a turn. `Input` and `Result` are JSON text. */
export type Message =
  | Event<'ExecutionStarted', { Name: string; Version: string; Input: string; Generation: number | null }>
  | Event<'TaskCompleted', Result>
  | Event<'TaskFailed', Failure>
  | Event<'SubOrchestrationInstanceCompleted', Result>
  | Event<'SubOrchestrationInstanceFailed', Failure>
  | Event<'TimerFired', { TimerId: number; FireAt: string }>
  | Event<'EventRaised', { Name: string; Input: string }>;

export type HistoryEvent =
  | Message
  | Event<'OrchestratorStarted'>
  | Event<'OrchestratorCompleted'>
  | Event<'TaskScheduled', { Name: string; Version: string; Input: string }>
  | Event<
      'SubOrchestrationInstanceCreated',
      { Name: string; Version: string; Input: string; InstanceId: string }
    >
  | Event<'TimerCreated', { FireAt: string }>
  | Event<'ExecutionCompleted', { OrchestrationStatus: string; Result: string }>
  | Event<'ExecutionTerminated', { Input: string | null }>
  | Event<'ExecutionSuspended', { Reason: string | null }>
  | Event<'ExecutionResumed', { Reason: string | null }>;

/** The task that a message answers, or undefined when it answers none. */
export function answeredTask(message: Message): number | undefined {
  if ('TaskScheduledId' in message) return message.TaskScheduledId;
  if ('TimerId' in message) return message.TimerId;
  return undefined;
}
