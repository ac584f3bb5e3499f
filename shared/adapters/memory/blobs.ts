import type { Blobs, BlobStore } from '../../ports.js';
import { tenantBlobs } from '../tenant-blobs.js';

/** Immutable blobs in memory. */
export function memoryBlobs(): Blobs {
  const all = allBlobs();
  return { open: (tenantId) => tenantBlobs(all, tenantId) };
}

function allBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  const pathOf = (container: string, name: string): string => `${container}/${name}`;
  return {
    create(container, name, bytes) {
      const path = pathOf(container, name);
      if (blobs.has(path)) return Promise.resolve(false);
      blobs.set(path, Uint8Array.from(bytes));
      return Promise.resolve(true);
    },
    get(container, name) {
      const bytes = blobs.get(pathOf(container, name));
      return Promise.resolve(bytes === undefined ? null : Uint8Array.from(bytes));
    },
    list(container, prefix) {
      const start = pathOf(container, '');
      const names = [...blobs.keys()]
        .filter((path) => path.startsWith(pathOf(container, prefix)))
        .map((path) => path.slice(start.length));
      return Promise.resolve(names.sort());
    },
  };
}
