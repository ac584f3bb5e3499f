import type { TenantId } from '../../../schemas/primitives.js';
import type { TenantSecrets } from '../../ports.js';

/** Secrets in memory; `put` is what an operator does at the vault. */
export function memorySecrets(): TenantSecrets & {
  put(tenantId: TenantId, name: Parameters<TenantSecrets['read']>[1], value: string): void;
} {
  const known = new Map<string, string>();
  return {
    read: (tenantId, name) => Promise.resolve(known.get(`${tenantId}/${name}`) ?? null),
    put: (tenantId, name, value) => void known.set(`${tenantId}/${name}`, value),
  };
}
