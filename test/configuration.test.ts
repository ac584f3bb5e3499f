import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import {
  buildOf,
  ConfigurationError,
  isRehearsal,
  readConfiguration,
  settingNames,
} from '../shared/configuration.js';
import { createServices } from '../shared/services.js';

const sample = JSON.parse(
  readFileSync(new URL('../local.settings.sample.json', import.meta.url), 'utf8'),
) as { Values: Record<string, string> };

/** What the Functions host itself reads. */
const hostSettings = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage', 'DURABLE_TASK_HUB'];

const production: Record<string, string> = {
  AISPM_ENVIRONMENT: 'production',
  COSMOS__accountEndpoint: 'https://aispm.documents.azure.com:443/',
  BLOB__serviceUri: 'https://aispm.blob.core.windows.net',
  KEY_VAULT_URI: 'https://aispm.vault.azure.net',
  MAIL_ENDPOINT: 'https://aispm.communication.azure.com',
  MAIL_SENDER: 'donotreply@aispm.example',
  TOKEN_ISSUER: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0',
  TOKEN_AUDIENCE: 'api://aispm',
  TOKEN_JWKS_URI: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
};

function faultsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readConfiguration(environment);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.fromEntries(error.faults.map(({ setting, fault }) => [setting, fault]));
  }
}

describe('the configuration', () => {
  it('is complete in the sample: the sample and the schema name the same settings', () => {
    const named = Object.keys(sample.Values).filter((name) => !hostSettings.includes(name));
    expect(named.sort()).toEqual([...settingNames].sort());
  });

  it('is accepted as the sample has it, and as production has it', () => {
    expect(faultsOf(sample.Values)).toEqual({});
    expect(faultsOf(production)).toEqual({});
  });

  it('names a build whole or not at all: a release without its digest could be any', () => {
    const build = { AISPM_RELEASE: 'v1', AISPM_RELEASE_DIGEST: 'a'.repeat(64) };
    expect(buildOf(readConfiguration({ ...production, ...build }))).toEqual({
      name: 'v1',
      digest: build.AISPM_RELEASE_DIGEST,
    });
    expect(buildOf(readConfiguration(production))).toBeNull();
    for (const half of Object.keys(build))
      expect(Object.values(faultsOf({ ...production, ...build, [half]: '' }))).toEqual([
        'set both or neither',
      ]);
    expect(faultsOf({ ...production, ...build, AISPM_RELEASE_DIGEST: 'latest' })).toHaveProperty(
      'AISPM_RELEASE_DIGEST',
    );
  });

  it('names every missing setting at once', () => {
    expect(Object.keys(faultsOf({})).sort()).toEqual(Object.keys(production).sort());
  });

  it('names every bad setting at once, and shows the value of none', () => {
    const bad = Object.fromEntries(Object.keys(production).map((name) => [name, `s3cret-${name}`]));
    const broken = [
      'AISPM_ENVIRONMENT',
      ...Object.keys(production).filter((name) => /URI|Uri|END|End|SENDER|ISSUER/.test(name)),
    ];
    expect(Object.keys(faultsOf(bad)).sort()).toEqual([...new Set(broken)].sort());
    expect(() => readConfiguration(bad)).toThrow(ConfigurationError);
    expect(() => readConfiguration(bad)).not.toThrow(/s3cret/);
  });

  it.each([
    ['COSMOS__accountKey', 'COSMOS__accountEndpoint'],
    ['KEY_VAULT_TOKEN', 'KEY_VAULT_URI'],
    ['MAIL_ACCESS_KEY', 'MAIL_ENDPOINT'],
  ])('refuses %s while %s is another machine, and needs it while it is this one', (secret, address) => {
    expect(Object.keys(faultsOf({ ...production, [secret]: 'raw' }))).toEqual([secret]);
    expect(Object.keys(faultsOf({ ...production, [address]: 'http://127.0.0.1:1' }))).toEqual([secret]);
  });

  it.each([
    'http://aispm.documents.azure.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'https://user:pass@aispm.documents.azure.com',
    'ftp://127.0.0.1',
    'not an address',
  ])('refuses %s as an address', (address) => {
    expect(Object.keys(faultsOf({ ...production, BLOB__serviceUri: address }))).toEqual(['BLOB__serviceUri']);
  });

  it('is a rehearsal unless it is production and nothing in it is this machine', () => {
    expect(isRehearsal(readConfiguration(production))).toBe(false);
    expect(isRehearsal(readConfiguration({ ...production, AISPM_ENVIRONMENT: 'staging' }))).toBe(true);
    expect(isRehearsal(readConfiguration({ ...sample.Values, AISPM_ENVIRONMENT: 'production' }))).toBe(true);
    for (const name of ['BLOB__serviceUri', 'TOKEN_ISSUER', 'TOKEN_JWKS_URI'])
      expect(isRehearsal(readConfiguration({ ...production, [name]: 'http://127.0.0.1:1' }))).toBe(true);
  });

  it('builds the services without connecting to anything, and refuses to build them from a bad one', () => {
    expect(createServices(production).mail.name).toBe('acs');
    expect(() => createServices({})).toThrow(ConfigurationError);
  });
});

