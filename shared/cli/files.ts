import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { isUnambiguous } from '../core/kernel/zip-parts.js';
import type { PacketFile } from '../core/reports/manifest.js';
import { CannotTell } from './terminal.js';

/** Files that were given together: one folder, one ZIP, or all the loose files of the command line. */
export type Given = { name: string; files: PacketFile[] };

/** No report comes near this; a ZIP that claims more is not opened. */
const maxBytes = 256 * 1024 * 1024;

/** Reads what a command line names. Loose files belong together. @throws CannotTell */
export async function readGiven(paths: readonly string[]): Promise<Given[]> {
  const packets: Given[] = [];
  const loose: PacketFile[] = [];
  for (const path of paths) {
    try {
      const found = await stat(path);
      if (found.isDirectory()) packets.push({ name: path, files: await readFolder(path) });
      else {
        if (found.size > maxBytes) throw new CannotTell(`${path} is larger than ${maxBytes} bytes`);
        const bytes = new Uint8Array(await readFile(path));
        if (isZip(bytes)) packets.push({ name: path, files: await openZip(path, bytes) });
        else loose.push({ name: basename(path), bytes });
      }
    } catch (cause) {
      if (cause instanceof CannotTell) throw cause;
      throw new CannotTell(`${path} cannot be read`, { cause });
    }
  }
  return loose.length > 0 ? [...packets, { name: 'the files given', files: loose }] : packets;
}

async function readFolder(path: string): Promise<PacketFile[]> {
  const entries = await readdir(path, { withFileTypes: true });
  // A file in a folder of its own would be opened by a reader and checked by nobody.
  const other = entries.find((entry) => !entry.isFile());
  if (other) throw new CannotTell(`${join(path, other.name)} is not a file`);
  return Promise.all(
    entries
      .map(({ name }) => name)
      .sort()
      .map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(path, name))) })),
  );
}

const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** Entries of a ZIP, in memory only, so that no name in it can reach the disk. */
async function openZip(path: string, bytes: Uint8Array): Promise<PacketFile[]> {
  const { unzipSync } = await import('fflate');
  let total = 0;
  const names = new Set<string>();
  const entries = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      total += originalSize;
      if (total > maxBytes) throw new CannotTell(`${path} would unpack to more than ${maxBytes} bytes`);
      // Unpackers differ in which of two they keep.
      if (names.has(name)) throw new CannotTell(`${path} holds ${name} twice`);
      names.add(name);
      return !name.endsWith('/');
    },
  });
  if (!isUnambiguous(bytes))
    throw new CannotTell(`${path} is no ZIP in which every unpacker finds the same files`);
  return Object.entries(entries).map(([name, content]) => ({ name: basename(name), bytes: content }));
}
