import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { localPorts } from '../infra/local/stack.js';

/* The README is true: what it tells a newcomer to type is typed here, and what it says comes out is looked for. */

const root = new URL('..', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );

const run = promisify(execFile);

/** Whether somebody takes connections there. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

/** A line with everything that differs from run to run taken out. */
const shape = (line: string): string =>
  line
    .trim()
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/[0-9a-f]{16}…/g, '<digest>')
    .replace(/\d+–\d+ \w{3} \d{4}|\d+ \w{3} \d{4}/g, '<days>')
    .replace(/\d+/g, '<n>')
    .replace(/ +/g, ' ');

describe('the README', () => {
  it('leads with the two commands', () => {
    const shell = blocks('sh');
    expect(shell[0]?.trim()).toBe('npm ci && npm run demo');
    expect(shell[1]?.trim()).toBe('npm ci && npm test');
  });

  it('names only npm scripts that exist', () => {
    for (const [, name = ''] of readme.matchAll(/npm run ([a-z:]+)/g))
      expect(scripts, name).toHaveProperty(name);
  });

  it('shows what the demo prints', async () => {
    // `npm run demo` builds first; the build is there, and building twice at once would pull it from under other tests.
    const { stdout } = await run(process.execPath, [join(root, 'dist/infra/local/demo/main.js')], {
      timeout: 110_000,
    });
    const printed = new Set(stdout.split('\n').map(shape));
    const shown = (blocks('text')[0] ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '' && line.trim() !== '…');
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.map(shape).filter((line) => !printed.has(line))).toEqual([]);
  }, 120_000);
});

describe('with npm start running', () => {
  let system: ChildProcess;

  beforeAll(async () => {
    system = spawn(process.execPath, [join(root, 'dist/infra/local/start.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        if (/TOKEN=/.test(said)) resolve();
      };
      system.stdout?.on('data', hear);
      system.stderr?.on('data', hear);
      system.once('exit', () => reject(new Error(`npm start ended: ${said}`)));
    });
  }, 120_000);

  // A test that failed leaves nothing running.
  afterAll(() => system.kill('SIGKILL'));

  it('the snippet gets a token and reads the posture', async () => {
    const snippet = blocks('sh').find((block) => block.includes('/posture')) ?? '';
    // A first start takes the demo's tenant in while it already answers: until then there is no such tenant.
    await vi.waitFor(
      async () => {
        const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', snippet]);
        const posture = JSON.parse(stdout) as { tenantId?: string; score?: { controlsApplicable: number } };
        expect(posture.tenantId).toBe('harbour');
        expect(posture.score?.controlsApplicable).toBeGreaterThan(10);
      },
      { timeout: 60_000, interval: 500 },
    );
  }, 70_000);

  it('everything listens on 127.0.0.1 and on no other address', async () => {
    for (const [name, port] of Object.entries(localPorts))
      expect([name, await answers('127.0.0.1', port), await answers('127.0.0.2', port)]).toEqual([
        name,
        true,
        false,
      ]);
  });

  it('Ctrl-C stops everything', async () => {
    const ended = new Promise((resolve) => system.once('exit', resolve));
    system.kill('SIGINT');
    expect(await ended).toBe(0);
    for (const [name, port] of Object.entries(localPorts))
      expect([name, await answers('127.0.0.1', port)]).toEqual([name, false]);
  }, 60_000);
});

describe('verifying us', () => {
  it('the commands that it names are there, and say what they take', async () => {
    const named = [
      ...new Set([...readme.matchAll(/aispm (verify|packet|gate|post)\b/g)].map((match) => match[1] ?? '')),
    ];
    expect(named.sort()).toEqual(['gate', 'packet', 'post', 'verify']);
    for (const name of named) {
      const { stdout } = await run(process.execPath, [join(root, 'dist/shared/cli/main.js'), name, '--help']);
      expect(stdout).toContain(`aispm ${name}`);
    }
    const options = [...readme.matchAll(/npx aispm (\w+) (.*)/g)];
    for (const [, name = '', rest = ''] of options) {
      const { stdout } = await run(process.execPath, [join(root, 'dist/shared/cli/main.js'), name, '--help']);
      for (const [option] of rest.matchAll(/--[a-z]+/g))
        if (option !== '--help') expect(stdout, name).toContain(option);
    }
  });
});
