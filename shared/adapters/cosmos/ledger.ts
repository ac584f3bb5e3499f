import type { Container, JSONObject, OperationInput, OperationResponse } from '@azure/cosmos';

import type { LogEntry } from '../../core/log/entry.js';
import type { LedgerDocument } from '../../core/projections/documents.js';
import {
  StoreUnavailable,
  type CommitResult,
  type LedgerBatch,
  type LedgerList,
  type LedgerStore,
  type Stores,
} from '../../ports.js';
import type { TenantId } from '../../../schemas/primitives.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { ledgerKinds, originalId, refuseUnindexed, storedId } from '../ledger-lists.js';
import type { Containers } from './client.js';
import { guarded } from './faults.js';
import { existingIds, queryItems, readItem, readItems, type Item } from './items.js';

const entryPrefix = 'entry:';
/** Documents of one kind in one page of `all`. */
const pageSize = 200;

/** An entry is a document without a kind: only its position is indexed, which keeps the most frequent write cheap. */
const entryItem = (ledgerId: string, { id, ...entry }: LogEntry): JSONObject => ({
  id: entryPrefix + id,
  ledgerId,
  entry,
});
const entryOf = (item: Item): LogEntry => ({
  ...(item['entry'] as Omit<LogEntry, 'id'>),
  id: item.id.slice(entryPrefix.length),
});

const documentItem = (ledgerId: string, document: LedgerDocument): JSONObject & { id: string } => ({
  ...(document as unknown as JSONObject),
  id: storedId(document.id),
  ledgerId,
});
const documentOf = (item: Item): LedgerDocument => {
  const ours = Object.entries(item).filter(([name]) => !name.startsWith('_') && name !== 'ledgerId');
  return { ...Object.fromEntries(ours), id: originalId(item.id) } as unknown as LedgerDocument;
};

/** The batch as Cosmos takes it: the head first, so that its answer tells whether the batch was stale. */
function operationsOf(ledgerId: string, batch: LedgerBatch, deletes: readonly string[]): OperationInput[] {
  const [head, ...more] = batch.documents.filter((document) => document.id === 'head');
  if (head === undefined || more.length > 0) throw new Error('a batch has exactly one head');
  const resourceBody = documentItem(ledgerId, head);
  return [
    batch.headETag === null
      ? { operationType: 'Create', resourceBody }
      : { operationType: 'Replace', id: 'head', resourceBody, ifMatch: batch.headETag },
    ...batch.entries.map((entry): OperationInput => ({
      operationType: 'Create',
      resourceBody: entryItem(ledgerId, entry),
    })),
    ...batch.documents
      .filter((document) => document !== head)
      .map((document): OperationInput => ({
        operationType: 'Upsert',
        resourceBody: documentItem(ledgerId, document),
      })),
    ...deletes.map((id): OperationInput => ({ operationType: 'Delete', id: storedId(id) })),
  ];
}

/** In a refused batch one operation has its own status; the others have 424. */
const refusalOf = (results: readonly OperationResponse[]): { index: number; status: number } | null => {
  const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  return index < 0 ? null : { index, status: results[index]?.statusCode ?? 0 };
};

async function commitBatch(
  container: Container,
  ledgerId: string,
  batch: LedgerBatch,
): Promise<CommitResult> {
  let deletes = batch.deletes;
  for (;;) {
    const operations = operationsOf(ledgerId, batch, deletes);
    const options = { contentResponseOnWriteEnabled: false };
    const { result = [] } = await guarded(() => container.items.batch(operations, ledgerId, options));
    const refusal = refusalOf(result);
    if (refusal === null) return { status: 'committed', headETag: result[0]?.eTag ?? '' };
    const { index, status } = refusal;
    const firstDelete = operations.length - deletes.length;
    if (index === 0 && [404, 409, 412].includes(status)) return { status: 'stale' };
    if (index <= batch.entries.length && status === 409) return { status: 'duplicate' };
    if (status === 429 || status === 449 || status >= 500)
      throw new StoreUnavailable(`Cosmos DB answered ${status} in a batch`, 1_000);
    if (index < firstDelete || status !== 404)
      throw new Error(`Cosmos DB refused a batch: ${status} at ${index}`);
    // Nothing was changed, and what was to be deleted is gone already: the same batch without that.
    deletes = deletes.filter((_, position) => position !== index - firstDelete);
  }
}

/** Conditions of a list beside its kind. `sort` is the member it is ordered by, or null for the id alone. */
function conditionsOf(
  query: LedgerList,
  sort: string | null,
): { text: string; parameters: Record<string, string | boolean> } {
  refuseUnindexed(query.where);
  const where = Object.entries(query.where ?? {});
  const texts = where.map(([name], index) => `c.${name} = @w${index}`);
  const parameters: Record<string, string | boolean> = Object.fromEntries(
    where.map(([, value], index) => [`w${index}`, value]),
  );
  if (query.failing !== undefined) {
    texts.push('ARRAY_CONTAINS(c.failing, @failing)');
    parameters['failing'] = query.failing;
  }
  for (const name of ['labels', 'words'] as const)
    for (const [index, value] of (query[name] ?? []).entries()) {
      texts.push(`ARRAY_CONTAINS(c.${name}, @${name}${index})`);
      parameters[`${name}${index}`] = value;
    }
  if (sort !== null) texts.push(`IS_DEFINED(c.${sort})`);
  if (query.after !== undefined) {
    texts.push('c.id > @after');
    parameters['after'] = storedId(query.after);
  }
  if (query.idPrefix !== undefined) {
    texts.push('c.id >= @prefix AND c.id < @beyond');
    Object.assign(parameters, rangeOf(storedId(query.idPrefix)));
  }
  const { from, to } = query.rank ?? {};
  if (from !== undefined) texts.push('c.rank >= @from');
  if (to !== undefined) texts.push('c.rank < @to');
  Object.assign(parameters, from === undefined ? {} : { from }, to === undefined ? {} : { to });
  const [value, id] = decodeCursor(query.cursor, 2) ?? [];
  if (value !== undefined && id !== undefined) {
    // The first condition alone tells the index where to begin.
    texts.push(sort === null ? 'c.id > @id' : `c.${sort} >= @value AND (c.${sort} > @value OR c.id > @id)`);
    Object.assign(parameters, sort === null ? { id } : { value, id });
  }
  return { text: texts.map((text) => ` AND ${text}`).join(''), parameters };
}

