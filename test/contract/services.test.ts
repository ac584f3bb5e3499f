import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startAzurite, type Azurite } from '../../infra/local/azurite.js';
import { startKeyVault, type KeyVault } from '../../infra/local/key-vault/server.js';
import { startMail, type Mail } from '../../infra/local/mail/server.js';
import { ensureBlobContainers } from '../../shared/adapters/blob.js';
import { readConfiguration } from '../../shared/configuration.js';
import { StoreUnavailable } from '../../shared/ports.js';
import { accountsOf, createServices, type Services } from '../../shared/services.js';
import { blobStoreContract } from './blob-store.js';
import { keyRingContract } from './key-ring.js';
import { mailProviderContract, messageOf } from './mail-provider.js';
import { freshTenant } from './samples.js';
import { certificate, password, startRelay, type Relay } from './smtp-relay.js';
import { tenantSecretsContract } from './tenant-secrets.js';

/* Blobs, keys and mail as the composition root builds them for this machine, against Azurite and the stand-ins. */

const sender = 'donotreply@aispm.example';
const nowhere = 'http://127.0.0.1:9';
let smtp: Relay;
let bySmtp: Services;
const started: { directory?: string; azurite?: Azurite; vault?: KeyVault; mail?: Mail } = {};
let services: Services;
let secondProcess: Services;
let disconnected: Services;
let mail: Mail;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'services-'));
  const azurite = await startAzurite({ port: 0, directory: join(directory, 'blobs') });
  const vault = await startKeyVault({ port: 0, directory: join(directory, 'vault'), token: 'local' });
  mail = await startMail({
    port: 0,
    directory: join(directory, 'mail'),
    senders: [sender],
    accessKey: 'a2V5',
  });
  Object.assign(started, { directory, azurite, vault, mail });
  const settings = {
    AISPM_ENVIRONMENT: 'dev',
    COSMOS__accountEndpoint: nowhere,
    COSMOS__accountKey: 'a2V5',
    BLOB__serviceUri: /BlobEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '',
    KEY_VAULT_URI: vault.url,
    KEY_VAULT_TOKEN: 'local',
    MAIL_ENDPOINT: mail.endpoint,
    MAIL_ACCESS_KEY: 'a2V5',
    MAIL_SENDER: sender,
    TOKEN_ISSUER: nowhere,
    TOKEN_AUDIENCE: 'api://aispm',
    TOKEN_JWKS_URI: nowhere,
  };
  await ensureBlobContainers(accountsOf(readConfiguration(settings)).blob);
  services = createServices(settings);
  secondProcess = createServices(settings);
  const dead = {
    BLOB__serviceUri: `${nowhere}/devstoreaccount1`,
    KEY_VAULT_URI: nowhere,
    MAIL_ENDPOINT: nowhere,
  };
  disconnected = createServices({ ...settings, ...dead });
  const pem = await certificate();
  smtp = await startRelay(pem);
  await setSecret('aispm-mail-server', JSON.stringify({ username: 'aispm', password, ca: pem.cert }));
  const { MAIL_ENDPOINT: _endpoint, MAIL_ACCESS_KEY: _key, ...others } = settings;
  bySmtp = createServices({
    ...others,
    MAIL_PROVIDER: 'smtp',
    SMTP_HOST: 'localhost',
    SMTP_PORT: String(smtp.port),
    SMTP_CREDENTIALS_SECRET: 'aispm-mail-server',
  });
});

/** As an operator puts one into the vault. */
async function setSecret(name: string, value: string): Promise<void> {
  const credential = { getToken: () => Promise.resolve({ token: 'local', expiresOnTimestamp: Infinity }) };
  const options = { allowInsecureConnection: true, disableChallengeResourceVerification: true };
  await new SecretClient(started.vault?.url ?? '', credential, options).setSecret(name, value);
}

afterAll(async () => {
  smtp.close();
  await Promise.all([started.azurite?.close(), started.vault?.close(), started.mail?.close()]);
  if (started.directory !== undefined) await rm(started.directory, { recursive: true, force: true });
});

