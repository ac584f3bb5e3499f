import type { LedgerDocument } from '../../core/projections/documents.js';
import type { LedgerBatch, LedgerList, LedgerStore, Page } from '../../ports.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { refuseUnindexed, storedId } from '../ledger-lists.js';
import { answer, frozen } from './clone.js';
import { borrowedEntries, keptEntries, type BorrowedLog } from './entry-log.js';
import { sortedSet, type SortedSet } from './sorted-set.js';

const separator = '\u0000';
const join = (...parts: string[]): string => parts.join(separator);

type Order = NonNullable<LedgerList['orderBy']>;
const orders = ['id', 'rank', 'dueAt', 'dueRank'] as const satisfies readonly Order[];

const sortValue = (document: LedgerDocument, order: Order): string | undefined => {
  if (order === 'id') return '';
  if (order === 'dueAt') return document.dueAt;
  if (order === 'dueRank') return 'dueRank' in document ? document.dueRank : undefined;
  return 'rank' in document ? document.rank : undefined;
};

const ranksBetween = (document: LedgerDocument, { from = '', to }: NonNullable<LedgerList['rank']> = {}) =>
  !('rank' in document) || (document.rank >= from && (to === undefined || document.rank < to));

const matches = (document: LedgerDocument, query: LedgerList): boolean => {
  const members = document as unknown as Record<string, unknown>;
  const failing = 'failing' in document ? document.failing : [];
  const labels = 'labels' in document ? document.labels : [];
  const words = 'words' in document ? document.words : [];
  return (
    Object.entries(query.where ?? {}).every(([name, value]) => members[name] === value) &&
    (query.failing === undefined || failing.includes(query.failing)) &&
    (query.labels ?? []).every((label) => labels.includes(label)) &&
    (query.words ?? []).every((word) => words.includes(word)) &&
    (query.idPrefix === undefined || storedId(document.id).startsWith(storedId(query.idPrefix))) &&
    ranksBetween(document, query.rank)
  );
};

/**
 * One tenant's ledger in memory: one map of documents and sorted indexes beside it, changed together.
 * @param log where given, the entries are those of this log, and only what follows from them is kept here
 */
export function memoryLedger(log?: BorrowedLog): LedgerStore {
  const documents = new Map<string, LedgerDocument>();
  const size = (): number => {
    const head = documents.get('head');
    return head?.kind === 'head' ? head.size : 0;
  };
  const entries = log === undefined ? keptEntries() : borrowedEntries(log, size);
  const all = sortedSet();
  const due = sortedSet();
  const lists = { id: sortedSet(), rank: sortedSet(), dueAt: sortedSet(), dueRank: sortedSet() };
  let revision = 0;

  /** The key of a document in each index; none where the index does not hold it. */
  const keysOf = (document: LedgerDocument): readonly (readonly [SortedSet, string | undefined])[] => {
    const id = storedId(document.id);
    const listed = orders.map((order) => {
      const value = sortValue(document, order);
      return [lists[order], value === undefined ? undefined : join(document.kind, value, id)] as const;
    });
    const { dueAt } = document;
    return [[all, id], [due, dueAt === undefined ? undefined : join(dueAt, id)], ...listed];
  };
  const remove = (id: string): void => {
    const before = documents.get(id);
    if (before === undefined) return;
    for (const [index, key] of keysOf(before)) if (key !== undefined) index.delete(key);
    documents.delete(id);
  };
  /** An index is touched only where its key changed, as in Cosmos: most folds leave most keys as they are. */
  const store = (document: LedgerDocument): void => {
    const id = storedId(document.id);
    const found = documents.get(id);
    const before = found === undefined ? [] : keysOf(found);
    documents.set(id, document);
    for (const [n, [index, key]] of keysOf(document).entries()) {
      const old = before[n]?.[1];
      if (old === key) continue;
      if (old !== undefined) index.delete(old);
      if (key !== undefined) index.add(key);
    }
  };
  /** The document behind the last part of an index key. */
  const behind = (key: string): LedgerDocument => {
    const found = documents.get(key.slice(key.lastIndexOf(separator) + 1));
    if (found === undefined) throw new Error('an index names a document that is not there');
    return found;
  };
  const commit = (batch: LedgerBatch): Awaited<ReturnType<LedgerStore['commit']>> => {
    if (!batch.documents.some((document) => document.id === 'head'))
      throw new Error('a batch without a head');
    const current = documents.has('head') ? String(revision) : null;
    if (current !== batch.headETag) return { status: 'stale' };
    if (entries.meets(batch.entries)) return { status: 'duplicate' };
    // First, because it may throw, and then nothing of the batch may be there.
    const kept = batch.documents.map(frozen);
    entries.append(batch.entries);
    kept.forEach(store);
    batch.deletes.map(storedId).forEach(remove);
    revision += 1;
    return { status: 'committed', headETag: String(revision) };
  };
  const list = (query: LedgerList): Page<LedgerDocument> => {
    refuseUnindexed(query.where);
    const order = query.orderBy ?? 'id';
    const after = decodeCursor(query.cursor, 2);
    const first =
      query.after === undefined ? join(query.kind, '') : join(query.kind, '', storedId(query.after), '');
    const start = after === null ? first : join(query.kind, ...after, '');
    const found: LedgerDocument[] = [];
    for (const key of lists[order].from(start)) {
      if (!key.startsWith(join(query.kind, '')) || found.length > query.limit) break;
      const document = behind(key);
      if (matches(document, query)) found.push(document);
    }
    return pageOf(
      found,
      query.limit,
      (document) => document,
      (document) => [sortValue(document, order) ?? '', storedId(document.id)],
    );
  };

  return {
    head() {
      const document = documents.get('head');
      return Promise.resolve(document === undefined ? null : { document, etag: String(revision) });
    },
    read(ids) {
      const found = new Map<string, LedgerDocument>();
      for (const id of ids) {
        const document = documents.get(storedId(id));
        if (document !== undefined) found.set(id, document);
      }
      return Promise.resolve(found);
    },
    due(instant, limit) {
      const found: LedgerDocument[] = [];
      for (const key of due.from('')) {
        const document = behind(key);
        if (found.length >= limit || (document.dueAt ?? '') > instant) break;
        found.push(document);
      }
      return Promise.resolve(found);
    },
    list: (query) => answer(() => list(query)),
    entries: entries.entries,
    entryOf: entries.entryOf,
    known: entries.known,
    commit: (batch) => answer(() => commit(batch)),
    async *all() {
      for (const id of [...all.from('')]) {
        const document = documents.get(id);
        if (document !== undefined) yield await Promise.resolve(document);
      }
    },
  };
}
