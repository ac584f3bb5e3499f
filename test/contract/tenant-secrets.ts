import { describe, expect, it } from 'vitest';

import type { TenantId } from '../../schemas/primitives.js';
import type { TenantSecrets } from '../../shared/ports.js';
import { freshTenant } from './samples.js';

type Name = Parameters<TenantSecrets['read']>[1];

/** What every store of a tenant's secrets promises. `put` is what an operator does. */
export function tenantSecretsContract(
  secrets: () => TenantSecrets,
  put: (tenantId: TenantId, name: Name, value: string) => Promise<void>,
): void {
  describe('secrets that an operator put in', () => {
    it('are read by tenant and name, and are nobody else’s', async () => {
      const tenantId = freshTenant();
      await put(tenantId, 'github-webhook', 'hook');
      expect(await secrets().read(tenantId, 'github-webhook')).toBe('hook');
      expect(await secrets().read(tenantId, 'github-app')).toBeNull();
      expect(await secrets().read(freshTenant(), 'github-webhook')).toBeNull();
    });

    it('are found once they are put, also where they were asked for before', async () => {
      const tenantId = freshTenant();
      expect(await secrets().read(tenantId, 'github-app')).toBeNull();
      await put(tenantId, 'github-app', 'key');
      expect(await secrets().read(tenantId, 'github-app')).toBe('key');
    });
  });
}
