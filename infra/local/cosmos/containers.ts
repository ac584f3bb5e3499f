import { randomUUID } from 'node:crypto';
import type { Sql } from './database.js';
import { readIndexingPolicy, type IndexingPolicy } from './indexing-policy.js';
import { INITIAL_RANGES, type KeyRange, type PartitionKeyDefinition } from './partition-key.js';
import { badRequest, conflict, notFound, unsupported } from './problem.js';

export type Resource = Record<string, unknown>;

/** A container as the server holds it: its definition and the counters that its writes advance. */
export type Container = {
  n: number;
  database: string;
  id: string;
  rid: string;
  resource: Resource;
  partitionKey: PartitionKeyDefinition;
  indexing: IndexingPolicy;
  defaultTtl: number | undefined;
  ranges: readonly KeyRange[];
  /** Log sequence number of the last committed write; the change feed's clock. */
  lsn: number;
  /** Number of documents ever created; the last part of `_rid`. */
  seq: number;
};

export type Containers = {
  createDatabase(body: Resource): Resource;
  readDatabase(id: string): Resource;
  listDatabases(): Resource[];
  deleteDatabase(id: string): void;
  create(database: string, body: Resource): Container;
  replace(database: string, id: string, body: Resource): Container;
  get(database: string, id: string): Container;
  list(database: string): Container[];
  delete(database: string, id: string): void;
};

const bytesOf = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((n, i) => bytes.writeUInt32BE(n, 4 * i));
  return bytes;
};

/** A resource id as the service writes it: bytes in base64 with `-` for `/`. */
const ridOf = (...numbers: number[]): string =>
  bytesOf(...numbers)
    .toString('base64')
    .replaceAll('/', '-');

/** The `_rid` of a document: the container's eight bytes, then its number in little-endian, the order the SDK compares by. */
export const documentRid = (containerRid: string, seq: number): string => {
  const bytes = Buffer.alloc(16);
  Buffer.from(containerRid.replaceAll('-', '/'), 'base64').copy(bytes);
  bytes.writeBigUInt64LE(BigInt(seq), 8);
  return bytes.toString('base64').replaceAll('/', '-');
};

const stamp = (): Resource => ({ _etag: `"${randomUUID()}"`, _ts: Math.floor(Date.now() / 1000) });

const readId = (body: Resource): string => {
  const id = body['id'];
  if (typeof id !== 'string' || id === '' || /[/\\?#]/.test(id))
    throw badRequest('The id must be a non-empty string without / \\ ? #.');
  return id;
};

const readPartitionKey = (value: unknown): PartitionKeyDefinition => {
  const definition = value as { paths?: unknown; kind?: unknown } | undefined; // as: checked member by member
  const paths = definition?.paths;
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every((p) => typeof p === 'string'))
    throw badRequest('A container needs a partition key definition with paths.');
  const kind = definition?.kind ?? 'Hash';
  if (kind === 'Range') throw unsupported('partition keys of kind Range');
  if (kind === 'MultiHash' ? paths.length > 3 : paths.length > 1)
    throw badRequest('Too many partition key paths for this kind.');
  return { paths, kind: kind === 'MultiHash' ? 'MultiHash' : 'Hash', version: 2 };
};

const readTtl = (value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || value === 0 || (value as number) < -1)
    throw badRequest('defaultTtl must be -1 or a positive number of seconds.');
  return value as number; // as: checked to be an integer above
};

