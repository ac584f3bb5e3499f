import { ChangeFeedStartFrom, CosmosClient, type Container, type FeedRange } from '@azure/cosmos';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LeaseLost, leaseMs, openLease, type Lease } from './lease.js';
import { pause } from './retry.js';
import type { Runtime } from './runtime.js';
import { cosmosConnection, resolveSettings, type Connection, type Settings } from './settings.js';
import type { Binding } from './worker.js';

export type ChangeFeed = {
  connection: Connection;
  database: string;
  container: string;
  leaseConnection: Connection;
  leaseDatabase: string;
  leaseContainer: string;
  leasePrefix: string;
  createLeases: boolean;
  fromBeginning: boolean;
  maxItems: number;
  pollMs: number;
};

/** Reads a Cosmos DB trigger with the defaults of extension 4. Throws on what is absent or not driven here. */
export function readChangeFeed(trigger: Binding, settings: Settings): ChangeFeed {
  const text = (name: string, fallback?: string): string => {
    const value = trigger[name] ?? fallback;
    if (typeof value !== 'string') throw new Error(`The Cosmos DB trigger needs '${name}'.`);
    return resolveSettings(value, settings);
  };
  const mode = text('changeFeedMode', 'LatestVersion');
  if (mode !== 'LatestVersion')
    throw new Error(`The local host does not drive the change feed mode '${mode}'.`);
  const connection = text('connection', 'AzureWebJobsCosmosDBConnectionString');
  const database = text('databaseName');
  return {
    connection: cosmosConnection(connection, settings),
    database,
    container: text('containerName'),
    leaseConnection: cosmosConnection(text('leaseConnection', connection), settings),
    leaseDatabase: text('leaseDatabaseName', database),
    leaseContainer: text('leaseContainerName', 'leases'),
    leasePrefix: text('leaseContainerPrefix', ''),
    createLeases: trigger.createLeaseContainerIfNotExists === true,
    fromBeginning: trigger.startFromBeginning === true,
    maxItems: typeof trigger.maxItemsPerInvocation === 'number' ? trigger.maxItemsPerInvocation : 100,
    pollMs: typeof trigger.feedPollDelay === 'number' ? trigger.feedPollDelay : 5000,
  };
}

/**
 * Hands the changes of a container to its function until the host stops; resolves when the last invocation has
 * ended. Ranges run beside each other, each under its lease. A batch is checkpointed only after its invocation
 * succeeded; one that failed for good is delivered again, and so is one whose checkpoint a kill prevented.
 * (The real host moves on past a batch once its retries are exhausted; a policy without limit hides the difference.)
 */
export async function runChangeFeed(runtime: Runtime, name: string, feed: ChangeFeed): Promise<void> {
  const owner = await hostId(runtime.state);
  const opened = await untilStopped(runtime, name, feed.pollMs, () => open(feed));
  if (!opened) return;
  const { container, leases, ranges } = opened;
  await Promise.all(
    ranges.map((range) => {
      const { minInclusive: min, maxExclusive: max } = range;
      const id = `${feed.leasePrefix}${feed.database}_${feed.container}..${min || '0'}-${max}`;
      const lease = openLease(leases, { id, range: { min, max }, owner });
      return runRange({ runtime, name, feed, container, range, lease });
    }),
  );
}

type Opened = { container: Container; leases: Container; ranges: readonly FeedRange[] };

async function open(feed: ChangeFeed): Promise<Opened> {
  const container = clientOf(feed.connection).database(feed.database).container(feed.container);
  const leaseDatabase = clientOf(feed.leaseConnection).database(feed.leaseDatabase);
  const leases = leaseDatabase.container(feed.leaseContainer);
  if (feed.createLeases) {
    await leaseDatabase.containers.createIfNotExists({ id: feed.leaseContainer, partitionKey: '/id' });
  } else {
    await leases.read();
  }
  return { container, leases, ranges: await container.getFeedRanges() };
}

// Only loopback endpoints come this far, and what a stand-in says about other regions leads nowhere.
const clientOf = (connection: Connection): CosmosClient =>
  new CosmosClient({ ...connection, connectionPolicy: { enableEndpointDiscovery: false } });

/** Repeats until it succeeds: a store that is down must not end a trigger. Undefined when the host stops first. */
async function untilStopped<T>(
  runtime: Runtime,
  name: string,
  waitMs: number,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  while (!runtime.stopping.aborted) {
    try {
      return await attempt();
    } catch (error) {
      runtime.log('warning', name, `The change feed cannot be read now: ${String(error)}`);
      await pause(waitMs, runtime.stopping);
    }
  }
  return undefined;
}

type RangeRun = {
  runtime: Runtime;
  name: string;
  feed: ChangeFeed;
  container: Container;
  range: FeedRange;
  lease: Lease;
};

async function runRange(run: RangeRun): Promise<void> {
  const { runtime, name, feed, lease } = run;
  while (!runtime.stopping.aborted) {
    const acquired = await untilStopped(runtime, name, feed.pollMs, () => lease.acquire());
    if (acquired === true) await whileRenewing(run, (lost) => readRange(run, lost));
    await pause(feed.pollMs, runtime.stopping);
  }
  // Not held, or the store is gone: then it expires, or is already someone else's.
  await lease.release().catch(() => undefined);
}

async function whileRenewing(
  { runtime, name, lease }: RangeRun,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    lease.renew().catch((error: unknown) => {
      runtime.log('warning', name, String(error));
      if (error instanceof LeaseLost) lost.abort();
    });
  }, leaseMs / 3);
  try {
    await work(lost.signal);
  } catch (error) {
    runtime.log('warning', name, `A range of the change feed starts again at its lease: ${String(error)}`);
  } finally {
    clearInterval(renewal);
  }
}

/**
 * Reads from the lease's continuation on. Rejects when reading, the invocation or the checkpoint fails; a batch
 * whose lease is `lost` is not retried, since it now belongs to another host.
 */
async function readRange(run: RangeRun, lost: AbortSignal): Promise<void> {
  const { runtime, name, feed, container, range, lease } = run;
  const changes = container.items.getChangeFeedIterator({
    maxItemCount: feed.maxItems,
    changeFeedStartFrom: startOf(feed, range, lease.continuation()),
  });
  while (!runtime.stopping.aborted && !lost.aborted) {
    const page = await changes.readNext();
    if (page.result.length > 0) {
      await runtime.invoke(name, { json: JSON.stringify(page.result) }, {}, lost);
      await lease.checkpoint(page.continuationToken);
      continue;
    }
    // "From now on" must mean the same now after a restart.
    if (lease.continuation() === undefined) await lease.checkpoint(page.continuationToken);
    await pause(feed.pollMs, runtime.stopping);
  }
}

function startOf(feed: ChangeFeed, range: FeedRange, continuation: string | undefined): ChangeFeedStartFrom {
  if (continuation !== undefined) return ChangeFeedStartFrom.Continuation(continuation);
  return feed.fromBeginning ? ChangeFeedStartFrom.Beginning(range) : ChangeFeedStartFrom.Now(range);
}

/** This host's name on leases: kept, so that after a kill it takes its own leases back without waiting. */
async function hostId(state: string): Promise<string> {
  const path = join(state, 'host-id');
  await mkdir(state, { recursive: true });
  const id = randomUUID();
  try {
    await writeFile(path, id, { flag: 'wx' });
    return id;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(path, 'utf8');
  }
}
