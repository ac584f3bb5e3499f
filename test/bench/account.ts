import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCosmos } from '../../infra/local/cosmos/server.js';
import { ensureContainers, type CosmosAccount } from '../../shared/adapters/cosmos/client.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import type { Stores } from '../../shared/ports.js';

/** What an operation on a container cost, by `container:operation`. */
export type Charges = Readonly<Record<string, { count: number; requestUnits: number }>>;

/** The Cosmos stand-in, reached through the real library, with a meter. */
export type Account = {
  stores: Stores;
  /** What the work cost: each operation, and all together. */
  cost(work: () => Promise<unknown>): Promise<{ charges: Charges; total: number }>;
  close(): Promise<void>;
};

export async function openAccount(): Promise<Account> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-bench-'));
  const standIn = await startCosmos({ port: 0, directory });
  const account: CosmosAccount = {
    endpoint: standIn.endpoint,
    database: 'aispm-bench',
    credential: { key: standIn.key },
    regions: false,
  };
  await ensureContainers(account);
  return {
    stores: cosmosStores(account),
    cost: async (work) => {
      standIn.resetCharges();
      await work();
      const charges = standIn.charges();
      return { charges, total: Object.values(charges).reduce((sum, one) => sum + one.requestUnits, 0) };
    },
    close: async () => {
      await standIn.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
