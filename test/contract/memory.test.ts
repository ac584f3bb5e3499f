import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { evidenceStoreContract } from './evidence-store.js';
import { ledgerBatchContract, ledgerListContract } from './ledger-store.js';

const stores = memoryStores();
evidenceStoreContract(() => stores);
ledgerBatchContract(() => stores);
ledgerListContract(() => stores);