const definitionOf = (body: Resource): Resource => {
  const unique = body['uniqueKeyPolicy'] as { uniqueKeys?: unknown[] } | undefined; // as: only its length is read
  if (unique?.uniqueKeys?.length) throw unsupported('unique key policies');
  for (const name of ['computedProperties', 'vectorEmbeddingPolicy', 'fullTextPolicy', 'changeFeedPolicy'])
    if (body[name] !== undefined) throw unsupported(name);
  return {
    id: readId(body),
    partitionKey: readPartitionKey(body['partitionKey']),
    indexingPolicy: readIndexingPolicy(body['indexingPolicy']),
    ...(readTtl(body['defaultTtl']) === undefined ? {} : { defaultTtl: body['defaultTtl'] }),
    conflictResolutionPolicy: {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
  };
};

/** A new defaultTtl applies at once to the documents that are there. */
const retime = (sql: Sql, container: Container): void => {
  const ttl = `coalesce(json_extract(body, '$.ttl'), ?)`;
  const on = container.defaultTtl !== undefined;
  sql.run(
    `UPDATE docs_${container.n} SET expires = ${on ? `CASE WHEN ${ttl} = -1 THEN NULL ELSE ts + ${ttl} END` : 'NULL'}`,
    on ? [container.defaultTtl ?? null, container.defaultTtl ?? null] : [],
  );
};

const FEEDS: Resource = {
  _docs: 'docs/',
  _sprocs: 'sprocs/',
  _triggers: 'triggers/',
  _udfs: 'udfs/',
  _conflicts: 'conflicts/',
};

/** Databases and containers: their definitions, and one table of documents for each container. */
export function openContainers(sql: Sql): Containers {
  const cache = new Map<string, Container>();

  const database = (id: string): { n: number; resource: Resource } => {
    const row = sql.one('SELECT n, resource FROM databases WHERE id = ?', [id]);
    if (!row) throw notFound();
    return { n: Number(row['n']), resource: JSON.parse(String(row['resource'])) as Resource }; // as: we wrote it
  };

  const build = (
    owner: string,
    resource: Resource,
    row: { n: number; ranges: string; lsn: number; seq: number },
  ): Container => ({
    n: row.n,
    database: owner,
    id: readId(resource),
    rid: String(resource['_rid']),
    resource,
    partitionKey: readPartitionKey(resource['partitionKey']),
    indexing: readIndexingPolicy(resource['indexingPolicy']),
    defaultTtl: readTtl(resource['defaultTtl']),
    ranges: JSON.parse(row.ranges) as KeyRange[], // as: we wrote it
    lsn: row.lsn,
    seq: row.seq,
  });

  const get = (owner: string, id: string): Container => {
    const kept = cache.get(`${owner}/${id}`);
    if (kept) return kept;
    const row = sql.one('SELECT * FROM containers WHERE database = ? AND id = ?', [database(owner).n, id]);
    if (!row) throw notFound();
    const container = build(owner, JSON.parse(String(row['resource'])) as Resource, {
      n: Number(row['n']),
      ranges: String(row['ranges']),
      lsn: Number(row['lsn']),
      seq: Number(row['seq']),
    });
    cache.set(`${owner}/${id}`, container);
    return container;
  };

  const drop = (container: Container): void => {
    sql.run('DELETE FROM containers WHERE n = ?', [container.n]);
    sql.exec(`DROP TABLE docs_${container.n}`);
    cache.delete(`${container.database}/${container.id}`);
  };

  const list = (owner: string): Container[] =>
    sql
      .all('SELECT id FROM containers WHERE database = ? ORDER BY n', [database(owner).n])
      .map((row) => get(owner, String(row['id'])));

  const nextNumber = (table: string): number =>
    Number(sql.one('SELECT seq FROM sqlite_sequence WHERE name = ?', [table])?.['seq'] ?? 0) + 1;

  return {
    get,
    list,
    createDatabase: (body) =>
      sql.transaction(() => {
        const id = readId(body);
        if (sql.one('SELECT 1 FROM databases WHERE id = ?', [id])) throw conflict();
        const rid = ridOf(nextNumber('databases'));
        const resource = {
          id,
          _rid: rid,
          _self: `dbs/${rid}/`,
          ...stamp(),
          _colls: 'colls/',
          _users: 'users/',
        };
        sql.run('INSERT INTO databases (id, resource) VALUES (?, ?)', [id, JSON.stringify(resource)]);
        return resource;
      }),
    readDatabase: (id) => database(id).resource,
    listDatabases: () =>
      sql.all('SELECT id FROM databases ORDER BY n').map((row) => database(String(row['id'])).resource),
    deleteDatabase: (id) => {
      const { n } = database(id);
      sql.transaction(() => {
        list(id).forEach(drop);
        sql.run('DELETE FROM databases WHERE n = ?', [n]);
      });
    },
    create: (owner, body) =>
      sql.transaction(() => {
        const { n: parent, resource: above } = database(owner);
        const definition = definitionOf(body);
        const id = readId(body);
        if (sql.one('SELECT 1 FROM containers WHERE database = ? AND id = ?', [parent, id])) throw conflict();
        const n = nextNumber('containers');
        const rid = ridOf(parent, n);
        const self = `${String(above['_self'])}colls/${rid}/`;
        const resource = { ...definition, _rid: rid, _self: self, ...stamp(), ...FEEDS };
        const ranges = JSON.stringify(INITIAL_RANGES);
        sql.run('INSERT INTO containers (n, database, id, resource, ranges) VALUES (?, ?, ?, ?, ?)', [
          n,
          parent,
          id,
          JSON.stringify(resource),
          ranges,
        ]);
        sql.exec(`
          CREATE TABLE docs_${n} (seq INTEGER PRIMARY KEY, k1 TEXT NOT NULL, pk TEXT NOT NULL, id TEXT NOT NULL,
            epk TEXT NOT NULL, lsn INTEGER NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL, expires INTEGER,
            body TEXT NOT NULL, UNIQUE (pk, id));
          CREATE INDEX docs_${n}_pk ON docs_${n} (pk);
          CREATE INDEX docs_${n}_k1 ON docs_${n} (k1);
          CREATE INDEX docs_${n}_lsn ON docs_${n} (lsn, epk);
          CREATE INDEX docs_${n}_expires ON docs_${n} (expires) WHERE expires IS NOT NULL;`);
        return build(owner, resource, { n, ranges, lsn: 0, seq: 0 });
      }),
    replace: (owner, id, body) =>
      sql.transaction(() => {
        const old = get(owner, id);
        const definition = definitionOf(body);
        if (readId(body) !== id) throw badRequest('The id of a container cannot be changed.');
        if (JSON.stringify(definition['partitionKey']) !== JSON.stringify(old.partitionKey))
          throw badRequest('Partition key paths for a container cannot be changed.');
        const resource: Resource = {
          ...definition,
          _rid: old.rid,
          _self: old.resource['_self'],
          ...stamp(),
          ...FEEDS,
        };
        sql.run('UPDATE containers SET resource = ? WHERE n = ?', [JSON.stringify(resource), old.n]);
        const ttl = old.defaultTtl;
        // The same object goes on: requests under way hold it and advance its counters.
        old.resource = resource;
        old.indexing = readIndexingPolicy(resource['indexingPolicy']);
        old.defaultTtl = readTtl(body['defaultTtl']);
        if (old.defaultTtl !== ttl) retime(sql, old);
        return old;
      }),
    delete: (owner, id) => {
      const container = get(owner, id);
      sql.transaction(() => drop(container));
    },
  };
}
