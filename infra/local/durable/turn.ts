import { plansOf, RefusedAction, waitsForEvent } from './actions.js';
import { findDivergence } from './determinism.js';
import { answeredTask, eventType, type HistoryEvent, type Message } from './history.js';
import { continuedAsNew, type Instance, openTasks, type Plan, type Task } from './instance.js';
import { failureText, type Replay } from './replay.js';
import { nextOfRetry } from './retry.js';
import { schedule } from './schedule.js';

export type TurnTools = {
  replay(instance: Instance): Promise<Replay>;
  /** Whether a function of that name and kind is registered. */
  knows(plan: Plan): boolean;
  newExecutionId(): string;
  now: string;
};

/**
 * One turn: the oldest message of the inbox joins the history, the orchestrator runs again over all of it, and what
 * it asks for beyond what is recorded is scheduled. Nothing happens outside: the caller stores the result first and
 * then carries out what is new in it.
 *
 * The real host may take several messages in one turn. One at a time gives the same ids, because the library gives
 * them out while it walks through the history in order, and it keeps apart the ids of retries and those of new calls.
 */
export async function takeTurn(before: Instance, message: Message, tools: TurnTools): Promise<Instance> {
  const received = receive(before, message, tools.now);
  const prepared = schedule(received, nextOfRetry(received, message, tools.now), tools.now);
  const after = prepared.ending ? prepared : await runCode(prepared, tools);
  return settle(after, tools);
}

function receive(instance: Instance, message: Message, now: string): Instance {
  const answered = answeredTask(message);
  return {
    ...instance,
    status: 'Running',
    lastUpdatedTime: now,
    inbox: instance.inbox.slice(1),
    tasks: instance.tasks.map((task) => (task.id === answered ? { ...task, done: true } : task)),
    history: [...instance.history, mark(eventType.OrchestratorStarted, now), message],
  };
}

const mark = (
  type: typeof eventType.OrchestratorStarted | typeof eventType.OrchestratorCompleted,
  now: string,
): HistoryEvent => ({ EventType: type, EventId: -1, Timestamp: now });

async function runCode(instance: Instance, tools: TurnTools): Promise<Instance> {
  const result = await tools.replay(instance);
  const current = { ...instance, customStatus: result.customStatus };
  try {
    return follow(current, result, tools);
  } catch (error) {
    if (!(error instanceof RefusedAction)) throw error;
    return failed(current, failureText(current.name, error.message));
  }
}

function follow(instance: Instance, result: Replay, tools: TurnTools): Instance {
  const plans = plansOf(result.actions);
  const divergence = findDivergence(instance.tasks, plans);
  if (divergence) return failed(instance, divergence);

  const recorded = instance.tasks.filter((task) => task.retryOf === undefined);
  const added = plans.slice(recorded.length);
  const current = withCancellations(instance, plans);
  for (const plan of added) refuseWhatCannotRun(current, plan, tools);
  const scheduled = schedule(current, added, tools.now);
  if (!result.ending && openTasks(scheduled).length === 0 && !waitsForEvent(result.actions)) {
    throw new RefusedAction(
      'It waits for a task that was never scheduled. Yield each task in one group only.',
    );
  }
  return { ...scheduled, ending: result.ending };
}

function refuseWhatCannotRun(instance: Instance, plan: Plan, tools: TurnTools): void {
  // The real host leaves such an instance Running for ever without a word. A name in the status is found at once.
  if (plan.kind !== 'timer' && !tools.knows(plan)) {
    const kind = plan.kind === 'activity' ? 'activity' : 'orchestrator';
    throw new RefusedAction(`It calls '${plan.name}', but no ${kind} of that name is registered.`);
  }
  // Actions carry no identity. A task that is yielded in a second group is listed again like a new one, but the
  // library gives it no new id: from there on its ids and the host's part, and results reach the wrong tasks.
  if (plan.grouped && openTasks(instance).some((task) => isSameCall(task, plan))) {
    const what = plan.kind === 'timer' ? `a timer for ${plan.fireAt}` : `'${plan.name}' with the same input`;
    throw new RefusedAction(
      `It yields ${what} in a Task.any or Task.all while an earlier one is open. Yield each task in one group only.`,
    );
  }
}

function isSameCall(task: Task, plan: Plan): boolean {
  if (task.retryOf !== undefined) return false;
  if (task.kind === 'timer') return plan.kind === 'timer' && task.fireAt === plan.fireAt;
  return plan.kind === task.kind && plan.name === task.name && plan.input === task.input;
}

/** A cancelled timer leaves no event; the library says so in the timer's action from then on. */
function withCancellations(instance: Instance, plans: readonly Plan[]): Instance {
  let position = 0;
  const tasks = instance.tasks.map((task) => {
    if (task.retryOf !== undefined) return task;
    const plan = plans[position];
    position += 1;
    return task.kind === 'timer' && plan?.kind === 'timer' && plan.cancelled
      ? { ...task, cancelled: true }
      : task;
  });
  return { ...instance, tasks };
}

/** Fails at once, whatever is still open: the history can no longer be replayed. */
function failed(instance: Instance, output: string): Instance {
  const tasks = instance.tasks.map((task) => ({ ...task, done: true }));
  return { ...instance, tasks, ending: { status: 'Failed', output } };
}

/** Ends the turn, and the instance when its code has returned and nothing is open. */
function settle(instance: Instance, tools: TurnTools): Instance {
  const { ending } = instance;
  const { now } = tools;
  const completed = mark(eventType.OrchestratorCompleted, now);
  if (!ending || openTasks(instance).length > 0) {
    return { ...instance, history: [...instance.history, completed] };
  }
  if (ending.status === 'ContinuedAsNew') {
    return continuedAsNew(instance, { executionId: tools.newExecutionId(), input: ending.input }, now);
  }
  const executionCompleted: HistoryEvent = {
    EventType: eventType.ExecutionCompleted,
    EventId: instance.tasks.length,
    Timestamp: now,
    OrchestrationStatus: ending.status,
    Result: JSON.stringify(ending.output),
  };
  return {
    ...instance,
    status: ending.status,
    output: ending.output,
    inbox: [],
    history: [...instance.history, executionCompleted, completed],
  };
}
