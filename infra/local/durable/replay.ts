import type { RegisteredFunction, TypedData, Worker } from '../host/worker.js';
import { type Action, encodedText } from './actions.js';
import { eventType } from './history.js';
import type { Ending, Instance } from './instance.js';
import { jsonValue } from './typed-data.js';

/** What the orchestrator did when it ran again from the start: all its actions so far, not only the new ones. */
export type Replay = { actions: Action[]; ending: Ending | null; customStatus: unknown };

type OrchestratorState = {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
};

/** The library appends the state to the message of what the orchestrator threw. */
const stateMarker = '\n\n$OutOfProcData$:';

/** Schema V4, the newest that durable-functions 3.5.0 knows. */
const schemaVersion = 3;

/**
 * Runs the orchestrator of `instance` over its history through the unmodified library, whose generator takes every
 * answer from the history and stops where it finds none. Never rejects: an orchestrator that throws has ended as Failed.
 */
export async function replay(
  worker: Worker,
  orchestrator: RegisteredFunction,
  instance: Instance,
): Promise<Replay> {
  try {
    const input: TypedData = { json: JSON.stringify(orchestratorInput(instance)) };
    const { returnValue } = await worker.invoke(orchestrator.name, { [orchestrator.triggerName]: input });
    return fromState(jsonValue(returnValue) as OrchestratorState, instance.name);
  } catch (error) {
    return fromThrown(error instanceof Error ? error.message : String(error), instance);
  }
}

function orchestratorInput(instance: Instance): unknown {
  const lastTurn = instance.history.findLastIndex(
    (event) => event.EventType === eventType.OrchestratorStarted,
  );
  return {
    history: instance.history.map((event, index) => ({ ...event, IsPlayed: index < lastTurn })),
    input: JSON.parse(instance.input) as unknown,
    instanceId: instance.id,
    isReplaying: lastTurn > 0,
    parentInstanceId: instance.parent?.instanceId ?? null,
    upperSchemaVersion: schemaVersion,
    upperSchemaVersionNew: schemaVersion,
    // Azure Storage limits one timer to 6 days, and the library then chains several. There is no such limit here.
    maximumShortTimerDuration: '36500.00:00:00',
    longRunningTimerIntervalDuration: '36500.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
}

function fromState(state: OrchestratorState, name: string): Replay {
  return {
    actions: state.actions.flat(),
    customStatus: state.customStatus ?? null,
    ending: endingOf(state, name),
  };
}

function endingOf(state: OrchestratorState, name: string): Ending | null {
  if (state.error !== undefined) return failure(name, state.error);
  if (!state.isDone) return null;
  const last = state.actions.flat().at(-1);
  if (last?.actionType === 4) return { status: 'ContinuedAsNew', input: encodedText(last) };
  return { status: 'Completed', output: state.output ?? null };
}

function fromThrown(message: string, { name, customStatus }: Instance): Replay {
  const at = message.indexOf(stateMarker);
  if (at < 0) return { actions: [], customStatus, ending: failure(name, message) };
  const state = JSON.parse(message.slice(at + stateMarker.length)) as OrchestratorState;
  // An error without a message, or a thrown value that is no Error, leaves the state without `error`.
  return fromState({ ...state, error: state.error ?? '' }, name);
}

const failure = (name: string, reason: string): Ending => ({
  status: 'Failed',
  output: failureText(name, reason),
});

/** The output of a failed orchestration, as the real host words it. */
export const failureText = (name: string, reason: string): string =>
  `Orchestrator function '${name}' failed: ${reason}`;
