import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type State = {
  /** The sub-folder of that name (lower-case letters, digits, hyphens), created when it is missing. */
  path(name: string): string;
  /** Gives the start lock back. Safe to call twice. */
  release(): void;
};

/** `.local/` in the project root, git-ignored: everything the stand-ins keep between two starts. */
export const stateDirectory = (): string => {
  // Compiled code lies one folder deeper than its source, so the root is found, not counted.
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json stands above the local stand-ins');
    folder = parent;
  }
  return join(folder, '.local');
};

const heldHere = new Set<string>();

/**
 * Opens the state folder for this process alone. Two systems on one folder would each overwrite what the
 * other wrote, and no store below notices a second opening. A lock whose process is gone is taken over;
 * one whose process lives rejects with a message that names the process.
 */
export const openState = (directory: string): State => {
  const root = resolve(directory);
  mkdirSync(root, { recursive: true });
  const lock = join(root, 'lock');
  takeLock(lock);
  heldHere.add(lock);
  return {
    path: (name) => {
      if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`"${name}" is not a name of a state folder`);
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    release: () => {
      if (heldHere.delete(lock)) rmSync(lock, { force: true });
    },
  };
};

const takeLock = (lock: string): void => {
  // A link appears with its content, so no other process ever reads a lock without a number in it.
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    while (!tryLink(mine, lock)) removeStale(lock);
  } finally {
    rmSync(mine, { force: true });
  }
};

const removeStale = (lock: string): void => {
  const holder = readHolder(lock);
  if (holder === undefined) return;
  if (isAlive(Number(holder), lock)) throw new Error(alreadyRunning(holder, lock));
  // Another start may take over at this very moment. Only one rename wins; whoever moved away a lock that
  // is not the stale one puts it back.
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readHolder(aside) !== holder) tryLink(aside, lock);
  rmSync(aside, { force: true });
};

const alreadyRunning = (pid: string, lock: string): string =>
  `The local system is already running as pid ${pid}; stop it or, if that process is something else, delete ${lock}.`;

const tryLink = (existing: string, path: string): boolean => {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const readHolder = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const isAlive = (pid: number, lock: string): boolean => {
  // In a container every start may get the same number: our own number in a lock we did not take is stale.
  if (pid === process.pid) return heldHere.has(lock);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
