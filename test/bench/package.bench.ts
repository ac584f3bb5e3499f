import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { stateDirectory } from '../../infra/local/state.js';
import { importMs, type StartRow } from './start.bench.js';

/** Bytes and files of the package, zipped and as the host mounts it, and which libraries weigh most. */
export type PackageRow = {
  zipped: number;
  bytes: number;
  files: number;
  libraries: { name: string; bytes: number }[];
  starts: StartRow[];
};

type File = { path: string; bytes: number };

async function filesUnder(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { path, bytes: (await stat(path)).size };
    }),
  );
}

/** Makes the package as a deployment does, and starts what is in it: without telemetry and with it. */
export async function packageBench(): Promise<PackageRow> {
  const root = join(stateDirectory(), '..');
  await promisify(execFile)('bash', [join(root, 'infra/package.sh')], { maxBuffer: 64 * 1024 * 1024 });
  const folder = join(root, '.local/package');
  const app = join(folder, 'app');
  const files = await filesUnder(app);
  const libraries = new Map<string, number>();
  for (const { path, bytes } of files) {
    const name = /^.*?\/app\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'the app';
    libraries.set(name, (libraries.get(name) ?? 0) + bytes);
  }
  const imported = (file: string): string => JSON.stringify(join(app, 'dist', file));
  const bare = `await import(${imported('functions/index.js')});`;
  const traced = `${bare}
    const { openTelemetry } = await import(${imported('shared/adapters/open-telemetry.js')});
    await openTelemetry({ otlp: 'http://127.0.0.1:9', traceRatio: 1 });`;
  return {
    zipped: (await stat(join(folder, 'app.zip'))).size,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.length,
    libraries: [...libraries].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes),
    starts: [
      { name: 'Node alone', ...(await importMs('', 5)) },
      { name: 'the package imported', ...(await importMs(bare, 5)) },
      { name: 'and OpenTelemetry begun', ...(await importMs(traced, 5)) },
    ],
  };
}
