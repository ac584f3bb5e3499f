import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAzurite } from '../../infra/local/azurite.js';
import { listen } from '../../infra/local/listen.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'azurite-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('Azurite as started here', () => {
  it('answers at once, and keeps what was written just before an orderly stop', async () => {
    const first = await startAzurite({ port: 0, directory });
    const container = BlobServiceClient.fromConnectionString(first.connectionString).getContainerClient(
      'log',
    );
    await container.create();
    await container.getBlockBlobClient('entry').upload('hello', 5, { conditions: { ifNoneMatch: '*' } });
    await first.close();

    const second = await startAzurite({ port: 0, directory });
    const again = BlobServiceClient.fromConnectionString(second.connectionString).getContainerClient('log');
    expect((await again.getBlockBlobClient('entry').downloadToBuffer()).toString()).toBe('hello');
    await second.close();
  });

  it('says who wanted a port that is in use', async () => {
    const holder = await listen(createServer(), 0, 'the test');
    await expect(startAzurite({ port: holder.port, directory })).rejects.toThrow(
      `Port ${holder.port} on 127.0.0.1 is already in use, and Azurite (blobs) needs it.`,
    );
    await holder.close();
  });
});
