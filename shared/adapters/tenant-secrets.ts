import type { Clock, TenantSecrets } from '../ports.js';
import { connectVault, type Vault } from './vault.js';
import { faultOf, reaching } from './rest-faults.js';

/** A changed secret is read within this time. */
const cacheMs = 5 * 60 * 1000;

/** Reads secrets of a Key Vault by their names. One that is absent is asked for again each time: it may just be set. */
export function secretReader(vault: Vault, clock: Clock): (name: string) => Promise<string | null> {
  let client: ReturnType<typeof connectVault> | undefined;
  const cache = new Map<string, { value: string; until: number }>();
  return async (name) => {
    const cached = cache.get(name);
    if (cached !== undefined && cached.until > clock.now()) return cached.value;
    client ??= connectVault(vault);
    const secrets = await client;
    const value = await reaching('Key Vault', async () => {
      try {
        return (await secrets.getSecret(name)).value ?? null;
      } catch (error) {
        if (faultOf(error)?.status === 404) return null;
        throw error;
      }
    });
    if (value !== null) cache.set(name, { value, until: clock.now() + cacheMs });
    return value;
  };
}

/** Secrets that operators put into the vault for their tenant, named `aispm-<name>-<tenant>`. */
export function vaultSecrets(vault: Vault, clock: Clock): TenantSecrets {
  const read = secretReader(vault, clock);
  return { read: (tenantId, name) => read(`aispm-${name}-${tenantId}`) };
}
