import { randomUUID } from 'node:crypto';
import type { Worker, WorkerLog } from '../host/worker.js';
import { activityRunner } from './activities.js';
import { createAlarms } from './alarms.js';
import { findFunction } from './functions.js';
import { answeredTask, eventType, type Message } from './history.js';
import {
  type Instance,
  isFinished,
  newInstance,
  openTasks,
  type Parent,
  resumed,
  suspended,
  type Task,
  terminated,
} from './instance.js';
import { replay } from './replay.js';
import type { Store } from './store.js';
import { takeTurn, type TurnTools } from './turn.js';

/** Activities that run at once, over all orchestrations. */
const activityLimit = 10;

/** How an operation on an instance ended: `conflict` when its state does not allow it. */
export type Outcome = 'accepted' | 'unknown' | 'finished' | 'conflict';

export type StartRefusal = 'no such orchestrator' | { alreadyExists: string };

export type Engine = {
  /** Answers with the id once the new instance is stored, or why there is none. `input` is JSON text. */
  start(request: { name: string; id?: string; input: string }): Promise<{ id: string } | StartRefusal>;
  find(id: string): Instance | undefined;
  /** Every instance, children too, in the order of their ids. */
  list(): Instance[];
  /** `input` is JSON text. Once accepted, the event survives a kill. */
  raiseEvent(id: string, name: string, input: string): Promise<Outcome>;
  terminate(id: string, reason: string | null): Promise<Outcome>;
  suspend(id: string, reason: string | null): Promise<Outcome>;
  resume(id: string, reason: string | null): Promise<Outcome>;
  /** Forgets an instance, a running one too; false when there is none. */
  purge(id: string): Promise<boolean>;
  /** Takes up everything that an earlier process left unfinished. */
  recover(): void;
  /** Ends the turns in progress and starts nothing more; what is open goes on after the next start. */
  stop(): Promise<void>;
};

/** 32 hexadecimal digits without dashes, the form of the real host. */
const newId = (): string => randomUUID().replaceAll('-', '');

const nowIso = (): string => new Date().toISOString();

/**
 * Drives orchestrations: one turn at a time per instance, each stored before anything that it asks for is done.
 * So after a kill at any moment the stored documents say what is still to do; an activity may then run twice.
 */
