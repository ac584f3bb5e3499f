import { spawn } from 'node:child_process';

import { exerciseOutcomeSchema, type ExerciseAction, type ExerciseOutcome } from '../../schemas/exercise.js';
import { isLoopback } from '../core/kernel/loopback.js';
import { notAbout } from '../core/readiness/exercise.js';
import { CannotTell, type Terminal } from './terminal.js';

/** A runtime: takes one action, and says what became of it or why that is not known. */
export type Runtime = (action: ExerciseAction) => Promise<{ outcome: ExerciseOutcome } | { unknown: string }>;

const timeoutMs = 60_000;
const mostBytes = 1024 * 1024;

/** A runtime at an address (POST), or as a command that reads the action from its standard input. @throws CannotTell */
export function openRuntime(where: string, args: readonly string[], terminal: Terminal): Runtime {
  const isAddress = /^https?:/.test(where);
  if (isAddress) requireReachable(where);
  const ask = isAddress
    ? (body: string) => posted(where, body, terminal)
    : (body: string) => run(where, args, body);
  return async (action) => {
    let text: string;
    try {
      text = await ask(JSON.stringify(action));
    } catch (error) {
      return { unknown: error instanceof Error ? error.message : 'the runtime did not answer' };
    }
    const parsed = exerciseOutcomeSchema.safeParse(jsonOf(text));
    if (!parsed.success) return { unknown: 'the runtime does not say what became of the action' };
    const fault = notAbout(parsed.data, action);
    return fault === null ? { outcome: parsed.data } : { unknown: fault };
  };
}

/** @throws CannotTell before anything is attempted: what goes to a runtime is not for whoever listens on the way. */
function requireReachable(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(url)))
    throw new CannotTell('a runtime is reached over https, or http on this machine');
}

async function posted(url: string, body: string, terminal: Terminal): Promise<string> {
  const response = await terminal.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the runtime answers ${response.status}`);
  return text;
}

/** No shell: the command and its arguments are what was given, to the letter. */
function run(command: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], timeout: timeoutMs });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > mostBytes) child.kill();
    });
    // A command that ends without reading is told by its exit.
    child.stdin.on('error', () => undefined);
    child.on('error', () => reject(new Error('the runtime cannot be started')));
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`the runtime ended with ${code ?? 'a signal'}`)),
    );
    child.stdin.end(input);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