/** Texts that begin so are all from the prefix on, and below its last character's next. */
const rangeOf = (prefix: string): { prefix: string; beyond: string } => ({
  prefix,
  beyond: prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1),
});

/** One tenant's ledger: one logical partition. */
export function cosmosLedger(containers: Containers, tenantId: VerifiedTenant): LedgerStore {
  const ledgerId: string = tenantId;
  const query = async (
    text: string,
    parameters: Record<string, string | number | boolean>,
  ): Promise<Item[]> => queryItems<Item>(await containers('ledger'), text, parameters, ledgerId);

  const list: LedgerStore['list'] = async (asked) => {
    const sort = asked.orderBy === undefined || asked.orderBy === 'id' ? null : asked.orderBy;
    const { text, parameters } = conditionsOf(asked, sort);
    const rows = await query(
      `SELECT TOP ${asked.limit + 1} * FROM c WHERE c.kind = @kind${text} ` +
        `ORDER BY c.ledgerId, c.kind${sort === null ? '' : `, c.${sort}`}, c.id`,
      { ...parameters, kind: asked.kind },
    );
    const sortValue = (row: Item): string => (sort === null ? '' : String(row[sort]));
    return pageOf(rows, asked.limit, documentOf, (row) => [sortValue(row), row.id]);
  };

  async function* ofKind(kind: LedgerDocument['kind']): AsyncGenerator<LedgerDocument> {
    let cursor: string | undefined;
    do {
      const page = await list({ kind, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  return {
    list,
    async head() {
      const item = await readItem(await containers('ledger'), 'head', ledgerId);
      return item === null ? null : { document: documentOf(item), etag: item._etag };
    },
    async read(ids) {
      const items = await readItems(await containers('ledger'), ids.map(storedId), ledgerId);
      return new Map(items.map(documentOf).map((document) => [document.id, document]));
    },
    async due(instant, limit) {
      const rows = await query(
        `SELECT TOP ${limit} * FROM c WHERE c.dueAt <= @instant ORDER BY c.ledgerId, c.dueAt, c.id`,
        { instant },
      );
      return rows.map(documentOf);
    },
    async entries(from, to) {
      const rows = await query(
        'SELECT * FROM c WHERE c.entry.position >= @from AND c.entry.position < @to ORDER BY c.entry.position',
        { from, to },
      );
      return rows.map(entryOf);
    },
    async entryOf(evidenceId) {
      const item = await readItem(await containers('ledger'), entryPrefix + evidenceId, ledgerId);
      return item === null ? null : entryOf(item);
    },
    async known(evidenceIds) {
      const ids = evidenceIds.map((id) => entryPrefix + id);
      const found = await existingIds(await containers('ledger'), ids, ledgerId);
      return new Set(found.map((id) => id.slice(entryPrefix.length)));
    },
    commit: async (batch) => commitBatch(await containers('ledger'), ledgerId, batch),
    all: () => mergeById(ledgerKinds.map(ofKind)),
  };
}

/** Merges streams that are each in id order into one. */
async function* mergeById(streams: AsyncGenerator<LedgerDocument>[]): AsyncGenerator<LedgerDocument> {
  const fronts: { next: LedgerDocument; stream: AsyncGenerator<LedgerDocument> }[] = [];
  const advance = async (stream: AsyncGenerator<LedgerDocument>): Promise<void> => {
    const step = await stream.next();
    if (step.done !== true) fronts.push({ next: step.value, stream });
  };
  for (const stream of streams) await advance(stream);
  while (fronts.length > 0) {
    fronts.sort((a, b) => (storedId(a.next.id) < storedId(b.next.id) ? -1 : 1));
    const first = fronts.shift();
    if (first === undefined) return;
    yield first.next;
    await advance(first.stream);
  }
}

/** Ledgers in which something is due, over all tenants: a seek in the index of `dueAt`. */
export async function dueLedgers(
  containers: Containers,
  { from, at, limit }: Parameters<Stores['dueLedgers']>[0],
): Promise<{ tenantId: VerifiedTenant; dueAt: string }[]> {
  const rows = await queryItems<{ ledgerId: TenantId; dueAt: string }>(
    await containers('ledger'),
    `SELECT TOP ${limit} c.ledgerId, c.dueAt FROM c WHERE c.dueAt >= @from AND c.dueAt <= @at ORDER BY c.dueAt`,
    { from, at },
  );
  return rows.map(({ ledgerId, dueAt }) => ({ tenantId: verifiedTenant(ledgerId), dueAt }));
}

/** Ledgers with an ended acceptance that is not told, over all tenants. */
export async function expiredLedgers(containers: Containers, limit: number): Promise<VerifiedTenant[]> {
  const rows = await queryItems<{ ledgerId: TenantId }>(
    await containers('ledger'),
    `SELECT TOP ${limit} c.ledgerId FROM c WHERE c.kind = 'finding' AND c.status = 'expired'`,
    {},
  );
  return rows.map(({ ledgerId }) => verifiedTenant(ledgerId));
}
