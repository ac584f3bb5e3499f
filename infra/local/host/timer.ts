import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from './retry.js';
import type { Runtime } from './runtime.js';
import { parseSchedule, type Schedule } from './schedule.js';
import { resolveSettings, type Settings } from './settings.js';
import type { Binding, TypedData } from './worker.js';

export type Timer = { schedule: Schedule; monitored: boolean; runOnStartup: boolean };
type Status = { Last: string; Next: string; LastUpdated: string };

const never = '0001-01-01T00:00:00+00:00';
// setTimeout takes no more than 2^31 - 1 ms, and a clock may be set meanwhile.
const longestWait = 3_600_000;

/** Reads a timer trigger. Throws on a bad schedule or an absent setting. */
export function readTimer(trigger: Binding, settings: Settings): Timer {
  const schedule = parseSchedule(resolveSettings(String(trigger.schedule), settings));
  return {
    schedule,
    monitored: trigger.useMonitor !== false && !schedule.frequent,
    runOnStartup: trigger.runOnStartup === true,
  };
}

/**
 * Runs a timer until the host stops; resolves when its last invocation has ended. One invocation at a time:
 * occurrences missed during a run, or while the host was down, collapse into one run right after. The status is
 * written after a run, so a run that the process did not survive is past due at the next start.
 */
export async function runTimer(runtime: Runtime, name: string, timer: Timer): Promise<void> {
  let due = await firstRun(runtime, name, timer);
  while (!runtime.stopping.aborted) {
    const wait = due.getTime() - Date.now();
    if (wait > 0) {
      await pause(Math.min(wait, longestWait), runtime.stopping);
      continue;
    }
    const start = new Date();
    await fire(runtime, name, false);
    due = nextAfter(timer, due, start);
    await record(runtime, name, timer, start, due);
  }
}

// Several missed occurrences become one: the next is looked for after the missed one, and if that one lies in the
// past too, it runs at once and the search goes on from its start.
function nextAfter(timer: Timer, due: Date, start: Date): Date {
  const next = timer.schedule.next(due);
  return next <= start ? timer.schedule.next(start) : next;
}

async function firstRun(runtime: Runtime, name: string, timer: Timer): Promise<Date> {
  const start = new Date();
  const status = timer.monitored ? await readStatus(runtime, name) : undefined;
  const pastDue = status !== undefined && expectedNext(timer, status) < start;
  const due = pastDue || !status ? timer.schedule.next(start) : expectedNext(timer, status);
  if (timer.monitored && !status) {
    await writeStatus(runtime, name, { Last: never, Next: isoText(due), LastUpdated: never });
  }
  if (pastDue || timer.runOnStartup) {
    await fire(runtime, name, pastDue);
    await record(runtime, name, timer, start, due);
  }
  return due;
}

// A schedule that was changed while the host was down counts from the last time the status was written.
function expectedNext(timer: Timer, { Next, LastUpdated }: Status): Date {
  return LastUpdated === never ? new Date(Next) : timer.schedule.next(new Date(LastUpdated));
}

async function fire(runtime: Runtime, name: string, pastDue: boolean): Promise<void> {
  // `invoke` logs a failure; a timer goes on with its next occurrence.
  await runtime.invoke(name, await timerInput(runtime, name, pastDue)).catch(() => undefined);
}

/** What a timer's handler gets; the status is null for a schedule that keeps none. */
export async function timerInput(runtime: Runtime, name: string, pastDue: boolean): Promise<TypedData> {
  const status = await readStatus(runtime, name);
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status ?? null,
      IsPastDue: pastDue,
    }),
  };
}

async function record(runtime: Runtime, name: string, timer: Timer, start: Date, next: Date): Promise<void> {
  if (!timer.monitored) return;
  await writeStatus(runtime, name, {
    Last: isoText(start),
    Next: isoText(next),
    LastUpdated: isoText(start),
  });
}

const statusPath = (runtime: Runtime, name: string): string => join(runtime.state, 'timers', `${name}.json`);

async function readStatus(runtime: Runtime, name: string): Promise<Status | undefined> {
  try {
    return JSON.parse(await readFile(statusPath(runtime, name), 'utf8')) as Status;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeStatus(runtime: Runtime, name: string, status: Status): Promise<void> {
  const path = statusPath(runtime, name);
  await mkdir(join(runtime.state, 'timers'), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(status));
  await rename(`${path}.new`, path);
}

const isoText = (instant: Date): string => instant.toISOString().replace(/(\.000)?Z$/, '+00:00');
