import type { Container, CosmosClient } from '@azure/cosmos';
import type { TokenCredential } from '@azure/identity';

import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { containers, definitionOf, type ContainerName } from './containers.js';
import { observedCredential, observedHttpClient } from './faults.js';

export type CosmosAccount = {
  endpoint: string;
  database: string;
  /** An account key, for the local stack, or an identity. */
  credential: { key: string } | TokenCredential;
  /** Off where the account is one process on this machine: it has no other region to discover. */
  regions: boolean;
};

/**
 * What a store of a container is opened for: a tenant that was verified, or the service's own records. No tenant id starts
 * with `x-`, so no tenant can be one of the latter.
 */
export type Partition = VerifiedTenant | 'x-unknown' | 'x-operations';

/** Containers by name. The library is loaded at first use: it costs a quarter of a second. */
export type Containers = (name: ContainerName) => Promise<Container>;

async function connect(account: CosmosAccount): Promise<CosmosClient> {
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline');
  const { CosmosClient } = await import('@azure/cosmos');
  return new CosmosClient({
    endpoint: account.endpoint,
    ...('key' in account.credential
      ? { key: account.credential.key }
      : { aadCredentials: observedCredential(account.credential) }),
    httpClient: observedHttpClient(createDefaultHttpClient()),
    connectionPolicy: {
      enableEndpointDiscovery: account.regions,
      // At most 1.5 s of waiting inside the library; then the caller is told to come back.
      retryOptions: {
        maxRetryAttemptCount: 3,
        fixedRetryIntervalInMilliseconds: 500,
        maxWaitTimeInSeconds: 2,
      },
    },
  });
}

export function cosmosContainers(account: CosmosAccount): Containers {
  let client: Promise<CosmosClient> | undefined;
  const opened = new Map<ContainerName, Promise<Container>>();
  return (name) => {
    client ??= connect(account);
    const container = opened.get(name) ?? client.then((it) => it.database(account.database).container(name));
    opened.set(name, container);
    return container;
  };
}

/** Creates database and containers where absent. For the local stack; in Azure Bicep does it, and the app has no right to. */
export async function ensureContainers(account: CosmosAccount): Promise<void> {
  const client = await connect(account);
  const { database } = await client.databases.createIfNotExists({ id: account.database });
  for (const name of Object.keys(containers) as ContainerName[])
    await database.containers.createIfNotExists(definitionOf(name));
  client.dispose();
}
