import { unzipSync, zipSync } from 'fflate';

import { isUnambiguous } from '../../core/kernel/zip-parts.js';

/** Midnight of the oldest day a ZIP can say, in the zone of whoever runs: the bytes hold no zone, so they are the same. */
const mtime = new Date(1980, 0, 1);

/** A ZIP whose bytes depend on nothing but the files, their order and the level (1 fast, 9 small). */
export const zipOf = (files: readonly { name: string; bytes: Uint8Array }[], level: 1 | 6 = 6): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level, mtime });

const mostBytes = 256 * 1024 * 1024;

/** The files of a ZIP, in memory only. Null for what is none, says two things of a file, or would unpack to more than 256 MB. */
export function filesIn(bytes: Uint8Array): { name: string; bytes: Uint8Array }[] | null {
  if (!isUnambiguous(bytes)) return null;
  let total = 0;
  const names = new Set<string>();
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > mostBytes || names.has(name)) throw new RangeError('not one of ours');
        names.add(name);
        return true;
      },
    });
    return Object.entries(files).map(([name, content]) => ({ name, bytes: content }));
  } catch {
    // Whatever the fault: it is no archive that could be read.
    return null;
  }
}
