import type { VerifiedTenant } from '../core/kernel/verified-tenant.js';
import type { BlobStore } from '../ports.js';

/**
 * The blobs of one tenant: every name stands below its own folder. A step up or an empty one is refused, because the
 * library resolves it as part of an address.
 */
export function tenantBlobs(all: BlobStore, tenantId: VerifiedTenant): BlobStore {
  const own = (name: string): string => {
    const [folder, ...steps] = name.split('/');
    const outside = steps.length === 0 || steps.slice(0, -1).includes('') || /(^|\/)\.{1,2}(\/|$)/.test(name);
    if (folder !== tenantId || outside || name.includes('\\')) throw new Error('a blob of another tenant');
    return name;
  };
  return {
    create: async (container, name, bytes, contentType) =>
      all.create(container, own(name), bytes, contentType),
    get: async (container, name) => all.get(container, own(name)),
    list: async (container, prefix) => all.list(container, own(prefix)),
  };
}
