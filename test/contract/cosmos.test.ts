import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

import { startCosmos, type CosmosStandIn } from '../../infra/local/cosmos/server.js';
import { ensureContainers, type CosmosAccount } from '../../shared/adapters/cosmos/client.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import type { Stores } from '../../shared/ports.js';
import { evidenceStoreContract } from './evidence-store.js';
import { dueLedgersContract } from './due-ledgers.js';
import { ledgerSearchContract } from './ledger-search.js';
import { ledgerBatchContract, ledgerListContract } from './ledger-store.js';
import { quarantineContract, recordStoreContract, tenantStoreContract } from './other-stores.js';

/*
 * The same promises as in memory, against the stand-in, or against the account that AISPM_COSMOS_ENDPOINT and
 * AISPM_COSMOS_KEY name: Microsoft's emulator or a real one.
 */
let standIn: CosmosStandIn | undefined;
let directory: string;
let stores: Stores;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cosmos-'));
  const endpoint = process.env['AISPM_COSMOS_ENDPOINT'];
  if (endpoint === undefined) standIn = await startCosmos({ port: 0, directory });
  const account: CosmosAccount = {
    endpoint: endpoint ?? standIn?.endpoint ?? '',
    database: 'aispm-contract',
    credential: { key: process.env['AISPM_COSMOS_KEY'] ?? standIn?.key ?? '' },
    regions: false,
  };
  await ensureContainers(account);
  stores = cosmosStores(account);
});

afterAll(async () => {
  await standIn?.close();
  await rm(directory, { recursive: true });
});

evidenceStoreContract(() => stores);
ledgerBatchContract(() => stores);
ledgerListContract(() => stores);
dueLedgersContract(() => stores);
ledgerSearchContract(() => stores);
quarantineContract(() => stores);
tenantStoreContract(() => stores);
recordStoreContract(() => stores);
