import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import {
  CosmosClient,
  PartitionKeyDefinitionVersion,
  PartitionKeyKind,
  type Container,
  type ContainerRequest,
  type Database,
} from '@azure/cosmos';
import { startCosmos, type CosmosStandIn } from '../../infra/local/cosmos/server.js';

/** An endpoint under test with a database of its own, removed by `close`. */
export type Endpoint = {
  endpoint: string;
  key: string;
  database: Database;
  container(definition?: Partial<ContainerRequest>): Promise<Container>;
  close(): Promise<void>;
};

export type StandInEndpoint = Endpoint & { standIn: CosmosStandIn; directory: string };

const open = async (endpoint: string, key: string): Promise<Endpoint> => {
  const client = new CosmosClient({ endpoint, key });
  const { database } = await client.databases.createIfNotExists({ id: `contract-${randomUUID()}` });
  return {
    endpoint,
    key,
    database,
    container: async (definition = {}) => {
      const id = `c-${randomUUID()}`;
      const { container } = await database.containers.createIfNotExists({
        id,
        partitionKey: { paths: ['/tenantId'] },
        ...definition,
      });
      return container;
    },
    close: async () => {
      await database.delete();
      client.dispose();
    },
  };
};

/** The stand-in itself, for promises about faults, ranges and restarts. */
export async function openStandIn(): Promise<StandInEndpoint> {
  const directory = mkdtempSync(join(tmpdir(), 'cosmos-contract-'));
  const standIn = await startCosmos({ port: 0, directory });
  const endpoint = await open(standIn.endpoint, standIn.key);
  return {
    ...endpoint,
    standIn,
    directory,
    close: async () => {
      await standIn.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** The endpoint that AISPM_COSMOS_ENDPOINT and AISPM_COSMOS_KEY name, else a stand-in started for these tests. */
export async function openEndpoint(): Promise<Endpoint> {
  const [endpoint, key] = [process.env['AISPM_COSMOS_ENDPOINT'], process.env['AISPM_COSMOS_KEY']];
  return endpoint !== undefined && key !== undefined ? open(endpoint, key) : openStandIn();
}

/** The properties that these tests read back. */
export type Stored = { id: string; tenantId?: unknown; n?: number };

/** The partition key of the evidence container: a tenant over many logical partitions. */
export const TENANT_AND_BUCKET = {
  paths: ['/tenantId', '/bucket'],
  kind: PartitionKeyKind.MultiHash,
  version: PartitionKeyDefinitionVersion.V2,
};

/** The status that a refused promise carries. */
export async function statusOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  throw new Error('expected a refusal');
}

/** The message of a refused promise. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
}
