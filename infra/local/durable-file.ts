import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file so that a crash leaves either the old content or the new, never a part: a temporary file
 * beside it, flushed, then renamed over it, then the folder flushed, because the name lives there.
 * Synchronous, so two writes of one process cannot interleave.
 */
export const writeDurably = (path: string, content: string | Buffer): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  flushFolder(dirname(path));
};

/** Removes a file so that it stays removed after a crash. */
export const removeDurably = (path: string): void => {
  unlinkSync(path);
  flushFolder(dirname(path));
};

const flushFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
