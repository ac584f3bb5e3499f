import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';

import { fromBase64, fromBase64Url, toBase64 } from '../core/kernel/bytes.js';
import type { Clock, KeyRing } from '../ports.js';
import type { TenantId } from '../../schemas/primitives.js';
import { privateJwk, signingKeyOf, signWith, type SigningKey } from './ed25519.js';
import { briefRetries, faultOf, reaching } from './rest-faults.js';

export type Vault = {
  uri: string;
  credential: TokenCredential;
  /** Plain HTTP and a host outside vault.azure.net, for the local stack. */
  loopback: boolean;
};

const cacheMs = 5 * 60 * 1000;
/** The vault's times are whole seconds: after this wait every rival of our own second is visible. */
const rivalMs = 1_200;

async function connect(vault: Vault): Promise<SecretClient> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  return new SecretClient(vault.uri, vault.credential, {
    retryOptions: briefRetries,
    ...(vault.loopback ? { allowInsecureConnection: true, disableChallengeResourceVerification: true } : {}),
  });
}

/**
 * Value of a secret's current version: the oldest enabled one, or null where there is none. Oldest, because a vault has
 * no conditional write: of two creators the earlier one wins for both. Rotation adds a version and disables the older.
 */
async function currentValue(client: SecretClient, name: string): Promise<string | null> {
  const versions: { version: string; created: number }[] = [];
  for await (const { version, createdOn, enabled } of client.listPropertiesOfSecretVersions(name))
    if (enabled !== false && version !== undefined)
      versions.push({ version, created: createdOn?.getTime() ?? 0 });
  versions.sort((a, b) => a.created - b.created || (a.version < b.version ? -1 : 1));
  const [oldest] = versions;
  if (oldest === undefined) return null;
  return (await client.getSecret(name, { version: oldest.version })).value ?? null;
}

async function existing(client: SecretClient, name: string): Promise<string | null> {
  try {
    return await currentValue(client, name);
  } catch (error) {
    if (faultOf(error)?.status === 404) return null;
    throw error;
  }
}

const parseKey = (value: string): SigningKey => {
  const { d } = JSON.parse(value) as { d: string };
  return signingKeyOf(fromBase64Url(d));
};

/** Signing and MAC keys as secrets of a Key Vault, two a tenant, read once in five minutes. */
export function vaultKeyRing(vault: Vault, clock: Clock): KeyRing {
  let client: Promise<SecretClient> | undefined;
  const cache = new Map<string, { value: Promise<string>; until: number }>();

  const load = async (name: string, create: (() => string) | null): Promise<string> => {
    client ??= connect(vault);
    const secrets = await client;
    return reaching('Key Vault', async () => {
      const found = await existing(secrets, name);
      if (found !== null) return found;
      // Never on use: a key that vanished must be noticed, not replaced by another.
      if (create === null) throw new Error(`the vault has no secret ${name}`);
      await secrets.setSecret(name, create());
      await sleep(rivalMs);
      const winner = await existing(secrets, name);
      if (winner === null) throw new Error(`the vault lost the secret ${name}`);
      return winner;
    });
  };
  const secret = (name: string, create: (() => string) | null): Promise<string> => {
    const cached = cache.get(name);
    if (cached !== undefined && cached.until > clock.now()) return cached.value;
    const value = load(name, create);
    cache.set(name, { value, until: clock.now() + cacheMs });
    value.catch(() => cache.delete(name));
    return value;
  };
  const newSigningKey = (): string => JSON.stringify(privateJwk(signingKeyOf(randomBytes(32))));
  const newMacKey = (): string => toBase64(randomBytes(32));
  const signingName = (tenantId: TenantId): string => `aispm-log-${tenantId}`;
  const macName = (tenantId: TenantId): string => `aispm-mac-${tenantId}`;

  return {
    async ensure(tenantId) {
      const [value] = await Promise.all([
        secret(signingName(tenantId), newSigningKey),
        secret(macName(tenantId), newMacKey),
      ]);
      const { keyId, publicKey } = parseKey(value);
      return { keyId, publicKey };
    },
    async sign(tenantId, bytes) {
      const key = parseKey(await secret(signingName(tenantId), null));
      return { keyId: key.keyId, signature: signWith(key, bytes) };
    },
    macKey: async (tenantId) => fromBase64(await secret(macName(tenantId), null)),
  };
}
