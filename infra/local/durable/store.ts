import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeDurably, writeDurably } from '../durable-file.js';
import type { Instance } from './instance.js';

export type Store = {
  /** When it returns, the document survives a kill. */
  save(instance: Instance): void;
  remove(instanceId: string): void;
  load(): Instance[];
};

/** One JSON file per instance under `folder`, replaced whole: after a kill it is the old document or the new. */
export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  // An instance id may be longer than a file name and differ from another only in case.
  const pathOf = (id: string): string =>
    join(folder, `${createHash('sha256').update(id).digest('hex')}.json`);
  return {
    save: (instance) => writeDurably(pathOf(instance.id), JSON.stringify(instance)),
    remove: (id) => {
      if (existsSync(pathOf(id))) removeDurably(pathOf(id));
    },
    load: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Instance),
  };
}
