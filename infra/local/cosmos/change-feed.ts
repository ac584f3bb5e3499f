import type { Container } from './containers.js';
import type { Row, Sql } from './database.js';
import { nowSeconds } from './documents.js';
import { keyText, type KeyValue } from './partition-key.js';
import { badRequest } from './problem.js';
import { PAGE_BYTES } from './query.js';
import { feedCharge } from './request-charge.js';

export type FeedRequest = {
  /** One logical partition, or an interval of effective keys. */
  key?: readonly KeyValue[];
  interval?: { min: string; max: string };
  /** `If-None-Match`: absent for the beginning, `*` for now, else the ETag of the last page. */
  continuation: string | undefined;
  /** `If-Modified-Since` in seconds: only documents written at or after it. */
  since: number | undefined;
  pageSize: number;
};

export type FeedPage = { documents: string[]; etag: string; charge: number };

const readContinuation = (container: Container, continuation: string | undefined): number => {
  if (continuation === undefined) return 0;
  if (continuation === '*') return container.lsn;
  const lsn = Number(continuation.replaceAll('"', ''));
  if (!Number.isInteger(lsn) || lsn < 0)
    throw badRequest('The continuation of the change feed is not a log sequence number.');
  return lsn;
};

/**
 * One page of the latest-version change feed, in the order of the last write to each document. Documents written by
 * one batch share a log sequence number and are never split between pages, even if the page grows beyond
 * its size; deleted and expired documents do not appear. An empty page is answered with 304.
 */
export function readFeed(sql: Sql, container: Container, request: FeedRequest): FeedPage {
  const from = readContinuation(container, request.continuation);
  const scope = request.key ? 'pk = ?' : 'epk >= ? AND epk < ?';
  const values = request.key
    ? [keyText(request.key)]
    : [request.interval?.min ?? '', request.interval?.max ?? 'FF'];
  const select =
    `SELECT lsn, body FROM docs_${container.n} WHERE lsn > ? AND ${scope} AND ts >= ?` +
    ` AND (expires IS NULL OR expires > ?) ORDER BY lsn LIMIT ?`;
  // One more than a batch may hold, so that the last batch of the page is whole.
  const rows = sql.all(select, [from, ...values, request.since ?? 0, nowSeconds(), request.pageSize + 101]);
  const page: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(String(row['body']));
    const together = page.at(-1)?.['lsn'] === row['lsn'];
    if (!together && (page.length >= request.pageSize || (page.length > 0 && bytes + size > PAGE_BYTES)))
      break;
    page.push(row);
    bytes += size;
  }
  const documents = page.map((row) => `${String(row['body']).slice(0, -1)},"_lsn":${Number(row['lsn'])}}`);
  // A page that holds all there was has seen everything up to now, so the next read need not look again.
  const seen = page.length < rows.length ? Number(page.at(-1)?.['lsn']) : Math.max(from, container.lsn);
  const etag = `"${seen}"`;
  return { documents, etag, charge: feedCharge(documents.length, bytes) };
}
