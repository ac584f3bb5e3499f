import type { Container, JSONValue, PartitionKey, SqlParameter } from '@azure/cosmos';

import { guarded, statusOf } from './faults.js';

/** A document as Cosmos gives it: ours, and members of its own that start with an underscore. */
export type Item = { id: string; _etag: string } & Record<string, unknown>;

/** Requests in flight at once for one call. */
const parallelism = 20;
/** Ids in one query: the text of a query is limited to 512 KB, and a page to 4 MB. */
const idsPerQuery = 100;
/** One request unit a point read, 2.3 and a little a query: up to this many ids point reads are not dearer, and faster. */
const pointReads = 2;

/** Results in the order of the inputs, at most 20 at once. */
export async function inParallel<T, R>(inputs: readonly T[], work: (input: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < inputs.length; start += parallelism)
    results.push(...(await Promise.all(inputs.slice(start, start + parallelism).map(work))));
  return results;
}

/** Point read; null where there is none. */
export async function readItem(
  container: Container,
  id: string,
  partitionKey: PartitionKey,
): Promise<Item | null> {
  const { resource } = await guarded(() => container.item(id, partitionKey).read<Item>());
  return resource ?? null;
}

/** @returns false where the id exists in its partition: nothing is overwritten. */
export async function createItem(container: Container, document: object): Promise<string | null> {
  try {
    const { etag } = await guarded(() =>
      container.items.create(document, { disableAutomaticIdGeneration: true }),
    );
    return etag;
  } catch (error) {
    if (statusOf(error) === 409) return null;
    throw error;
  }
}

/** Replaces a document that still has the ETag. @returns the new ETag, or null where another writer was first. */
export async function replaceItem(
  container: Container,
  document: { id: string } & Readonly<Record<string, unknown>>,
  partitionKey: PartitionKey,
  etag: string,
): Promise<string | null> {
  const accessCondition = { type: 'IfMatch', condition: etag };
  try {
    const answer = await guarded(() =>
      container.item(document.id, partitionKey).replace(document, { accessCondition }),
    );
    return answer.etag;
  } catch (error) {
    const status = statusOf(error);
    if (status === 412 || status === 404) return null;
    throw error;
  }
}

/** Every row of a query, over all its pages. Without a partition key the query must name the tenant itself. */
export async function queryItems<T>(
  container: Container,
  query: string,
  parameters: Readonly<Record<string, JSONValue>>,
  partitionKey?: PartitionKey,
): Promise<T[]> {
  const named: SqlParameter[] = Object.entries(parameters).map(([name, value]) => ({
    name: `@${name}`,
    value,
  }));
  const options = partitionKey === undefined ? {} : { partitionKey };
  const { resources } = await guarded(() =>
    container.items.query<T>({ query, parameters: named }, { ...options, maxItemCount: 1000 }).fetchAll(),
  );
  return resources;
}

/** Documents of one partition by id, in no order; absent ids are absent. */
export async function readItems(
  container: Container,
  ids: readonly string[],
  partitionKey: PartitionKey,
): Promise<Item[]> {
  if (ids.length <= pointReads) {
    const found = await Promise.all(ids.map((id) => readItem(container, id, partitionKey)));
    return found.filter((item) => item !== null);
  }
  return queryByIds<Item>(container, 'SELECT *', ids, partitionKey);
}

/** Which of these ids exist in the partition. */
export async function existingIds(
  container: Container,
  ids: readonly string[],
  partitionKey: PartitionKey,
): Promise<string[]> {
  if (ids.length <= pointReads) return (await readItems(container, ids, partitionKey)).map((item) => item.id);
  return queryByIds<string>(container, 'SELECT VALUE c.id', ids, partitionKey);
}

async function queryByIds<T>(
  container: Container,
  select: string,
  ids: readonly string[],
  partitionKey: PartitionKey,
): Promise<T[]> {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += idsPerQuery)
    chunks.push(ids.slice(start, start + idsPerQuery));
  const found = await inParallel(chunks, (chunk) => {
    const parameters = Object.fromEntries(chunk.map((id, index) => [`i${index}`, id]));
    const names = Object.keys(parameters).map((name) => `@${name}`);
    return queryItems<T>(
      container,
      `${select} FROM c WHERE c.id IN (${names.join(', ')})`,
      parameters,
      partitionKey,
    );
  });
  return found.flat();
}
