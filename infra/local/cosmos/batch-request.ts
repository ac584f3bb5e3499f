import { MOST_OPERATIONS, type BatchOperation } from './documents.js';
import type { Resource } from './containers.js';
import { keyText, parseKeyHeader, type KeyValue, type PartitionKeyDefinition } from './partition-key.js';
import { badRequest, unsupported } from './problem.js';

type Entry = {
  operationType?: unknown;
  id?: unknown;
  resourceBody?: unknown;
  partitionKey?: unknown;
  ifMatch?: unknown;
  ifNoneMatch?: unknown;
};

const resource = (entry: Entry): Resource => {
  const body = entry.resourceBody;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('A batch operation lacks its resourceBody.');
  return body as Resource; // as: an object, checked above
};

const identifier = (entry: Entry): string => {
  if (typeof entry.id !== 'string' || entry.id === '') throw badRequest('A batch operation lacks its id.');
  return entry.id;
};

const operation = (entry: Entry, key: readonly KeyValue[]): BatchOperation => {
  const condition = {
    ...(typeof entry.ifMatch === 'string' ? { ifMatch: entry.ifMatch } : {}),
    ...(typeof entry.ifNoneMatch === 'string' ? { ifNoneMatch: entry.ifNoneMatch } : {}),
  };
  switch (entry.operationType) {
    case 'Create':
      return { kind: 'create', key, body: resource(entry), ...condition };
    case 'Upsert':
      return { kind: 'upsert', key, body: resource(entry), ...condition };
    case 'Replace':
      return { kind: 'replace', key, id: identifier(entry), body: resource(entry), ...condition };
    case 'Delete':
      return { kind: 'delete', key, id: identifier(entry), ...condition };
    case 'Read':
      return { kind: 'read', key, id: identifier(entry), ...condition };
    default:
      throw unsupported(`${String(entry.operationType)} in a transactional batch`);
  }
};

/**
 * Reads the body of a transactional batch: 1 to 100 operations, all in the logical partition that the header names.
 * Throws 400 for anything else.
 */
export function readBatch(
  body: unknown,
  key: readonly KeyValue[],
  definition: PartitionKeyDefinition,
): BatchOperation[] {
  if (!Array.isArray(body) || body.length === 0) throw badRequest('A batch is a list of operations.');
  if (body.length > MOST_OPERATIONS)
    throw badRequest(`A batch has at most ${MOST_OPERATIONS} operations; this one has ${body.length}.`);
  if (key.length !== definition.paths.length)
    throw badRequest('A batch needs the whole partition key.', 1001);
  return body.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw badRequest('A batch operation is an object.');
    const one: Entry = entry;
    if (
      typeof one.partitionKey === 'string' &&
      keyText(parseKeyHeader(one.partitionKey, definition)) !== keyText(key)
    )
      throw badRequest('All operations of a batch must have the partition key of the batch.', 1001);
    return operation(one, key);
  });
}