blobStoreContract(() => services.blobs);
keyRingContract(
  () => services.keys,
  () => secondProcess.keys,
);
tenantSecretsContract(
  () => services.secrets,
  (tenantId, name, value) => setSecret(`aispm-${name}-${tenantId}`, value),
);
const sentAs = (operationId: string) => mail.inbox().filter((one) => one.operationId === operationId);
mailProviderContract(
  () => services.mail,
  (operationId) => sentAs(operationId).length,
);

describe('a mail sent through SMTP', () => {
  it('goes to the server of the settings with the vault’s credentials, and needs no Communication Services', async () => {
    const message = messageOf();
    expect(bySmtp.mail.name).toBe('smtp');
    expect(await bySmtp.mail.send(message)).toEqual({ status: 'accepted' });
    expect(smtp.received).toMatchObject([{ from: sender, to: [message.to.address], secure: true }]);
    expect(smtp.received[0]?.text).toContain(`Message-ID: <${message.operationId}@aispm.example>`);
  });
});

describe('the key ring over Key Vault', () => {
  it('never makes a key in passing: without one it refuses to sign', async () => {
    await expect(services.keys.sign(freshTenant(), new Uint8Array(1))).rejects.toThrow('no secret');
    await expect(services.keys.macKey(freshTenant())).rejects.toThrow('no secret');
  });
});

describe('a mail sent through Azure Communication Services', () => {
  it('is one request that carries its operation and the repeatability headers, the same on every try', async () => {
    const message = messageOf();
    await services.mail.send(message);
    await services.mail.send(message);
    for (const received of sentAs(message.operationId))
      expect(received).toMatchObject({
        repeatabilityRequestId: message.operationId,
        repeatabilityFirstSent: 'Tue, 24 Nov 2026 09:00:00 GMT',
        recipient: 'ciso@acme.example',
        subject: 'AI posture',
        text: 'Posture',
        attachments: [{ name: 'report.pdf', contentType: 'application/pdf', size: 4 }],
      });
  });

  it('asks for no status by itself: that quota is small', async () => {
    let asked = 0;
    const count = (): void => void (asked += 1);
    const remove = mail.addFault({
      match: ({ operation }) => operation === 'status',
      effect: { call: count, when: 'before' },
      times: Infinity,
    });
    const message = messageOf();
    await services.mail.send(message);
    expect(asked).toBe(0);
    expect(await services.mail.status(message.operationId)).toBe('running');
    expect(await services.mail.status(message.operationId)).toBe('succeeded');
    expect(asked).toBe(2);
    remove();
  });

  it.each([
    ['throttled', { status: 429, retryAfterSeconds: 7 } as const, { status: 'retry', afterMs: 7_000 }, 0],
    ['answered 503', { status: 503 } as const, { status: 'unknown' }, 0],
    ['answered 500 after it was taken', { status: 500, when: 'after' } as const, { status: 'unknown' }, 1],
    ['cut off before it was taken', { drop: 'before' } as const, { status: 'unknown' }, 0],
    ['cut off after it was taken', { drop: 'after' } as const, { status: 'unknown' }, 1],
  ])(
    'says what is known when it is %s, and is never repeated by itself',
    async (_, effect, outcome, mails) => {
      const message = messageOf();
      const remove = mail.addFault({ match: ({ operation }) => operation === 'send', effect, times: 1 });
      expect(await services.mail.send(message)).toMatchObject(outcome);
      expect(sentAs(message.operationId)).toHaveLength(mails);
      remove();
    },
  );

  it('is refused for good when the provider will not have it, and the reason holds no address', async () => {
    const outcome = await services.mail.send({ ...messageOf(), to: { address: 'not an address' } });
    expect(outcome).toMatchObject({ status: 'refused' });
    expect(JSON.stringify(outcome)).not.toContain('address');
  });

  it('was surely not sent when nobody could be reached', async () => {
    expect(await disconnected.mail.send(messageOf())).toMatchObject({ status: 'retry' });
    await expect(disconnected.mail.status('any')).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('a store that cannot be reached', () => {
  it('is unavailable, which is not an answer about what it holds', async () => {
    const tenantId = freshTenant();
    await expect(disconnected.blobs.open(tenantId).get('log', `${tenantId}/a`)).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
    await expect(disconnected.keys.ensure(tenantId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(disconnected.stores.open(tenantId).ledger.head()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
