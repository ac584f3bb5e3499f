import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { TokenCredential } from '@azure/identity';

import type { Blobs, BlobStore } from '../ports.js';
import { faultOf, reaching } from './rest-faults.js';
import { tenantBlobs } from './tenant-blobs.js';

export type BlobAccount = {
  serviceUri: string;
  /** An account key, for Azurite, or an identity. */
  credential: { account: string; key: string } | TokenCredential;
};

const containerNames = ['log', 'reports', 'payloads'] as const;

async function connect({ serviceUri, credential }: BlobAccount): Promise<BlobServiceClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  return new BlobServiceClient(
    serviceUri,
    'key' in credential ? new StorageSharedKeyCredential(credential.account, credential.key) : credential,
    { retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000, tryTimeoutInMs: 10_000 } },
  );
}

/** Whether an error says that the name is taken: created by another, or by our own request whose answer was lost. */
function isTaken(error: unknown): boolean {
  const fault = faultOf(error);
  if (fault === null) return false;
  return fault.status === 412 || ['BlobAlreadyExists', 'BlobImmutableDueToPolicy'].includes(fault.code);
}

/** Immutable blobs in Azure Storage. Containers are created by Bicep, with immutability policies. */
export function azureBlobs(account: BlobAccount): Blobs {
  const all = allBlobs(account);
  return { open: (tenantId) => tenantBlobs(all, tenantId) };
}

function allBlobs(account: BlobAccount): BlobStore {
  let client: Promise<BlobServiceClient> | undefined;
  const open = async (container: string): Promise<ContainerClient> => {
    client ??= connect(account);
    return (await client).getContainerClient(container);
  };
  return {
    async create(container, name, bytes, contentType) {
      const blob = (await open(container)).getBlockBlobClient(name);
      try {
        await reaching('Blob Storage', () =>
          blob.upload(Buffer.from(bytes), bytes.length, {
            conditions: { ifNoneMatch: '*' },
            blobHTTPHeaders: { blobContentType: contentType },
          }),
        );
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    },
    async get(container, name) {
      const blob = (await open(container)).getBlobClient(name);
      try {
        return new Uint8Array(await reaching('Blob Storage', () => blob.downloadToBuffer()));
      } catch (error) {
        if (faultOf(error)?.status === 404) return null;
        throw error;
      }
    },
    async list(container, prefix) {
      const source = await open(container);
      return reaching('Blob Storage', async () => {
        const names: string[] = [];
        for await (const { name } of source.listBlobsFlat({ prefix })) names.push(name);
        return names.sort();
      });
    },
  };
}

/** Creates the containers where absent. For the local stack only. */
export async function ensureBlobContainers(account: BlobAccount): Promise<void> {
  const client = await connect(account);
  for (const name of containerNames) await client.getContainerClient(name).createIfNotExists();
}
