import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { memoryTelemetry, type MemoryTelemetry } from '../../shared/adapters/memory/telemetry.js';

/*
 * Whatever the app logs anywhere in the suite is kept in one folder, and looked at afterwards for what must not be in it:
 * the lines of apps within a test, of hosts in processes of their own, and of what keeps its lines in memory.
 */

/** The folder, or nothing outside a run of the suite. Hosts in processes of their own copy their logs there at their end. */
export const suiteLogs = (): string | undefined => process.env['AISPM_KEEP_LOGS'];

export function keepText(text: string): void {
  const folder = suiteLogs();
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.log`), text);
}

/** Telemetry in memory, whose lines are also kept as the app would print them. */
export function suiteTelemetry(): MemoryTelemetry {
  const telemetry = memoryTelemetry();
  return {
    ...telemetry,
    log(level, event, fields) {
      telemetry.log(level, event, fields);
      keepText(`${JSON.stringify({ level, event, ...telemetry.lines.at(-1)?.fields })}\n`);
    },
  };
}
