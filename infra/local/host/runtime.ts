import type { Keys } from './keys.js';
import type { Settings } from './settings.js';
import type { Invocation, RegisteredFunction, TypedData, Worker, WorkerLog } from './worker.js';

/** What the host's triggers share once the app is loaded. */
export type Runtime = {
  baseUrl: string;
  /** The functions that were indexed without error. */
  functions: ReadonlyMap<string, RegisteredFunction>;
  /** The worker, with the input bindings of each invocation filled in. One attempt. */
  worker: Worker;
  keys: Keys;
  settings: Settings;
  /** Folder for what triggers keep. */
  state: string;
  log: WorkerLog;
  /** Aborted when the host closes: nothing new starts, and retries end. */
  stopping: AbortSignal;
  /**
   * Invokes a function with its trigger's data, under its retry policy, which ends when the host or `until` stops.
   * Logs each failure and rejects with the last.
   */
  invoke(
    name: string,
    data: TypedData,
    triggerMetadata?: Record<string, TypedData>,
    until?: AbortSignal,
  ): Promise<Invocation>;
};
