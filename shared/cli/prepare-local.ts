import { ensureBlobContainers } from '../adapters/blob.js';
import { ensureContainers } from '../adapters/cosmos/client.js';
import { readConfiguration } from '../configuration.js';
import { isLoopback } from '../core/kernel/loopback.js';
import { accountsOf } from '../services.js';

/*
 * Creates database and containers for a system on this machine, from the definitions the app itself uses. In Azure they
 * come from Bicep, and the app has no right to create any: hence a script of its own that refuses every other place.
 */

const configuration = readConfiguration(process.env);
for (const address of [configuration.COSMOS__accountEndpoint, configuration.BLOB__serviceUri])
  if (!isLoopback(address)) throw new Error(`${address} is not on this machine; Bicep creates what it holds`);
const { cosmos, blob } = accountsOf(configuration);
await Promise.all([ensureContainers(cosmos), ensureBlobContainers(blob)]);
