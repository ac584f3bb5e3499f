import type { Clock, TenantSecrets } from '../ports.js';
import { connectVault, type Vault } from './vault.js';
import { faultOf, reaching } from './rest-faults.js';

/** A changed secret is read within this time. */
const cacheMs = 5 * 60 * 1000;

/** Secrets of a Key Vault named `aispm-<name>-<tenant>`. One that is absent is asked for again each time: it may just be set. */
export function vaultSecrets(vault: Vault, clock: Clock): TenantSecrets {
  let client: ReturnType<typeof connectVault> | undefined;
  const cache = new Map<string, { value: string; until: number }>();
  return {
    async read(tenantId, name) {
      const id = `aispm-${name}-${tenantId}`;
      const cached = cache.get(id);
      if (cached !== undefined && cached.until > clock.now()) return cached.value;
      client ??= connectVault(vault);
      const secrets = await client;
      const value = await reaching('Key Vault', async () => {
        try {
          return (await secrets.getSecret(id)).value ?? null;
        } catch (error) {
          if (faultOf(error)?.status === 404) return null;
          throw error;
        }
      });
      if (value !== null) cache.set(id, { value, until: clock.now() + cacheMs });
      return value;
    },
  };
}
