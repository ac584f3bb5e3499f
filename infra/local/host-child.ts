import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, closeSync, copyFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { followParent } from './azurite.js';

export type HostChild = {
  url: string;
  /** As a crash does: nothing of the process runs any more when this resolves. */
  kill(): Promise<void>;
  /** Lets running work finish; after ten seconds more than the host itself waits, it is killed. */
  stop(): Promise<void>;
};

export type HostChildOptions = {
  /** Folder of the compiled project. */
  dist: string;
  state: string;
  /** 0 takes a free port. */
  port: number;
  settings: Readonly<Record<string, string>>;
  keys: { master: string; system: string };
  /** The host ended though nobody asked it to. */
  onDeath: (how: string) => void;
};

const startLimitMs = 30_000;
const stopLimitMs = 20_000;

/** Runs the local host with the compiled app as a process of its own and waits until the app answers for its health. */
export const startHostChild = async (options: HostChildOptions): Promise<HostChild> => {
  mkdirSync(options.state, { recursive: true });
  const logFile = join(options.state, 'host.log');
  const child = launch(options, logFile);
  let wanted = true;
  const exited = once(child, 'exit').then(() => keepLog(logFile));
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    wanted = false;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(impatience);
  };
  try {
    const url = await untilListening(child, logFile);
    await untilHealthy(url, logFile);
    child.once('exit', (code, signal) => {
      if (wanted) options.onDeath(`the host ended with ${signal ?? `code ${code}`}; its log is ${logFile}`);
    });
    return { url, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
  } catch (error) {
    await end('SIGTERM');
    throw error;
  }
};

const launch = ({ dist, state, port, settings, keys }: HostChildOptions, logFile: string): ChildProcess => {
  const log = openSync(logFile, 'a');
  try {
    return spawn(process.execPath, ['--import', followParent, join(dist, 'infra/local/host/main.js')], {
      stdio: ['pipe', 'pipe', log],
      // Every variable is an app setting, so nothing of the person's own shell goes in.
      env: {
        PATH: process.env.PATH ?? '',
        ...settings,
        AISPM_HOST_PORT: String(port),
        AISPM_HOST_ENTRY: join(dist, 'functions/index.js'),
        AISPM_HOST_STATE: state,
        AISPM_HOST_MASTER_KEY: keys.master,
        AISPM_HOST_SYSTEM_KEY: keys.system,
      },
      // Ctrl-C in a terminal goes to the whole group; the host is stopped in its turn instead.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
};

/** Where somebody keeps the logs of all hosts, a copy stays when the state of this one is gone. */
const keepLog = (logFile: string): void => {
  const folder = process.env.AISPM_KEEP_LOGS;
  if (folder !== undefined) copyFileSync(logFile, join(folder, `host-${randomUUID()}.log`));
};

const untilListening = (child: ChildProcess, logFile: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { stdout } = child;
    if (stdout === null) throw new Error('the host has no output');
    const late = new Error(`the host did not start in time; its log is ${logFile}`);
    const impatience = setTimeout(() => reject(late), startLimitMs);
    createInterface({ input: stdout }).on('line', (line) => {
      // Whatever else the app prints is its telemetry.
      if (!line.startsWith('listening ')) return appendFileSync(logFile, `${line}\n`);
      clearTimeout(impatience);
      resolve(line.slice('listening '.length));
    });
    child.once('exit', () => {
      clearTimeout(impatience);
      reject(new Error(`the host ended while starting:\n${tailOf(logFile)}`));
    });
  });

/** A host whose app cannot be loaded is up and serves nothing: only the app's own answer says that it runs. */
const untilHealthy = async (url: string, logFile: string): Promise<void> => {
  const response = await fetch(`${url}/api/health`);
  await response.arrayBuffer();
  if (!response.ok)
    throw new Error(`the app does not run: /api/health answers ${response.status}\n${tailOf(logFile)}`);
};

const tailOf = (logFile: string): string =>
  readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
