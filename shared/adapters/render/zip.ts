import { zipSync } from 'fflate';

/** Midnight of the oldest day a ZIP can say, in the zone of whoever runs: the bytes hold no zone, so they are the same. */
const mtime = new Date(1980, 0, 1);

/** A ZIP whose bytes depend on nothing but the files, their order and the level (1 fast, 9 small). */
export const zipOf = (files: readonly { name: string; bytes: Uint8Array }[], level: 1 | 6 = 6): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level, mtime });
