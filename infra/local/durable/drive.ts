import { randomUUID } from 'node:crypto';
import type { RegisteredFunction, Worker, WorkerLog } from '../host/worker.js';
import type { RunActivity } from './activities.js';
import type { Alarms } from './alarms.js';
import { alreadyExists, answerOfChild, failureOfChild, isChildOf } from './children.js';
import { findFunction } from './functions.js';
import { answeredTask, eventType, type Message } from './history.js';
import {
  type Instance,
  isFinished,
  newInstance,
  openTasks,
  type Parent,
  type Plan,
  type Task,
} from './instance.js';
import type { Lines } from './lines.js';
import { replay } from './replay.js';
import type { Store } from './store.js';
import { takeTurn, type TurnTools } from './turn.js';

/** What the driver works on. Whatever changes an instance does so in its line. */
export type Driver = {
  worker: Worker;
  store: Store;
  log: WorkerLog;
  /** Everything that is stored, by id. */
  instances: Map<string, Instance>;
  lines: Lines;
  alarms: Alarms;
  runActivity: RunActivity;
  stopped: boolean;
};

type Call = Exclude<Task, { kind: 'timer' }>;

/** 32 hexadecimal digits without dashes, the form of the real host. */
export const newId = (): string => randomUUID().replaceAll('-', '');

export const nowIso = (): string => new Date().toISOString();

/** Stores first: what memory shows and what is done next never runs ahead of the disk. */
export function put(driver: Driver, instance: Instance): void {
  driver.store.save(instance);
  driver.instances.set(instance.id, instance);
}

/** Takes turns until the inbox is empty or the instance rests. To be called in the instance's line. */
export async function takeTurns(driver: Driver, id: string): Promise<void> {
  for (;;) {
    const before = driver.instances.get(id);
    const message = before?.inbox[0];
    if (driver.stopped || !before || !message || before.status === 'Suspended' || isFinished(before)) return;
    const orchestrator = findFunction(driver.worker, 'orchestration', before.name);
    // The app may have failed to load. What it left waits for an app that has the function.
    if (!orchestrator) return driver.log('error', before.name, waiting(before, before.name));
    const after = await takeTurn(before, message, toolsOf(driver, orchestrator));
    put(driver, after);
    carryOut(driver, before, after);
  }
}

const waiting = (instance: Instance, name: string): string =>
  `Instance '${instance.id}' waits: no function '${name}' is registered.`;

const toolsOf = ({ worker }: Driver, orchestrator: RegisteredFunction): TurnTools => ({
  replay: (instance) => replay(worker, orchestrator, instance),
  knows: (plan) => plan.kind === 'timer' || findFunction(worker, kindOf(plan), plan.name) !== undefined,
  newExecutionId: newId,
  now: nowIso(),
});

/** Does what a stored turn asks for. */
function carryOut(driver: Driver, before: Instance, after: Instance): void {
  if (isFinished(after)) return finish(driver, after);
  if (after.executionId !== before.executionId) return;
  const open = new Set(openTasks(after).map((task) => task.id));
  for (const task of before.tasks) if (!open.has(task.id)) driver.alarms.clear(alarmKey(after, task));
  for (const task of after.tasks.slice(before.tasks.length)) {
    if (open.has(task.id)) dispatch(driver, after, task);
  }
}

/** Stops the alarms of an instance that has just ended, says so in the log and tells its parent. */
export function finish(driver: Driver, instance: Instance): void {
  forgetAlarms(driver, instance);
  const words = `Instance '${instance.id}' of '${instance.name}' is ${instance.status}`;
  if (instance.status === 'Failed') {
    driver.log('error', instance.name, `${words}: ${String(instance.output)}`);
  } else {
    driver.log('information', instance.name, words);
  }
  if (instance.parent) deliver(driver, instance.parent, answerOfChild(instance, instance.parent, nowIso()));
}

export function forgetAlarms(driver: Driver, instance: Instance): void {
  for (const task of instance.tasks) driver.alarms.clear(alarmKey(instance, task));
}

