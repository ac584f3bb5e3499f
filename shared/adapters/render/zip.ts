import { zipSync } from 'fflate';

/** Midnight of the oldest day a ZIP can say, in the zone of whoever runs: the bytes hold no zone, so they are the same. */
const mtime = new Date(1980, 0, 1);

/** A ZIP whose bytes depend on nothing but the files and their order. */
export const zipOf = (files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 6, mtime });
