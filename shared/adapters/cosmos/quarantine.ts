import type { QuarantineRecord, QuarantineStore } from '../../ports.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { originalId, storedId } from '../ledger-lists.js';
import type { Containers, Partition } from './client.js';
import { createItem, queryItems, type Item } from './items.js';

const recordOf = (item: Item): QuarantineRecord => {
  const ours = Object.entries(item).filter(([name]) => !name.startsWith('_') && name !== 'tenantId');
  return { ...Object.fromEntries(ours), id: originalId(item.id) } as unknown as QuarantineRecord;
};

/** What one tenant's senders posted and was not admitted; `partition` is the tenant or the service's own key. */
export function cosmosQuarantine(containers: Containers, partition: Partition): QuarantineStore {
  return {
    async add(record) {
      await createItem(await containers('quarantine'), {
        ...record,
        id: storedId(record.id),
        tenantId: partition,
      });
    },
    async list({ limit, cursor }) {
      const [at, id] = decodeCursor(cursor, 2) ?? [];
      const after = at === undefined || id === undefined ? {} : { at, id };
      const rows = await queryItems<Item & { receivedAt: string }>(
        await containers('quarantine'),
        `SELECT TOP ${limit + 1} * FROM c` +
          ('at' in after ? ' WHERE (c.receivedAt < @at OR (c.receivedAt = @at AND c.id < @id))' : '') +
          ' ORDER BY c.tenantId DESC, c.receivedAt DESC, c.id DESC',
        after,
        partition,
      );
      return pageOf(rows, limit, recordOf, (row) => [row.receivedAt, row.id]);
    },
  };
}
