import { randomUUID } from 'node:crypto';
import { documentRid, type Container, type Resource } from './containers.js';
import type { Row, Sql } from './database.js';
import { effectiveKey, keyOf, keyText, splitWithin, type KeyValue } from './partition-key.js';
import { badRequest, conflict, CosmosProblem, notFound, preconditionFailed, tooLarge } from './problem.js';
import { changedTerms, indexTerms, readCharge, writeCharge } from './request-charge.js';

/** The most bytes that a document, and a batch request, may have. */
export const MOST_BYTES = 2 * 1024 * 1024;
/** The most operations that a transactional batch may have. */
export const MOST_OPERATIONS = 100;

export type Condition = { ifMatch?: string; ifNoneMatch?: string };
export type Write =
  | ({ kind: 'create'; key: readonly KeyValue[]; body: Resource } & Condition)
  | ({ kind: 'upsert'; key: readonly KeyValue[]; body: Resource } & Condition)
  | ({ kind: 'replace'; key: readonly KeyValue[]; id: string; body: Resource } & Condition)
  | ({ kind: 'delete'; key: readonly KeyValue[]; id: string } & Condition);
export type BatchOperation = Write | ({ kind: 'read'; key: readonly KeyValue[]; id: string } & Condition);

/** What an operation came to; `text` is the document as JSON. */
export type Outcome = { status: number; charge: number; etag?: string; text?: string };
export type BatchOutcome = { status: 200 | 207; charge: number; results: Outcome[] };

export type Documents = {
  read(container: Container, key: readonly KeyValue[], id: string, condition: Condition): Outcome;
  write(container: Container, write: Write): Outcome;
  batch(container: Container, operations: readonly BatchOperation[]): BatchOutcome;
};

const SYSTEM = new Set(['_rid', '_self', '_etag', '_ts', '_attachments', '_lsn']);
const NO_TERMS: ReadonlySet<string> = new Set();

