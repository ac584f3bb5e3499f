import type { RegisteredFunction, Worker } from '../host/worker.js';

type Kind = 'orchestration' | 'activity' | 'entity';

/** The function of that kind and name; names are case-insensitive, as in the real host. */
export function findFunction(worker: Worker, kind: Kind, name: string): RegisteredFunction | undefined {
  const wanted = name.toLowerCase();
  return functionsOf(worker, kind).find((registered) => registered.name.toLowerCase() === wanted);
}

export function functionsOf(worker: Worker, kind: Kind): RegisteredFunction[] {
  return [...worker.functions.values()].filter(
    (registered) => registered.trigger.type.toLowerCase() === `${kind}trigger`,
  );
}
