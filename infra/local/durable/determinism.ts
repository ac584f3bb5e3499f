import type { Plan, Task } from './instance.js';

const question =
  'Was a change made to the orchestrator code after this instance had already started running?';

/**
 * Compares what earlier turns scheduled with what this replay scheduled, by position and name as the real host does:
 * inputs and times are not compared, and a call inserted before others of the same name goes unnoticed.
 * Answers with the text in which the real host fails the instance, or undefined when they agree.
 */
export function findDivergence(recorded: readonly Task[], planned: readonly Plan[]): string | undefined {
  const fromCode = recorded.filter((task) => task.retryOf === undefined);
  for (const [position, task] of fromCode.entries()) {
    const difference = differenceOf(task, planned[position]);
    if (difference) {
      return `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${difference}${question}`;
    }
  }
  return undefined;
}

function differenceOf(task: Task, plan: Plan | undefined): string | undefined {
  if (!plan) {
    return `${describe(task, 'ID')}, but the current replay execution hasn't (yet?) scheduled this task. `;
  }
  if (task.kind !== plan.kind) {
    return (
      `${describe(task, 'number')}, but the current orchestration replay instead produced a ` +
      `${actionClass[plan.kind]} action with this sequence number. `
    );
  }
  if (task.kind === 'timer' || plan.kind === 'timer' || sameName(task.name, plan.name)) return undefined;
  return (
    `${describe(task, 'number')}, but the current orchestration replay instead scheduled ` +
    `${noun[task.kind]} named '${plan.name}' with this sequence number.  `
  );
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function describe(task: Task, form: 'ID' | 'number'): string {
  const start = `${noun[task.kind]} with sequence ${form} ${task.id}`;
  if (task.kind === 'timer') return start;
  return form === 'ID' ? `${start} and name '${task.name}' (version '')` : `${start} named '${task.name}'`;
}

const noun = {
  activity: 'an activity task',
  subOrchestration: 'a sub-orchestration task',
  timer: 'a timer task',
};

const actionClass = {
  activity: 'ScheduleTaskOrchestratorAction',
  subOrchestration: 'CreateSubOrchestrationAction',
  timer: 'CreateTimerOrchestratorAction',
};
