import type { Worker, WorkerLog } from '../host/worker.js';
import { activityRunner } from './activities.js';
import { createAlarms } from './alarms.js';
import { type Driver, finish, forgetAlarms, newId, nowIso, put, recover, takeTurns } from './drive.js';
import { findFunction } from './functions.js';
import { eventType } from './history.js';
import { type Instance, isFinished, newInstance, resumed, suspended, terminated } from './instance.js';
import { createLines } from './lines.js';
import type { Store } from './store.js';

/** Activities that run at once, over all orchestrations. */
const activityLimit = 10;

/** How an operation on an instance ended: `conflict` when its state does not allow it. */
export type Outcome = 'accepted' | 'unknown' | 'finished' | 'conflict';

export type StartRequest = { name: string; id?: string; input: string };
export type Started = { id: string } | 'no such orchestrator' | { alreadyExists: string };

export type Engine = {
  /** Answers with the id once the new instance is stored, or why there is none. `input` is JSON text. */
  start(request: StartRequest): Promise<Started>;
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
  /** Takes up everything that an earlier process left unfinished. To be called once, before anything else. */
  recover(): void;
  /** Ends the turns in progress and starts nothing more; what is open goes on after the next start. */
  stop(): Promise<void>;
};

/**
 * Drives orchestrations: one turn at a time per instance, each stored before anything that it asks for is done.
 * So after a kill at any moment the stored documents say what is still to do; an activity may then run twice.
 */
export function createEngine(worker: Worker, store: Store, log: WorkerLog): Engine {
  const driver: Driver = {
    worker,
    store,
    log,
    instances: new Map(store.load().map((instance) => [instance.id, instance])),
    lines: createLines((id, error) => log('error', '', `Instance '${id}': ${String(error)}`)),
    alarms: createAlarms(),
    runActivity: activityRunner(worker, log, activityLimit),
    stopped: false,
  };
  const { instances } = driver;
  return {
    start: (request) => start(driver, request),
    find: (id) => instances.get(id),
    list: () => [...instances.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    raiseEvent: (id, name, input) => operate(driver, id, (instance) => withEvent(instance, name, input)),
    terminate: (id, reason) => operate(driver, id, (instance) => terminated(instance, reason, nowIso())),
    suspend: (id, reason) =>
      operate(driver, id, (instance) =>
        instance.status === 'Suspended' ? undefined : suspended(instance, reason, nowIso()),
      ),
    resume: (id, reason) =>
      operate(driver, id, (instance) =>
        instance.status === 'Suspended' ? resumed(instance, reason, nowIso()) : undefined,
      ),
    purge: (id) => driver.lines.join(id, () => purge(driver, id)),
    recover: () => recover(driver),
    stop: async () => {
      driver.stopped = true;
      driver.alarms.clearAll();
      await driver.lines.empty();
    },
  };
}

async function start(driver: Driver, { name, id = newId(), input }: StartRequest): Promise<Started> {
  const registered = findFunction(driver.worker, 'orchestration', name);
  if (!registered) return 'no such orchestrator';
  return driver.lines.join(id, () => {
    const existing = driver.instances.get(id);
    if (existing && !isFinished(existing)) return { alreadyExists: existing.status };
    const request = { id, name: registered.name, executionId: newId(), parent: null, input };
    put(driver, newInstance(request, nowIso()));
    driver.lines.later(id, () => takeTurns(driver, id));
    return { id };
  });
}

/** Stores what `change` makes of the instance; when it makes nothing, the state does not allow it. */
function operate(
  driver: Driver,
  id: string,
  change: (instance: Instance) => Instance | undefined,
): Promise<Outcome> {
  return driver.lines.join(id, () => {
    const before = driver.instances.get(id);
    if (!before) return 'unknown';
    if (isFinished(before)) return 'finished';
    const after = change(before);
    if (!after) return 'conflict';
    put(driver, after);
    if (isFinished(after)) finish(driver, after);
    driver.lines.later(id, () => takeTurns(driver, id));
    return 'accepted';
  });
}

const withEvent = (instance: Instance, name: string, input: string): Instance => {
  const event = { EventType: eventType.EventRaised, EventId: -1, Timestamp: nowIso() } as const;
  return { ...instance, inbox: [...instance.inbox, { ...event, Name: name, Input: input }] };
};

function purge(driver: Driver, id: string): boolean {
  const instance = driver.instances.get(id);
  if (!instance) return false;
  forgetAlarms(driver, instance);
  driver.store.remove(id);
  return driver.instances.delete(id);
}
