import { describe, expect, it } from 'vitest';

import { files, textOf, withoutComments } from './sources.js';

/*
 * There is one way to what a tenant owns: a handle that is opened for a verified tenant. Who may call a tenant verified
 * stands here with the ground; a new way in is a new line that a reviewer reads.
 */

const grounds: Readonly<Record<string, string>> = {
  'functions/http/authorise.ts': 'a valid token whose caller has one of the route’s roles in the tenant',
  'functions/http/authorise-pipeline.ts':
    'a pipeline key of the tenant, a token with a role in it, or its webhook’s signature',
  'functions/answer-pipeline.ts': 'the input of an instance that an authenticated pipeline started',
  'functions/connectors.ts': 'the input of an instance that an authorised command started',
  'functions/http/refused-link.ts':
    'the id of a link, keyed by the tenant’s key; what is written is that it was refused',
  'functions/background/report-steps.ts': 'the input of an instance that an authorised command started',
  'shared/usecases/ingest/admit-event-grid.ts':
    'a signature by a key of a source that is registered in the tenant',
  'shared/usecases/log/fold-changes.ts': 'stored evidence, which admission alone writes',
  'shared/usecases/sample/sample-tenant.ts':
    'the public sample, opened in stores in memory that hold nothing else',
  'shared/adapters/cosmos/tenants.ts': 'the enumeration of tenants for the timers',
  'shared/adapters/cosmos/ledger.ts': 'the ledgers that the timers find something due in',
  'shared/adapters/cosmos/records.ts': 'the records that the timers find something due in',
  'shared/adapters/cosmos/stores.ts': 'a mail operation that the service remembered for the tenant',
  'shared/adapters/memory/tenant-rows.ts': 'the two above, in memory',
};

/** What reaches a store without a tenant, and the only files that may name it beside the one that defines it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  '@azure/cosmos': [
    'shared/adapters/cosmos/client.ts',
    'shared/adapters/cosmos/containers.ts',
    'shared/adapters/cosmos/faults.ts',
    'shared/adapters/cosmos/items.ts',
    'shared/adapters/cosmos/ledger.ts',
  ],
  '@azure/storage-blob': ['shared/adapters/blob.ts'],
  '@azure/keyvault-secrets': ['shared/adapters/key-ring.ts', 'shared/adapters/vault.ts'],
  cosmosContainers: ['shared/adapters/cosmos/client.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosEvidence: ['shared/adapters/cosmos/evidence.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosLedger: ['shared/adapters/cosmos/ledger.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosQuarantine: ['shared/adapters/cosmos/quarantine.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosRecords: ['shared/adapters/cosmos/records.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosTenant: ['shared/adapters/cosmos/tenants.ts', 'shared/adapters/cosmos/stores.ts'],
  readDocument: ['shared/adapters/cosmos/tenants.ts', 'shared/adapters/cosmos/stores.ts'],
  cosmosStores: ['shared/adapters/cosmos/stores.ts', 'shared/services.ts'],
  azureBlobs: ['shared/adapters/blob.ts', 'shared/services.ts'],
  allBlobs: ['shared/adapters/blob.ts', 'shared/adapters/memory/blobs.ts'],
};

const sources = files
  .filter((file) => /^(functions|shared|schemas)\//.test(file))
  .map((file) => ({ file, code: withoutComments(textOf(file)) }));

const filesWith = (pattern: RegExp): string[] =>
  sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file);
const kernel = 'shared/core/kernel/verified-tenant.ts';

describe('a store is opened for a verified tenant only', () => {
  it('and a tenant is called verified only on a ground that stands here', () => {
    const claiming = filesWith(/\bverifiedTenant\s*\(/).filter((file) => file !== kernel);
    expect(claiming.sort()).toEqual(Object.keys(grounds).sort());
  });

  it('and nowhere is the type obtained by another way than the one function', () => {
    expect(filesWith(/brand<'VerifiedTenant'>/)).toEqual([kernel]);
    expect(filesWith(/\bas (unknown as )?(VerifiedTenant|TenantStores|BlobStore|TenantServices)\b/)).toEqual(
      [],
    );
  });

  it.each(Object.entries(doors))('and %s is named only where it stands', (name, allowed) => {
    const word = new RegExp(name.startsWith('@') ? `['"]${name}['"]` : `\\b${name}\\b`);
    expect(filesWith(word).filter((file) => !allowed.includes(file))).toEqual([]);
  });
});
