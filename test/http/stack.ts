import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startAzurite } from '../../infra/local/azurite.js';
import { startCosmos } from '../../infra/local/cosmos/server.js';
import { durableExtension } from '../../infra/local/durable/extension.js';
import { startHost } from '../../infra/local/host/host.js';
import { startIssuer, type Issuer } from '../../infra/local/issuer/server.js';
import { startKeyVault } from '../../infra/local/key-vault/server.js';
import { ensureBlobContainers } from '../../shared/adapters/blob.js';
import { ensureContainers } from '../../shared/adapters/cosmos/client.js';
import { readConfiguration } from '../../shared/configuration.js';
import { accountsOf } from '../../shared/services.js';
import { keepText } from '../suite-logs/keep.js';

/** What the stack says it is. */
export const runningBuild = { name: 'under-test', digest: 'b'.repeat(64) };

export type Stack = {
  url: string;
  /** Where Event Grid delivers, key included; add the function's name. */
  eventGrid: string;
  /** Starts a function that is no route by its name, as an administrator does. @returns the status. */
  start(name: string): Promise<number>;
  issuer: Issuer;
  vault: { url: string; token: string };
  /** Names of the app's functions as the host loaded them. */
  functions: string[];
  lines: string[];
  close(): Promise<void>;
};

/** The compiled app under the local host, with every stand-in that it needs, each on a free port. */
export async function startStack(more: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'aispm-http-'));
  const at = (name: string): { port: 0; directory: string } => ({ port: 0, directory: join(folder, name) });
  const [cosmos, vault, issuer, azurite] = await Promise.all([
    startCosmos(at('cosmos')),
    startKeyVault({ ...at('vault'), token: 'vault-token' }),
    startIssuer({ ...at('issuer'), audience: 'aispm' }),
    startAzurite(at('azurite')),
  ]);
  const blob = /BlobEndpoint=([^;]+);/.exec(azurite.connectionString)?.[1] ?? '';
  const settings = {
    AISPM_ENVIRONMENT: 'test',
    AISPM_RELEASE: runningBuild.name,
    AISPM_RELEASE_DIGEST: runningBuild.digest,
    COSMOS__accountEndpoint: cosmos.endpoint,
    COSMOS__accountKey: cosmos.key,
    COSMOS_DATABASE: 'aispm',
    BLOB__serviceUri: blob,
    KEY_VAULT_URI: vault.url,
    KEY_VAULT_TOKEN: 'vault-token',
    MAIL_ENDPOINT: 'http://127.0.0.1:9',
    MAIL_ACCESS_KEY: 'a2V5',
    MAIL_SENDER: 'reports@example.com',
    TOKEN_ISSUER: issuer.issuer,
    TOKEN_AUDIENCE: issuer.audience,
    TOKEN_JWKS_URI: issuer.jwksUri,
    DURABLE_TASK_HUB: 'aispm',
    ...more,
  };
  const accounts = accountsOf(readConfiguration(settings));
  await Promise.all([ensureContainers(accounts.cosmos), ensureBlobContainers(accounts.blob)]);
  const lines: string[] = [];
  const log = (level: string, name: string, message: string): void => {
    lines.push(`${level} ${name}: ${message}`);
    keepText(`${lines.at(-1)}\n`);
  };
  const host = await startHost({
    port: 0,
    entry: fileURLToPath(new URL('../../dist/functions/index.js', import.meta.url)),
    state: join(folder, 'host'),
    settings,
    extensions: [durableExtension({ state: join(folder, 'durable'), log })],
    log,
  });
  return {
    url: `${host.url}/api`,
    eventGrid: `${host.url}/runtime/webhooks/EventGrid?code=${host.systemKey}&functionName=`,
    start: async (name) => {
      const headers = { 'content-type': 'application/json', 'x-functions-key': host.masterKey };
      return (await fetch(`${host.url}/admin/functions/${name}`, { method: 'POST', headers, body: '{}' }))
        .status;
    },
    issuer,
    vault: { url: vault.url, token: 'vault-token' },
    functions: [...host.worker.functions.keys()],
    lines,
    close: async () => {
      await host.close();
      await Promise.all([cosmos.close(), vault.close(), issuer.close(), azurite.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