/** Seconds since 1970, as `_ts` counts them. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

const requireFullKey = (container: Container, key: readonly KeyValue[]): void => {
  if (key.length !== container.partitionKey.paths.length)
    throw badRequest('The partition key supplied has fewer levels than the container defines.', 1001);
};

const checkBody = (container: Container, key: readonly KeyValue[], body: Resource): string => {
  const id = body['id'];
  if (typeof id !== 'string' || id === '' || /[/\\?#]/.test(id) || Buffer.byteLength(id) > 1023)
    throw badRequest(
      `The input name '${String(id)}' is invalid: 1 to 1023 bytes without / \\ ? # are required.`,
    );
  if (keyText(keyOf(body, container.partitionKey)) !== keyText(key))
    throw badRequest(
      'PartitionKey extracted from document does not match the one specified in the header.',
      1001,
    );
  return id;
};

const expiry = (container: Container, body: Resource, ts: number): number | null => {
  const own = body['ttl'];
  if (own !== undefined && own !== null && (!Number.isInteger(own) || own === 0 || Number(own) < -1))
    throw badRequest('The ttl of an item must be -1 or a positive number of seconds.');
  if (container.defaultTtl === undefined) return null;
  const ttl = Number(own ?? container.defaultTtl);
  return ttl === -1 ? null : ts + ttl;
};

type Stored = { seq: number; etag: string; text: string };
type Moment = { lsn: number; ts: number; seq: number };

/** Reads and writes of documents; every write is one SQLite transaction. */
export function openDocuments(sql: Sql): Documents {
  const find = (container: Container, key: readonly KeyValue[], id: string): Stored | undefined => {
    const row: Row | undefined = sql.one(
      `SELECT seq, etag, body FROM docs_${container.n} WHERE pk = ? AND id = ? AND (expires IS NULL OR expires > ?)`,
      [keyText(key), id, nowSeconds()],
    );
    return row && { seq: Number(row['seq']), etag: String(row['etag']), text: String(row['body']) };
  };

  const terms = (container: Container, text: string | undefined): ReadonlySet<string> =>
    text === undefined || container.indexing.indexingMode === 'none'
      ? NO_TERMS
      : indexTerms(withoutSystem(JSON.parse(text) as Resource), container.indexing); // as: we stored it

  const store = (
    container: Container,
    write: Exclude<Write, { kind: 'delete' }>,
    old: Stored | undefined,
    moment: Moment,
  ): Outcome => {
    const { key } = write;
    const body = withoutSystem(write.body);
    const id = String(body['id']);
    const seq = old?.seq ?? (moment.seq += 1);
    const rid = documentRid(container.rid, seq);
    const etag = `"${randomUUID()}"`;
    const text = JSON.stringify({
      ...body,
      _rid: rid,
      _self: `${String(container.resource['_self'])}docs/${rid}/`,
      _etag: etag,
      _attachments: 'attachments/',
      _ts: moment.ts,
    });
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES) throw tooLarge();
    const pk = keyText(key);
    const values = [moment.lsn, etag, moment.ts, expiry(container, body, moment.ts), text];
    if (old) {
      sql.run(
        `UPDATE docs_${container.n} SET lsn = ?, etag = ?, ts = ?, expires = ?, body = ? WHERE seq = ?`,
        [...values, seq],
      );
    } else {
      // A twin that has expired but is still on disk makes room.
      sql.run(`DELETE FROM docs_${container.n} WHERE pk = ? AND id = ?`, [pk, id]);
      sql.run(
        `INSERT INTO docs_${container.n} (seq, k1, pk, id, epk, lsn, etag, ts, expires, body) VALUES (?,?,?,?,?,?,?,?,?,?)`,
        [seq, keyText(key.slice(0, 1)), pk, id, effectiveKey(key), ...values],
      );
      if (container.partitionKey.kind === 'MultiHash')
        container.ranges = splitWithin(container.ranges, key[0]);
    }
    const charge = writeCharge(
      bytes,
      changedTerms(terms(container, old?.text), indexTerms(body, container.indexing)),
    );
    return { status: old ? 200 : 201, charge, etag, text };
  };

  const apply = (container: Container, write: Write, moment: Moment): Outcome => {
    requireFullKey(container, write.key);
    const bodyId = write.kind === 'delete' ? undefined : checkBody(container, write.key, write.body);
    const id = write.kind === 'create' || write.kind === 'upsert' ? String(bodyId) : write.id;
    if (write.kind === 'replace' && bodyId !== id)
      throw badRequest('The id in the body differs from the id of the resource.');
    const old = find(container, write.key, id);
    if (write.kind === 'create' && old) throw conflict();
    if ((write.kind === 'replace' || write.kind === 'delete') && !old) throw notFound();
    if (old && write.ifMatch !== undefined && write.ifMatch !== '*' && write.ifMatch !== old.etag)
      throw preconditionFailed();
    if (old && (write.ifNoneMatch === '*' || write.ifNoneMatch === old.etag)) throw preconditionFailed();
    if (write.kind !== 'delete') return store(container, write, old, moment);
    sql.run(`DELETE FROM docs_${container.n} WHERE seq = ?`, [old?.seq ?? -1]);
    const removed = terms(container, old?.text);
    return { status: 204, charge: writeCharge(Buffer.byteLength(old?.text ?? ''), removed.size) };
  };

  /** One transaction with one log sequence number: the feed never shows a part of it. */
  const commit = <T>(container: Container, work: (moment: Moment) => T): T => {
    const before = container.ranges;
    try {
      return sql.transaction(() => {
        const moment = { lsn: container.lsn + 1, ts: nowSeconds(), seq: container.seq };
        const result = work(moment);
        if (container.defaultTtl !== undefined)
          sql.run(
            `DELETE FROM docs_${container.n} WHERE seq IN (SELECT seq FROM docs_${container.n} WHERE expires <= ? LIMIT 50)`,
            [moment.ts],
          );
        sql.run('UPDATE containers SET lsn = ?, seq = ? WHERE n = ?', [moment.lsn, moment.seq, container.n]);
        if (container.ranges !== before)
          sql.run('UPDATE containers SET ranges = ? WHERE n = ?', [
            JSON.stringify(container.ranges),
            container.n,
          ]);
        container.lsn = moment.lsn;
        container.seq = moment.seq;
        return result;
      });
    } catch (error) {
      container.ranges = before;
      throw error;
    }
  };

  const read = (
    container: Container,
    key: readonly KeyValue[],
    id: string,
    condition: Condition,
  ): Outcome => {
    requireFullKey(container, key);
    const found = find(container, key, id);
    if (!found) throw notFound();
    if (condition.ifNoneMatch === found.etag) return { status: 304, charge: readCharge(0), etag: found.etag };
    return {
      status: 200,
      charge: readCharge(Buffer.byteLength(found.text)),
      etag: found.etag,
      text: found.text,
    };
  };

  return {
    read,
    write: (container, write) => commit(container, (moment) => apply(container, write, moment)),
    batch: (container, operations) => {
      const results: Outcome[] = [];
      try {
        commit(container, (moment) => {
          for (const operation of operations)
            results.push(
              operation.kind === 'read'
                ? read(container, operation.key, operation.id, operation)
                : apply(container, operation, moment),
            );
        });
        return { status: 200, charge: total(results), results };
      } catch (error) {
        if (!(error instanceof CosmosProblem)) throw error;
        const charge = total(results) + readCharge(0);
        const failed = operations.map((_, i): Outcome => ({
          status: i === results.length ? error.status : 424,
          charge: i === results.length ? readCharge(0) : 0,
        }));
        return { status: 207, charge, results: failed };
      }
    },
  };
}

const withoutSystem = (body: Resource): Resource =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !SYSTEM.has(name)));

const total = (results: readonly Outcome[]): number =>
  Math.round(results.reduce((sum, r) => sum + r.charge, 0) * 100) / 100;
