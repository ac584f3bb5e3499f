import { exportMail } from '../../shared/adapters/mail-export.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memorySecrets } from '../../shared/adapters/memory/secrets.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { blobStoreContract } from './blob-store.js';
import { evidenceStoreContract } from './evidence-store.js';
import { keyRingContract } from './key-ring.js';
import { dueLedgersContract } from './due-ledgers.js';
import { ledgerSearchContract } from './ledger-search.js';
import { ledgerBatchContract, ledgerListContract } from './ledger-store.js';
import { mailProviderContract } from './mail-provider.js';
import { quarantineContract, recordStoreContract, tenantStoreContract } from './other-stores.js';
import { tenantSecretsContract } from './tenant-secrets.js';

const stores = memoryStores();
evidenceStoreContract(() => stores);
ledgerBatchContract(() => stores);
ledgerListContract(() => stores);
dueLedgersContract(() => stores);
ledgerSearchContract(() => stores);
quarantineContract(() => stores);
tenantStoreContract(() => stores);
recordStoreContract(() => stores);

const blobs = memoryBlobs();
blobStoreContract(() => blobs);

const [ring, another] = [memoryKeyRing('seed'), memoryKeyRing('seed')];
keyRingContract(
  () => ring,
  () => another,
);

const mail = memoryMail();
mailProviderContract(
  () => mail,
  (operationId) => mail.sent.filter((message) => message.operationId === operationId).length,
);

const exported = memoryBlobs();
const counted = new Map<string, number>();
const exporting = exportMail(
  {
    open: (tenantId) => ({
      ...exported.open(tenantId),
      create: async (container, name, bytes, contentType) => {
        const made = await exported.open(tenantId).create(container, name, bytes, contentType);
        const [, , operationId = ''] = name.split('/');
        if (made && name.endsWith('/index.json'))
          counted.set(operationId, (counted.get(operationId) ?? 0) + 1);
        return made;
      },
    }),
  },
  'tls',
);
mailProviderContract(
  () => exporting,
  (operationId) => counted.get(operationId) ?? 0,
);

const secrets = memorySecrets();
tenantSecretsContract(
  () => secrets,
  (tenantId, name, value) => Promise.resolve(secrets.put(tenantId, name, value)),
);
