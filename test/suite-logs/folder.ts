import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the logs of the last run of the suite are kept; git-ignored. */
export const folder = fileURLToPath(new URL('../../.local/suite-logs', import.meta.url));

/** Before the suite: an empty folder, which every process of it inherits. */
export default function begin(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.env['AISPM_KEEP_LOGS'] = folder;
}