const alarmKey = (instance: Instance, task: Task): string => `${instance.executionId}:${task.id}`;

/** Begins an open task, for the first time or, after a kill, once more. */
function dispatch(driver: Driver, instance: Instance, task: Task): void {
  if (driver.stopped) return;
  const address = { instanceId: instance.id, executionId: instance.executionId, taskId: task.id };
  if (task.kind === 'timer') {
    driver.alarms.set(alarmKey(instance, task), task.fireAt, () =>
      deliver(driver, address, timerFired(task.id, task.fireAt)),
    );
  } else if (!findFunction(driver.worker, kindOf(task), task.name)) {
    driver.log('error', instance.name, waiting(instance, task.name));
  } else if (task.kind === 'activity') {
    const isWanted = (): boolean => isCurrent(driver, instance);
    void driver.runActivity(task, isWanted).then((message) => {
      if (message) deliver(driver, address, message);
    });
  } else {
    startChild(driver, task, address);
  }
}

const kindOf = (plan: Exclude<Plan, { kind: 'timer' }>): 'activity' | 'orchestration' =>
  plan.kind === 'activity' ? 'activity' : 'orchestration';

const timerFired = (id: number, fireAt: string): Message => ({
  EventType: eventType.TimerFired,
  EventId: -1,
  Timestamp: nowIso(),
  TimerId: id,
  FireAt: fireAt,
});

function isCurrent(driver: Driver, instance: Instance): boolean {
  const current = driver.instances.get(instance.id);
  return !driver.stopped && current?.executionId === instance.executionId && !isFinished(current);
}

function startChild(driver: Driver, task: Call & { childId?: string }, parent: Parent): void {
  const id = task.childId ?? newId();
  driver.lines.later(id, async () => {
    const existing = driver.instances.get(id);
    if (driver.stopped) return;
    if (existing && isChildOf(existing, parent)) {
      if (isFinished(existing)) deliver(driver, parent, answerOfChild(existing, parent, nowIso()));
    } else if (existing && !isFinished(existing)) {
      deliver(driver, parent, failureOfChild(parent, alreadyExists(existing.status), nowIso()));
    } else {
      const name = findFunction(driver.worker, 'orchestration', task.name)?.name ?? task.name;
      const start = { id, name, executionId: newId(), parent, input: task.input };
      put(driver, newInstance(start, nowIso()));
      await takeTurns(driver, id);
    }
  });
}

/** Brings an answer to the execution that asked; one that is gone, finished or already answered ignores it. */
function deliver(driver: Driver, address: Parent, message: Message): void {
  driver.lines.later(address.instanceId, async () => {
    const instance = driver.instances.get(address.instanceId);
    if (!instance || driver.stopped || isFinished(instance)) return;
    if (instance.executionId !== address.executionId || !awaits(instance, message)) return;
    const received = { ...instance, inbox: [...instance.inbox, message] };
    // Unless suspended, the turn that follows at once stores it: a kill in between repeats an activity, no more.
    if (received.status === 'Suspended') put(driver, received);
    else driver.instances.set(received.id, received);
    await takeTurns(driver, received.id);
  });
}

function awaits(instance: Instance, message: Message): boolean {
  const task = openTasks(instance).find(({ id }) => id === answeredTask(message));
  return task !== undefined && !isAnswered(instance, task);
}

const isAnswered = (instance: Instance, task: Task): boolean =>
  instance.inbox.some((message) => answeredTask(message) === task.id);

/** Takes up everything that an earlier process left unfinished. */
export function recover(driver: Driver): void {
  for (const instance of [...driver.instances.values()].filter((one) => !isFinished(one))) {
    driver.log('information', instance.name, `Instance '${instance.id}' is taken up again`);
    for (const task of openTasks(instance)) {
      if (!isAnswered(instance, task)) dispatch(driver, instance, task);
    }
    driver.lines.later(instance.id, () => takeTurns(driver, instance.id));
  }
}
