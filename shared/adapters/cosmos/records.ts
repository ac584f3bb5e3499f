import type { TenantId } from '../../../schemas/primitives.js';
import { day } from '../../core/kernel/time.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { RecordStore, Stores } from '../../ports.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { originalId, storedId } from '../ledger-lists.js';
import type { Containers, Partition } from './client.js';
import { createItem, queryItems, readItem, replaceItem, type Item } from './items.js';

/** Records of one partition of the `reports` container: a tenant's, or the service's own. */
export function cosmosRecords(containers: Containers, partition: Partition): RecordStore {
  return {
    async get<T>(id: string) {
      const item = await readItem(await containers('reports'), storedId(id), partition);
      return item === null ? null : { value: item['value'] as T, etag: item._etag };
    },
    async put<T>(id: string, kind: string, value: T, etag: string | null, days?: number) {
      const container = await containers('reports');
      const lifetime = days === undefined ? {} : { ttl: Math.ceil((days * day) / 1000) };
      const item = { id: storedId(id), tenantId: partition, kind, value, ...lifetime };
      return etag === null ? createItem(container, item) : replaceItem(container, item, partition, etag);
    },
    async all({ limit, cursor }) {
      const [kind = '', id = ''] = decodeCursor(cursor, 2) ?? [];
      const rows = await queryItems<Item & { kind: string }>(
        await containers('reports'),
        `SELECT TOP ${limit + 1} * FROM c WHERE (c.kind > @kind OR (c.kind = @kind AND c.id > @id)) ` +
          'ORDER BY c.tenantId, c.kind, c.id',
        { kind, id },
        partition,
      );
      return pageOf(
        rows,
        limit,
        (row) => ({ id: originalId(row.id), kind: row.kind, value: row['value'] }),
        (row) => [row.kind, row.id],
      );
    },
    async list<T>({ kind, limit, cursor }: { kind: string; limit: number; cursor?: string }) {
      const [after = ''] = decodeCursor(cursor, 1) ?? [];
      const rows = await queryItems<Item>(
        await containers('reports'),
        `SELECT TOP ${limit + 1} * FROM c WHERE c.kind = @kind AND c.id > @after ` +
          'ORDER BY c.tenantId, c.kind, c.id',
        { kind, after },
        partition,
      );
      return pageOf(
        rows,
        limit,
        (row) => row['value'] as T,
        (row) => [row.id],
      );
    },
  };
}

/** Records of a kind by their ids, over all tenants: a seek in the index of both. */
export async function tenantsWithRecords(
  containers: Containers,
  { kind, after, before, limit }: Parameters<Stores['withRecords']>[0],
): Promise<{ tenantId: VerifiedTenant; id: string }[]> {
  const rows = await queryItems<{ tenantId: TenantId; id: string }>(
    await containers('reports'),
    `SELECT TOP ${limit} c.tenantId, c.id FROM c WHERE c.kind = @kind AND c.id > @after AND c.id < @before ORDER BY c.kind, c.id`,
    { kind, after: storedId(after), before: storedId(before) },
  );
  return rows.map(({ tenantId, id }) => ({ tenantId: verifiedTenant(tenantId), id: originalId(id) }));
}
