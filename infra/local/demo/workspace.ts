import { execFile } from 'node:child_process';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type Workspace = {
  /** The clone that the agents work in. */
  folder: string;
  /** The bare repository it pushes to. Nothing there guards its branches: only the policy does. */
  origin: string;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  command(argv: readonly string[]): Promise<string>;
  git(...args: string[]): Promise<string>;
};

const run = promisify(execFile);

const checkScript = `import { readFileSync } from 'node:fs';
if (!readFileSync('src/fees.mjs', 'utf8').includes('export')) process.exit(1);
`;
const releaseScript = `import { writeFileSync } from 'node:fs';
writeFileSync('release.json', JSON.stringify({ release: '2.1.0' }));
`;
const notesScript = `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync('NOTES.md', '# Notes\\n\\n' + readFileSync('README.md', 'utf8'));
`;

/** A small repository with one commit on main, its bare origin, a file with a secret, and a folder worth losing. */
export const makeWorkspace = async (parent: string): Promise<Workspace> => {
  // The MCP server compares real paths, and a temporary folder may lie behind a link.
  const root = await realpath(parent);
  const folder = join(root, 'payments');
  const origin = join(root, 'origin.git');
  // Nothing of the person who runs this: neither their Git settings nor a repository their shell points at.
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    GIT_CONFIG_GLOBAL: join(root, 'no-git-settings'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'payments-builder',
    GIT_AUTHOR_EMAIL: 'payments-builder@harbour.example',
    GIT_COMMITTER_NAME: 'payments-builder',
    GIT_COMMITTER_EMAIL: 'payments-builder@harbour.example',
  };
  const exec = async (program: string, args: readonly string[], cwd: string): Promise<string> =>
    (await run(program, [...args], { cwd, env, timeout: 30_000 })).stdout;
  const workspace: Workspace = {
    folder,
    origin,
    read: (path) => readFile(join(folder, path), 'utf8'),
    write: async (path, text) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    command: ([program = '', ...args]) =>
      exec(basename(program) === 'node' ? process.execPath : program, args, folder),
    git: (...args) => exec('git', args, folder),
  };
  await exec('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin], root);
  await exec('git', ['clone', '--quiet', origin, folder], root);
  await workspace.git('checkout', '--quiet', '-B', 'main');
  await workspace.write('README.md', '# Payments\n\nFees of Harbour Mutual.\n');
  await workspace.write('scripts/check.mjs', checkScript);
  await workspace.write('scripts/release.mjs', releaseScript);
  await workspace.write('scripts/notes.mjs', notesScript);
  await workspace.write('build/index.html', '<p>the last good build</p>\n');
  await workspace.write('.gitignore', '.env\n');
  await workspace.write('.env', 'PAYMENTS_PASSWORD=never-to-be-read\n');
  await workspace.git('add', '.');
  await workspace.git('commit', '--quiet', '-m', 'Start the repository');
  await workspace.git('push', '--quiet', 'origin', 'main');
  return workspace;
};