describe('credentials of a mail server', () => {
  const smtp = {
    MAIL_PROVIDER: 'smtp',
    SMTP_HOST: 'relay.example',
    SMTP_CREDENTIALS_SECRET: 'aispm-smtp',
  };

  it('are named by their secret in the vault, and that is all the settings hold', () => {
    const read = readConfiguration({ ...production, ...smtp });
    expect(read).toMatchObject({ ...smtp, SMTP_PORT: 587 });
    expect(readConfiguration(production).MAIL_PROVIDER).toBe('acs');
  });

  it('in a setting end the start, which names the setting and not what it holds', () => {
    for (const name of [
      'SMTP_USERNAME',
      'SMTP_PASSWORD',
      'MAIL_PASSWORD',
      'SMTP_URL',
      'SMTP_CONNECTION_STRING',
    ]) {
      const start = () => readConfiguration({ ...production, ...smtp, [name]: 'hunter22' });
      expect(start).toThrow(`${name}: refused: put it into Key Vault`);
      expect(start).not.toThrow('hunter22');
    }
  });

  it('in place of the secret’s name, or within the host’s, end it too', () => {
    for (const bad of [{ SMTP_CREDENTIALS_SECRET: 'hunter22' }, { SMTP_HOST: 'me:hunter22@relay.example' }]) {
      const start = () => readConfiguration({ ...production, ...smtp, ...bad });
      expect(start).toThrow('not of the form it must have');
      expect(start).not.toThrow('hunter22');
    }
  });

  it('are all that SMTP needs: without Communication Services the service starts, where it is the provider it does not', () => {
    const { MAIL_ENDPOINT: _endpoint, ...others } = production;
    expect(createServices({ ...others, ...smtp }).mail.name).toBe('smtp');
    expect(createServices({ ...others, MAIL_PROVIDER: 'export' }).mail.name).toBe('export');
    for (const acs of [{}, { MAIL_PROVIDER: 'acs' }])
      expect(() => readConfiguration({ ...others, ...acs })).toThrow(
        'MAIL_ENDPOINT: needed while MAIL_PROVIDER is acs',
      );
  });

  it('of a server on this machine make it a rehearsal', () => {
    expect(isRehearsal(readConfiguration({ ...production, ...smtp }))).toBe(false);
    expect(isRehearsal(readConfiguration({ ...production, ...smtp, SMTP_HOST: 'localhost' }))).toBe(true);
  });

  it('must be there where the provider is SMTP', () => {
    expect(() => readConfiguration({ ...production, MAIL_PROVIDER: 'smtp' })).toThrow(
      'SMTP_CREDENTIALS_SECRET: needed while MAIL_PROVIDER is smtp',
    );
  });
});