export function createEngine(worker: Worker, store: Store, log: WorkerLog): Engine {
  const instances = new Map(store.load().map((instance) => [instance.id, instance]));
  const lines = new Map<string, Promise<unknown>>();
  const alarms = createAlarms();
  const runActivity = activityRunner(worker, activityLimit);
  let stopped = false;

  /** Whatever changes an instance stands in its line, so a turn never meets a change that it did not see. */
  function inLine<T>(id: string, work: () => T | Promise<T>): Promise<T> {
    const result = (lines.get(id) ?? Promise.resolve()).then(work);
    const settled = result.catch((error: unknown) => {
      log('error', instances.get(id)?.name ?? '', `Instance '${id}': ${String(error)}`);
    });
    lines.set(id, settled);
    void settled.then(() => {
      if (lines.get(id) === settled) lines.delete(id);
    });
    return result;
  }

  /** The same for work that nobody waits for; its failure is in the log. */
  function later(id: string, work: () => void | Promise<void>): void {
    inLine(id, work).catch(() => undefined);
  }

  function put(instance: Instance): void {
    store.save(instance);
    instances.set(instance.id, instance);
  }

  function isCurrent(instance: Instance): boolean {
    const current = instances.get(instance.id);
    return !stopped && current?.executionId === instance.executionId && !isFinished(current);
  }

  async function takeTurns(id: string): Promise<void> {
    for (;;) {
      const before = instances.get(id);
      const message = before?.inbox[0];
      if (stopped || !before || !message || before.status === 'Suspended' || isFinished(before)) return;
      const after = await takeTurn(before, message, tools());
      put(after);
      carryOut(before, after);
    }
  }

  const tools = (): TurnTools => ({
    replay: (instance) => replay(worker, instance),
    knows: (plan) =>
      plan.kind === 'timer' ||
      findFunction(worker, plan.kind === 'activity' ? 'activity' : 'orchestration', plan.name) !== undefined,
    newExecutionId: newId,
    now: nowIso(),
  });

  function carryOut(before: Instance, after: Instance): void {
    if (isFinished(after)) return finish(after);
    if (after.executionId !== before.executionId) return;
    const open = new Set(openTasks(after).map((task) => task.id));
    for (const task of before.tasks) if (!open.has(task.id)) alarms.clear(alarmKey(after, task.id));
    for (const task of after.tasks.slice(before.tasks.length)) if (open.has(task.id)) dispatch(after, task);
  }

  function finish(instance: Instance): void {
    for (const task of instance.tasks) alarms.clear(alarmKey(instance, task.id));
    const word = `Instance '${instance.id}' of '${instance.name}' is ${instance.status}`;
    if (instance.status === 'Failed') log('error', instance.name, `${word}: ${String(instance.output)}`);
    else log('information', instance.name, word);
    if (instance.parent) deliver(instance.parent, answerOfChild(instance, instance.parent));
  }

  function dispatch(instance: Instance, task: Task): void {
    if (task.kind === 'timer') {
      const fired = { EventType: eventType.TimerFired, EventId: -1, TimerId: task.id, FireAt: task.fireAt };
      alarms.set(alarmKey(instance, task.id), task.fireAt, () =>
        deliver(addressOf(instance, task), { ...fired, Timestamp: nowIso() }),
      );
    } else if (task.kind === 'activity') {
      void runActivity(task, instance.id, () => isCurrent(instance)).then((message) => {
        if (message) deliver(addressOf(instance, task), message);
      });
    } else {
      startChild(task.childId ?? '', task, addressOf(instance, task));
    }
  }

  function startChild(id: string, task: Exclude<Task, { kind: 'timer' }>, parent: Parent): void {
    later(id, async () => {
      if (stopped) return;
      const existing = instances.get(id);
      if (existing && isChildOf(existing, parent)) {
        if (isFinished(existing)) deliver(parent, answerOfChild(existing, parent));
        return;
      }
      if (existing && !isFinished(existing)) {
        deliver(parent, failureOfChild(parent, alreadyExists(existing)));
        return;
      }
      const name = findFunction(worker, 'orchestration', task.name)?.name ?? task.name;
      put(newInstance({ id, name, executionId: newId(), parent, input: task.input }, nowIso()));
      await takeTurns(id);
    });
  }

  /** Brings an answer to the execution that asked; one that is gone, finished or already answered ignores it. */
  function deliver(address: Parent, message: Message): void {
    later(address.instanceId, async () => {
      const instance = instances.get(address.instanceId);
      if (!instance || stopped || isFinished(instance)) return;
      if (instance.executionId !== address.executionId || !awaits(instance, message)) return;
      const received = { ...instance, inbox: [...instance.inbox, message] };
      // Unsuspended, the turn that follows at once stores it. A kill in between costs a repeated activity, no more.
      if (received.status === 'Suspended') put(received);
      else instances.set(received.id, received);
      await takeTurns(received.id);
    });
  }

  function operate(id: string, work: (instance: Instance) => Instance | undefined): Promise<Outcome> {
    return inLine(id, () => {
      const before = instances.get(id);
      if (!before) return 'unknown';
      if (isFinished(before)) return 'finished';
      const after = work(before);
      if (!after) return 'conflict';
      put(after);
      if (isFinished(after)) finish(after);
      later(id, () => takeTurns(id));
      return 'accepted';
    });
  }

  return {
    start: async ({ name, id = newId(), input }) => {
      const registered = findFunction(worker, 'orchestration', name);
      if (!registered) return 'no such orchestrator';
      return inLine(id, () => {
        const existing = instances.get(id);
        if (existing && !isFinished(existing)) return { alreadyExists: existing.status };
        put(newInstance({ id, name: registered.name, executionId: newId(), parent: null, input }, nowIso()));
        later(id, () => takeTurns(id));
        return { id };
      });
    },
    find: (id) => instances.get(id),
    list: () => [...instances.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    raiseEvent: (id, name, input) =>
      operate(id, (instance) => ({ ...instance, inbox: [...instance.inbox, eventRaised(name, input)] })),
    terminate: (id, reason) => operate(id, (instance) => terminated(instance, reason, nowIso())),
    suspend: (id, reason) =>
      operate(id, (instance) =>
        instance.status === 'Suspended' ? undefined : suspended(instance, reason, nowIso()),
      ),
    resume: (id, reason) =>
      operate(id, (instance) =>
        instance.status === 'Suspended' ? resumed(instance, reason, nowIso()) : undefined,
      ),
    purge: (id) =>
      inLine(id, () => {
        const instance = instances.get(id);
        for (const task of instance?.tasks ?? []) alarms.clear(alarmKey(instance!, task.id));
        store.remove(id);
        return instances.delete(id);
      }),
    recover: () => {
      for (const instance of [...instances.values()].filter((one) => !isFinished(one))) {
        log('information', instance.name, `Instance '${instance.id}' is taken up again`);
        for (const task of openTasks(instance)) if (!isAnswered(instance, task)) dispatch(instance, task);
        later(instance.id, () => takeTurns(instance.id));
      }
    },
    stop: async () => {
      stopped = true;
      alarms.clearAll();
      while (lines.size > 0) await Promise.all(lines.values());
    },
  };
}

const alarmKey = (instance: Instance, taskId: number): string => `${instance.executionId}:${taskId}`;

const addressOf = (instance: Instance, task: Task): Parent => ({
  instanceId: instance.id,
  executionId: instance.executionId,
  taskId: task.id,
});

const isChildOf = (instance: Instance, parent: Parent): boolean =>
  instance.parent?.executionId === parent.executionId && instance.parent.taskId === parent.taskId;

const isAnswered = (instance: Instance, task: Task): boolean =>
  instance.inbox.some((message) => answeredTask(message) === task.id);

function awaits(instance: Instance, message: Message): boolean {
  const task = openTasks(instance).find(({ id }) => id === answeredTask(message));
  return task !== undefined && !isAnswered(instance, task);
}

function eventRaised(name: string, input: string): Message {
  return { EventType: eventType.EventRaised, EventId: -1, Timestamp: nowIso(), Name: name, Input: input };
}

function answerOfChild(child: Instance, parent: Parent): Message {
  if (child.status !== 'Completed') return failureOfChild(parent, String(child.output));
  return {
    EventType: eventType.SubOrchestrationInstanceCompleted,
    EventId: -1,
    Timestamp: nowIso(),
    TaskScheduledId: parent.taskId,
    Result: JSON.stringify(child.output),
  };
}

function failureOfChild(parent: Parent, reason: string): Message {
  return {
    EventType: eventType.SubOrchestrationInstanceFailed,
    EventId: -1,
    Timestamp: nowIso(),
    TaskScheduledId: parent.taskId,
    Reason: reason,
    Details: '',
  };
}

const alreadyExists = (existing: Instance): string =>
  `An Orchestration instance with the status ${existing.status} already exists.`;
