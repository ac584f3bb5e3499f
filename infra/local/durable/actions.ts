import type { Plan, RetryOptions } from './instance.js';

/** An action as the library hands it over; the numbers are those of its `ActionType`. */
export type Action = { actionType: number; [field: string]: unknown };

const actionNames: Record<number, string> = {
  0: 'CallActivity',
  1: 'CallActivityWithRetry',
  2: 'CallSubOrchestrator',
  3: 'CallSubOrchestratorWithRetry',
  4: 'ContinueAsNew',
  5: 'CreateTimer',
  6: 'WaitForExternalEvent',
  7: 'CallEntity',
  8: 'CallHttp',
  9: 'SignalEntity',
  11: 'WhenAny',
  12: 'WhenAll',
  13: 'LockEntities',
  14: 'ReleaseEntities',
};

/** An orchestration asked for something that the local host does not do. The message names it. */
export class RefusedAction extends Error {}

/** Whether the orchestrator waits for an external event anywhere in its actions. */
export const waitsForEvent = (actions: readonly Action[]): boolean =>
  actions.some((action) => action.actionType === 6 || waitsForEvent(compoundOf(action)));

/**
 * The plans behind the actions, in the order in which the library numbers their tasks: depth first through
 * `Task.all` and `Task.any`. A wait for an event takes no number and gives no plan.
 * Throws `RefusedAction` for what is not driven here: entities, locks, durable HTTP, a retry time-out.
 */
export function plansOf(actions: readonly Action[]): Plan[] {
  return actions.flatMap((action): Plan[] => {
    if (!isCompound(action)) return planOf(action);
    return plansOf(compoundOf(action)).map((plan) => ({ ...plan, grouped: true }));
  });
}

function planOf(action: Action): Plan[] {
  switch (actionNames[action.actionType]) {
    case 'CallActivity':
    case 'CallActivityWithRetry':
      return [{ kind: 'activity', name: nameOf(action), input: encodedText(action), ...retryOf(action) }];
    case 'CallSubOrchestrator':
    case 'CallSubOrchestratorWithRetry':
      return [subOrchestration(action)];
    case 'CreateTimer':
      return [timer(action)];
    case 'WaitForExternalEvent':
    case 'ContinueAsNew':
      return [];
    default:
      throw new RefusedAction(refusal(actionNames[action.actionType] ?? `number ${action.actionType}`));
  }
}

const isCompound = (action: Action): boolean => action.actionType === 11 || action.actionType === 12;

const refusal = (what: string): string => `The local host does not drive the action ${what}.`;

const compoundOf = (action: Action): Action[] => (action.compoundActions ?? []) as Action[];

const nameOf = (action: Action): string => String(action.functionName);

function timer(action: Action): Plan {
  const fireAt = String(action.fireAt);
  if (Number.isNaN(Date.parse(fireAt))) throw new RefusedAction('It sets a timer for an invalid date.');
  return { kind: 'timer', fireAt, cancelled: action.isCanceled === true };
}

function subOrchestration(action: Action): Plan {
  return {
    kind: 'subOrchestration',
    name: nameOf(action),
    input: JSON.stringify(action.input ?? null),
    ...(typeof action.instanceId === 'string' && action.instanceId !== ''
      ? { childId: action.instanceId }
      : {}),
    ...retryOf(action),
  };
}

/** JSON text of an input that the library encodes when, and only when, it is a string. */
export const encodedText = (action: Action): string =>
  typeof action.input === 'string' ? action.input : JSON.stringify(action.input ?? null);

function retryOf(action: Action): { retry?: RetryOptions } {
  if (action.retryOptions === undefined) return {};
  const options = action.retryOptions as RetryOptions & { retryTimeoutInMilliseconds?: number };
  // The library never learns that the host gave up early, so it would wait for ever for the next attempt.
  if (options.retryTimeoutInMilliseconds !== undefined) {
    const what = `${actionNames[action.actionType]} with retryTimeoutInMilliseconds`;
    throw new RefusedAction(`${refusal(what)} Set maxNumberOfAttempts instead.`);
  }
  return { retry: options };
}
