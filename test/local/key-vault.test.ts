import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKeyVault, type KeyVault } from '../../infra/local/key-vault/server.js';
import { listen } from '../../infra/local/listen.js';

let directory: string;
let vault: KeyVault;

const clientFor = (url: string, token = 'local-token'): SecretClient =>
  new SecretClient(
    url,
    { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    {
      allowInsecureConnection: true,
      disableChallengeResourceVerification: true,
      retryOptions: { maxRetries: 0 },
    },
  );

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'key-vault-'));
  vault = await startKeyVault({ port: 0, directory, token: 'local-token' });
});

afterEach(async () => {
  await vault.close();
  await rm(directory, { recursive: true });
});

describe('the Key Vault stand-in, with the real client', () => {
  it('returns the latest version of a secret and any earlier version by its id', async () => {
    const client = clientFor(vault.url);
    const first = await client.setSecret('signing-key', 'one', {
      tags: { tenant: 'acme' },
      contentType: 'text',
    });
    await client.setSecret('signing-key', 'two');
    expect((await client.getSecret('signing-key')).value).toBe('two');
    const version = first.properties.version ?? '';
    const again = await client.getSecret('signing-key', { version });
    expect(again.value).toBe('one');
    expect(again.properties).toMatchObject({
      version,
      enabled: true,
      contentType: 'text',
      tags: { tenant: 'acme' },
    });
    expect(again.properties.createdOn).toBeInstanceOf(Date);
  });

  it('lists versions and names over several pages and never shows a value', async () => {
    const client = clientFor(vault.url);
    for (const value of ['a', 'b', 'c']) await client.setSecret('rotated', value);
    const versions: (string | undefined)[] = [];
    for await (const one of client.listPropertiesOfSecretVersions('rotated')) versions.push(one.version);
    expect(new Set(versions).size).toBe(3);

    for (let index = 0; index < 27; index += 1) await client.setSecret(`name-${index}`, 'x');
    const names = new Set<string>();
    const pages: number[] = [];
    for await (const page of client.listPropertiesOfSecrets().byPage()) {
      pages.push(page.length);
      for (const one of page) names.add(one.name);
      expect(JSON.stringify(page)).not.toContain('"value"');
    }
    expect(pages).toEqual([25, 3]);
    expect(names.size).toBe(28);
  });

  it('answers SecretNotFound with 404 for a name or a version that does not exist', async () => {
    const client = clientFor(vault.url);
    await expect(client.getSecret('absent')).rejects.toMatchObject({
      statusCode: 404,
      code: 'SecretNotFound',
    });
    await client.setSecret('present', 'x');
    await expect(client.getSecret('present', { version: 'f'.repeat(32) })).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('refuses a wrong token, and a call without one gets the challenge', async () => {
    await expect(clientFor(vault.url, 'other').getSecret('any')).rejects.toMatchObject({ statusCode: 401 });
    const bare = await fetch(`${vault.url}/secrets/any?api-version=7.6`);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toMatch(/^Bearer authorization="https:.*resource="https:/);
  });

  it('deletes softly: gone from reading, its name blocked until it is purged', async () => {
    const client = clientFor(vault.url);
    await client.setSecret('leaving', 'x');
    const poller = await client.beginDeleteSecret('leaving', { intervalInMs: 10 });
    expect((await poller.pollUntilDone()).name).toBe('leaving');
    await expect(client.getSecret('leaving')).rejects.toMatchObject({ code: 'SecretNotFound' });
    await expect(client.setSecret('leaving', 'y')).rejects.toMatchObject({ statusCode: 409 });
    await client.purgeDeletedSecret('leaving');
    await client.setSecret('leaving', 'y');
    expect((await client.getSecret('leaving')).value).toBe('y');
  });

  it('does not give out a disabled secret', async () => {
    const client = clientFor(vault.url);
    await client.setSecret('off', 'x', { enabled: false });
    await expect(client.getSecret('off')).rejects.toMatchObject({ statusCode: 403 });
  });

  it('keeps every secret and version over a restart', async () => {
    const set = await clientFor(vault.url).setSecret('kept', 'x');
    await vault.close();
    vault = await startKeyVault({ port: 0, directory, token: 'local-token' });
    const kept = await clientFor(vault.url).getSecret('kept');
    expect(kept.value).toBe('x');
    expect(kept.properties.version).toBe(set.properties.version);
  });

  it('refuses by name what it does not do', async () => {
    await expect(clientFor(vault.url).backupSecret('any')).rejects.toMatchObject({ statusCode: 501 });
  });
});

describe('a port in use', () => {
  it('is a message that names the port and what wanted it', async () => {
    const holder = await listen(createServer(), 0, 'the test');
    const other = await mkdtemp(join(tmpdir(), 'key-vault-'));
    await expect(startKeyVault({ port: holder.port, directory: other, token: 't' })).rejects.toThrow(
      `Port ${holder.port} on 127.0.0.1 is already in use, and the Key Vault stand-in needs it.`,
    );
    await holder.close();
    await rm(other, { recursive: true });
  });
});
