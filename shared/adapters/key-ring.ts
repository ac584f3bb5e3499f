import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretClient } from '@azure/keyvault-secrets';

import { fromBase64, fromBase64Url, toBase64 } from '../core/kernel/bytes.js';
import type { Clock, KeyRing } from '../ports.js';
import type { VerifiedTenant } from '../core/kernel/verified-tenant.js';
import { privateJwk, signingKeyOf, signWith, type SigningKey } from './ed25519.js';
import { faultOf, reaching } from './rest-faults.js';
import { connectVault, type Vault } from './vault.js';

const cacheMs = 5 * 60 * 1000;
/** The vault's times are whole seconds: after this wait every rival of our own second is visible. */
const rivalMs = 1_200;

type SecretVersion = { version: string; created: number };

/**
 * Enabled versions of a secret, oldest first; none where there is no such secret. The oldest is the current one, because a
 * vault has no conditional write: of two creators the earlier one wins for both. Rotation adds a version and disables
 * those before it.
 */
async function versionsOf(client: SecretClient, name: string): Promise<SecretVersion[]> {
  const versions: SecretVersion[] = [];
  try {
    for await (const { version, createdOn, enabled } of client.listPropertiesOfSecretVersions(name))
      if (enabled !== false && version !== undefined)
        versions.push({ version, created: createdOn?.getTime() ?? 0 });
  } catch (error) {
    if (faultOf(error)?.status !== 404) throw error;
  }
  return versions.sort((a, b) => a.created - b.created || (a.version < b.version ? -1 : 1));
}

/** Value of the version in this place, or null where there are not so many. */
async function valueAt(client: SecretClient, name: string, place: number): Promise<string | null> {
  const version = (await versionsOf(client, name))[place]?.version;
  return version === undefined ? null : ((await client.getSecret(name, { version })).value ?? null);
}

const parseKey = (value: string): SigningKey => {
  const { d } = JSON.parse(value) as { d: string };
  return signingKeyOf(fromBase64Url(d));
};

/** Signing and MAC keys as secrets of a Key Vault, two a tenant, read once in five minutes. */
export function vaultKeyRing(vault: Vault, clock: Clock): KeyRing {
  let client: Promise<SecretClient> | undefined;
  const cache = new Map<string, { value: Promise<string>; until: number }>();

  const reach = async <T>(work: (secrets: SecretClient) => Promise<T>): Promise<T> => {
    client ??= connectVault(vault);
    const secrets = await client;
    return reaching('Key Vault', () => work(secrets));
  };
  /** The value in a place, made there where absent. A rival may have made it in the same second: then the earlier stands. */
  const made = async (secrets: SecretClient, name: string, place: number, create: () => string) => {
    const found = await valueAt(secrets, name, place);
    if (found !== null) return found;
    await secrets.setSecret(name, create());
    await sleep(rivalMs);
    const winner = await valueAt(secrets, name, place);
    if (winner === null) throw new Error(`the vault lost the secret ${name}`);
    return winner;
  };
  const load = (name: string, create: (() => string) | null): Promise<string> =>
    reach(async (secrets) => {
      if (create !== null) return made(secrets, name, 0, create);
      // Never on use: a key that vanished must be noticed, not replaced by another.
      const found = await valueAt(secrets, name, 0);
      if (found === null) throw new Error(`the vault has no secret ${name}`);
      return found;
    });
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
  const signingName = (tenantId: VerifiedTenant): string => `aispm-log-${tenantId}`;
  const macName = (tenantId: VerifiedTenant): string => `aispm-mac-${tenantId}`;

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
      return { keyId: key.keyId, publicKey: key.publicKey, signature: signWith(key, bytes) };
    },
    async successor(tenantId) {
      const name = signingName(tenantId);
      await secret(name, null);
      const { keyId, publicKey } = parseKey(await reach((s) => made(s, name, 1, newSigningKey)));
      return { keyId, publicKey };
    },
    async promote(tenantId, keyId) {
      const name = signingName(tenantId);
      await reach(async (secrets) => {
        const versions = await versionsOf(secrets, name);
        for (const [place, { version }] of versions.entries()) {
          const { value = '' } = await secrets.getSecret(name, { version });
          if (parseKey(value).keyId !== keyId) continue;
          for (const before of versions.slice(0, place))
            await secrets.updateSecretProperties(name, before.version, { enabled: false });
          return;
        }
        throw new Error('the key is not one of the tenant’s keys in use');
      });
      cache.delete(name);
    },
    macKey: async (tenantId) => fromBase64(await secret(macName(tenantId), null)),
  };
}
