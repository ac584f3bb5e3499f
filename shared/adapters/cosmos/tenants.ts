import type { Page, Stores, TenantStore } from '../../ports.js';
import type { TenantId } from '../../../schemas/primitives.js';
import { dueWork, type DueWork } from '../../core/kernel/due-work.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { dueAtOnce, originalId, storedId } from '../ledger-lists.js';
import type { Containers } from './client.js';
import { guarded } from './faults.js';
import {
  createItem,
  existingIds,
  inParallel,
  queryItems,
  readItem,
  readItems,
  replaceItem,
  type Item,
} from './items.js';

const tenantItemId = 'tenant';
const personPrefix = 'person:';
/** Tries against other writers of one document: those that say when other work is due, and a change of it. */
const mostTries = 8;
const allDue = Object.fromEntries(dueWork.map((work) => [work, dueAtOnce]));
const pseudonymOf = (stored: string): string => originalId(stored).slice(personPrefix.length);
const personId = (pseudonym: string): string => storedId(personPrefix + pseudonym);

/** One tenant's document and, one item each so that one can be erased, its people. */
export function cosmosTenant(containers: Containers, tenantId: VerifiedTenant): TenantStore {
  const names = async (pseudonyms: readonly string[]): Promise<Map<string, string>> => {
    const items = await readItems(await containers('tenants'), pseudonyms.map(personId), tenantId);
    return new Map(
      items.flatMap((item) =>
        typeof item['name'] === 'string' ? [[pseudonymOf(item.id), item['name']] as const] : [],
      ),
    );
  };
  return {
    names,
    get: () => readDocument(containers, tenantId),
    async put(tenant, etag) {
      if (tenant.tenantId !== tenantId) throw new Error('the document of another tenant');
      const container = await containers('tenants');
      const item = { id: tenantItemId, tenantId, kind: 'tenant', tenant, nextDueAt: allDue };
      const written =
        etag === null
          ? await createItem(container, item)
          : await replaceItem(container, item, tenantId, etag);
      return written !== null;
    },
    async setDue(work, at, revision) {
      const container = await containers('tenants');
      for (let tries = 0; tries < mostTries; tries++) {
        const item = await readItem(container, tenantItemId, tenantId);
        if (item === null || (item['tenant'] as Tenant).revision !== revision) return false;
        const { [work]: _before, ...others } = (item['nextDueAt'] ?? {}) as Partial<Record<DueWork, string>>;
        const nextDueAt = at === null ? others : { ...others, [work]: at };
        const next = { id: tenantItemId, tenantId, kind: 'tenant', tenant: item['tenant'], nextDueAt };
        if ((await replaceItem(container, next, tenantId, item._etag)) !== null) return true;
      }
      return false;
    },
    async remember(people) {
      const container = await containers('tenants');
      // Also of who was erased there is an item: nobody is remembered again.
      const ids = people.map((person) => personId(person.pseudonym));
      const known = new Set(await existingIds(container, ids, tenantId));
      const added = people.filter((person) => !known.has(personId(person.pseudonym)));
      await inParallel(added, ({ pseudonym, name }) =>
        createItem(container, { id: personId(pseudonym), tenantId, kind: 'person', name }),
      );
    },
    async forget(pseudonym) {
      const container = await containers('tenants');
      await guarded(() => container.items.upsert({ id: personId(pseudonym), tenantId, kind: 'erased' }));
    },
    async people({ limit, cursor }) {
      const [after = ''] = decodeCursor(cursor, 1) ?? [];
      const rows = await queryItems<Item & { name: string }>(
        await containers('tenants'),
        `SELECT TOP ${limit + 1} * FROM c WHERE c.kind = 'person' AND c.id > @after ORDER BY c.id`,
        { after },
        tenantId,
      );
      return pageOf(
        rows,
        limit,
        (row) => ({ pseudonym: pseudonymOf(row.id), name: row.name }),
        (row) => [row.id],
      );
    },
  };
}

/** The document of a tenant, whoever asks: what it says decides who may. */
export async function readDocument(
  containers: Containers,
  tenantId: TenantId,
): Promise<{ tenant: Tenant; etag: string } | null> {
  const item = await readItem(await containers('tenants'), tenantItemId, tenantId);
  return item === null ? null : { tenant: item['tenant'] as Tenant, etag: item._etag };
}

/** Ids of all tenants, in order: the one query over every partition, of a container with few documents. */
export async function listTenants(
  containers: Containers,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<VerifiedTenant>> {
  const [after = ''] = decodeCursor(cursor, 1) ?? [];
  const rows = await queryItems<{ tenantId: TenantId }>(
    await containers('tenants'),
    `SELECT TOP ${limit + 1} c.tenantId FROM c WHERE c.kind = 'tenant' AND c.tenantId > @after ORDER BY c.tenantId`,
    { after },
  );
  return pageOf(
    rows,
    limit,
    (row) => verifiedTenant(row.tenantId),
    (row) => [row.tenantId],
  );
}

/** Tenants by when work is due for them: a seek in one index, which says all that is asked. */
export async function dueTenants(
  containers: Containers,
  { work, at, limit, cursor }: Parameters<Stores['due']>[0],
): Promise<Page<VerifiedTenant>> {
  const [value, id] = decodeCursor(cursor, 2) ?? [];
  const due = `c.nextDueAt.${work}`;
  const after = value === undefined || id === undefined ? null : { value, id };
  const rows = await queryItems<{ tenantId: TenantId; dueAt: string }>(
    await containers('tenants'),
    `SELECT TOP ${limit + 1} c.tenantId, ${due} AS dueAt FROM c WHERE ${due} <= @at` +
      (after === null ? '' : ` AND ${due} >= @value AND (${due} > @value OR c.tenantId > @id)`) +
      ` ORDER BY ${due}, c.tenantId`,
    { at, ...after },
  );
  return pageOf(
    rows,
    limit,
    (row) => verifiedTenant(row.tenantId),
    (row) => [row.dueAt, row.tenantId],
  );
}
