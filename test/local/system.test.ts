import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/* `npm start` and `npm run reset` in a copy of the built project, so that what a developer keeps here is left alone. */

const root = new URL('../..', import.meta.url).pathname;
let copy: string;
let running: ChildProcess;

const script = (name: string): string => join(copy, 'dist/infra/local', name);
const reset = () => spawnSync(process.execPath, [script('reset.js')], { encoding: 'utf8' });
const kept = (): boolean => existsSync(join(copy, '.local/system'));

/** Holds the state folder as `npm start` does: the lock is what a reset meets, whatever runs behind it. */
const holder = `
  import { openState } from './dist/infra/local/state.js';
  openState('.local/system').path('cosmos');
  console.log('open');
  setInterval(() => undefined, 1000);
`;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'aispm-system-'));
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'holder.mjs'), holder);
  running = spawn(process.execPath, ['holder.mjs'], { cwd: copy, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => running.stdout?.once('data', resolve));
});
afterAll(() => {
  running.kill('SIGKILL');
  rmSync(copy, { recursive: true });
});

describe('npm run reset', () => {
  test('is refused while the system runs, and nothing is lost', () => {
    const { status, stderr } = reset();
    expect(status).toBe(1);
    expect(stderr).toContain(`already running as pid ${running.pid}`);
    expect(kept()).toBe(true);
  });

  test('forgets everything once it has stopped, even when it was killed, and may be repeated', async () => {
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
    mkdirSync(join(copy, '.local/tool-cache'));
    for (const _ of [1, 2]) {
      const { status, stdout } = reset();
      expect([status, kept()]).toEqual([0, false]);
      expect(stdout).toContain('is empty again');
    }
    // What tools keep beside it is theirs.
    expect(existsSync(join(copy, '.local/tool-cache'))).toBe(true);
  });
});
