import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Encoding, PageFile, Pages } from '../ports.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.md': 'text/markdown; charset=utf-8',
};
const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The files that the build left in a folder, read once and kept. Only names that were found there are answered, so no
 * name leads out of the folder.
 */
export function folderPages(folder: URL): Pages {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return {
    file: async (name) => {
      files ??= readAll(fileURLToPath(folder));
      return (await files).get(name) ?? null;
    },
  };
}

async function readAll(folder: string): Promise<Map<string, PageFile>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const bytes = new Map<string, Uint8Array>();
  for (const entry of found.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    bytes.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path));
  }
  const files = new Map<string, PageFile>();
  for (const [name, content] of bytes) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const encoded: Partial<Record<Encoding, Uint8Array>> = {};
    for (const coding of ['br', 'gzip'] as const) {
      const coded = bytes.get(`${name}${suffixes[coding]}`);
      if (coded !== undefined) encoded[coding] = coded;
    }
    files.set(name, { contentType, bytes: content, encoded });
  }
  return files;
}
