import type { TenantId } from '../../../schemas/primitives.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { dueWork, type DueWork } from '../../core/kernel/due-work.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { Page, Stores } from '../../ports.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { dueAtOnce } from '../ledger-lists.js';
import { clone } from './clone.js';
import { sortedSet } from './sorted-set.js';

export type TenantRow = { tenant: Tenant; etag: string; nextDueAt: Partial<Record<DueWork, string>> };

const allDue: TenantRow['nextDueAt'] = Object.fromEntries(dueWork.map((work) => [work, dueAtOnce]));
const nextTag = (etag: string | undefined): string => String(Number(etag ?? 0) + 1);
/** Neither part holds a space. */
const keyOf = (...parts: string[]): string => parts.join(' ');

/** The documents of all tenants in memory, with an index by id and one by when work is due, as the real store has them. */
export function tenantRows() {
  const rows = new Map<TenantId, TenantRow>();
  const ids = sortedSet();
  const due = Object.fromEntries(dueWork.map((work) => [work, sortedSet()]));
  const index = (tenantId: TenantId, change: 'add' | 'delete'): void => {
    for (const [work, at] of Object.entries(rows.get(tenantId)?.nextDueAt ?? {}))
      due[work]?.[change](keyOf(at, tenantId));
  };
  const set = (tenantId: TenantId, row: TenantRow): void => {
    index(tenantId, 'delete');
    rows.set(tenantId, row);
    index(tenantId, 'add');
    ids.add(tenantId);
  };
  return {
    read(tenantId: TenantId): Pick<TenantRow, 'tenant' | 'etag'> | null {
      const row = rows.get(tenantId);
      return row === undefined ? null : clone({ tenant: row.tenant, etag: row.etag });
    },
    put(tenant: Tenant, etag: string | null): boolean {
      const current = rows.get(tenant.tenantId)?.etag;
      if ((current ?? null) !== etag) return false;
      set(tenant.tenantId, { tenant: clone(tenant), etag: nextTag(current), nextDueAt: allDue });
      return true;
    },
    setDue(tenantId: TenantId, work: DueWork, at: string | null, revision: number): boolean {
      const row = rows.get(tenantId);
      if (row?.tenant.revision !== revision) return false;
      const { [work]: _before, ...others } = row.nextDueAt;
      const nextDueAt = at === null ? others : { ...others, [work]: at };
      set(tenantId, { ...row, etag: nextTag(row.etag), nextDueAt });
      return true;
    },
    ids({ limit, cursor }: Parameters<Stores['tenantIds']>[0]): Page<VerifiedTenant> {
      const [after = ''] = decodeCursor(cursor, 1) ?? [];
      const found: string[] = [];
      for (const id of ids.from(keyOf(after, ''))) if (found.push(id) > limit) break;
      return pageOf(found, limit, verifiedId, (id) => [id]);
    },
    due({ work, at, limit, cursor }: Parameters<Stores['due']>[0]): Page<VerifiedTenant> {
      const found: [string, string][] = [];
      for (const key of due[work]?.from(keyOf(...(decodeCursor(cursor, 2) ?? []), '')) ?? []) {
        const [dueAt = '', tenantId = ''] = key.split(' ');
        if (dueAt > at || found.push([dueAt, tenantId]) > limit) break;
      }
      return pageOf(
        found,
        limit,
        ([, tenantId]) => verifiedId(tenantId),
        (row) => row,
      );
    },
  };
}
export type TenantRows = ReturnType<typeof tenantRows>;

// as: the index holds ids of rows and nothing else.
const verifiedId = (id: string): VerifiedTenant => verifiedTenant(id as TenantId);
