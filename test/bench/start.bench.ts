import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startHostChild } from '../../infra/local/host-child.js';
import { stateDirectory } from '../../infra/local/state.js';
import { quantile } from './rate.js';

/** Modules loaded when the app's entry is imported, by package; and those of them that only reports need. */
export type Loaded = { modules: number; packages: Map<string, number>; reportLibraries: string[] };

/** What renders reports and archives: loaded when first a report is rendered, never at a start. */
const forReportsOnly = /^(pdfkit|fontkit|dejavu-fonts-ttf|@expo-google-fonts\/.*|fflate|exceljs|linebreak)$/;

const root = join(stateDirectory(), '..');
const entry = join(root, 'dist/functions/index.js');

async function settings(): Promise<Record<string, string>> {
  const sample = JSON.parse(await readFile(join(root, 'local.settings.sample.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  return sample.Values;
}

/** Runs a module's text in a new Node with the sample settings. @returns what it printed, as JSON. */
async function inNode<T>(text: string): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], {
    env: { PATH: process.env['PATH'] ?? '', ...(await settings()) },
    maxBuffer: 32 * 1024 * 1024,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as T;
}

/** Counts the scripts that V8 parses while the entry is imported. */
export async function loadedModules(): Promise<Loaded> {
  const { urls } = await inNode<{ urls: string[] }>(`
    import { Session } from 'node:inspector';
    const session = new Session();
    session.connect();
    const urls = new Set();
    session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url));
    session.post('Debugger.enable');
    await import(${JSON.stringify(entry)});
    console.log('\\n' + JSON.stringify({ urls: [...urls] }));
    process.exit();`);
  const packages = new Map<string, number>();
  const files = urls.filter((url) => url.startsWith('file:') || url.startsWith('/'));
  for (const url of files) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? 'the app';
    packages.set(name, (packages.get(name) ?? 0) + 1);
  }
  const reportLibraries = [...packages.keys()].filter((name) => forReportsOnly.test(name));
  return { modules: files.length, packages, reportLibraries };
}

/** Milliseconds: processor time and wall time until the entry is imported, and of a Node that does nothing. */
export async function importMs(text: string, runs: number): Promise<{ processor: number; wall: number }> {
  const times: { processor: number; wall: number }[] = [];
  for (let run = 0; run < runs; run++)
    times.push(
      await inNode(`${text}
        const { user, system } = process.cpuUsage();
        console.log('\\n' + JSON.stringify({ processor: (user + system) / 1000, wall: performance.now() }));
        process.exit();`),
    );
  return {
    processor: quantile(
      times.map((t) => t.processor),
      0.5,
    ),
    wall: quantile(
      times.map((t) => t.wall),
      0.5,
    ),
  };
}

/** Wall time from starting the local host's process to its first answer of GET /api/health. */
async function firstAnswerMs(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-bench-'));
  const began = performance.now();
  const host = await startHostChild({
    dist: join(root, 'dist'),
    state: directory,
    port: 0,
    settings: await settings(),
    keys: { master: 'bench', system: 'bench' },
    onDeath: () => undefined,
  });
  const answered = performance.now() - began;
  await host.kill();
  await rm(directory, { recursive: true, force: true });
  return answered;
}

export type StartRow = { name: string; processor: number | null; wall: number };

/** Medians of `runs` starts. */
export async function startBench(runs = 5): Promise<StartRow[]> {
  const bare = await importMs('', runs);
  const app = await importMs(`await import(${JSON.stringify(entry)});`, runs);
  const answers: number[] = [];
  for (let run = 0; run < Math.min(3, runs); run++) answers.push(await firstAnswerMs());
  return [
    { name: 'Node alone', ...bare },
    { name: 'dist/functions/index.js imported', ...app },
    { name: 'first answer of GET /api/health, local host', processor: null, wall: quantile(answers, 0.5) },
  ];
}
