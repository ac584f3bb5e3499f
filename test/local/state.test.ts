import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openState, stateDirectory } from '../../infra/local/state.js';

let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'state-')), 'state');
});

afterEach(() => rm(join(directory, '..'), { recursive: true }));

describe('the state folder', () => {
  it('lies in the project root', () => {
    expect(stateDirectory()).toBe(join(import.meta.dirname, '..', '..', '.local'));
  });

  it('makes a sub-folder for each name and refuses a name that leads elsewhere', () => {
    const state = openState(directory);
    expect(statSync(state.path('mail')).isDirectory()).toBe(true);
    expect(() => state.path('../elsewhere')).toThrow('is not a name of a state folder');
    state.release();
  });

  it('opens once: a second start is told which process holds it', () => {
    const state = openState(directory);
    expect(() => openState(directory)).toThrow(`already running as pid ${process.pid}; stop it or`);
    state.release();
    state.release();
    openState(directory).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('respects the lock of another process that lives', () => {
    openState(directory).release();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(join(directory, 'lock'), String(other.pid));
    expect(() => openState(directory)).toThrow(`already running as pid ${other.pid}`);
    other.kill('SIGKILL');
  });

  it('takes over the lock of a process that is gone, or a lock without a number', () => {
    openState(directory).release();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    for (const content of [String(gone), '']) {
      writeFileSync(join(directory, 'lock'), content);
      const state = openState(directory);
      expect(existsSync(join(directory, 'lock'))).toBe(true);
      state.release();
      expect(readdirSync(directory)).toEqual([]);
    }
  });
});
