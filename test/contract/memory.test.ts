import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryMail } from '../../shared/adapters/memory/mail.js';
import { memorySecrets } from '../../shared/adapters/memory/secrets.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { blobStoreContract } from './blob-store.js';
import { evidenceStoreContract } from './evidence-store.js';
import { keyRingContract } from './key-ring.js';
import { ledgerBatchContract, ledgerListContract } from './ledger-store.js';
import { mailProviderContract } from './mail-provider.js';
import { quarantineContract, recordStoreContract, tenantStoreContract } from './other-stores.js';
import { tenantSecretsContract } from './tenant-secrets.js';

const stores = memoryStores();
evidenceStoreContract(() => stores);
ledgerBatchContract(() => stores);
ledgerListContract(() => stores);
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

const secrets = memorySecrets();
tenantSecretsContract(
  () => secrets,
  (tenantId, name, value) => Promise.resolve(secrets.put(tenantId, name, value)),
);
