import type {
  QuarantineRecord,
  QuarantineStore,
  RecordStore,
  Stores,
  TenantStore,
  TenantStores,
} from '../../ports.js';
import { day } from '../../core/kernel/time.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { originalId, storedId } from '../ledger-lists.js';
import { answer, clone } from './clone.js';
import { memoryEvidence } from './evidence.js';
import { memoryLedger } from './ledger.js';
import { tenantRows, type TenantRows } from './tenant-rows.js';

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function memoryQuarantine(): QuarantineStore {
  const records = new Map<string, QuarantineRecord>();
  return {
    add(record) {
      if (!records.has(record.id)) records.set(record.id, clone(record));
      return Promise.resolve();
    },
    list: ({ limit, cursor }) =>
      answer(() => {
        const key = (record: QuarantineRecord): [string, string] => [record.receivedAt, storedId(record.id)];
        const [at = '\uffff', id = '\uffff'] = decodeCursor(cursor, 2) ?? [];
        const rows = [...records.values()]
          .filter((r) => r.receivedAt < at || (r.receivedAt === at && storedId(r.id) < id))
          .sort((a, b) => ascending(b.receivedAt, a.receivedAt) || ascending(storedId(b.id), storedId(a.id)));
        return pageOf(rows, limit, clone, key);
      }),
  };
}

function memoryTenant(tenantId: VerifiedTenant, tenants: TenantRows): TenantStore {
  /** Null where a name was erased. */
  const directory = new Map<string, string | null>();
  return {
    get: () => Promise.resolve(tenants.read(tenantId)),
    put: (tenant, etag) =>
      answer(() => {
        if (tenant.tenantId !== tenantId) throw new Error('the document of another tenant');
        return tenants.put(tenant, etag);
      }),
    setDue: (work, at, revision) => answer(() => tenants.setDue(tenantId, work, at, revision)),
    remember(people) {
      for (const { pseudonym, name } of people) if (!directory.has(pseudonym)) directory.set(pseudonym, name);
      return Promise.resolve();
    },
    names(pseudonyms) {
      const found = new Map<string, string>();
      for (const pseudonym of pseudonyms) {
        const name = directory.get(pseudonym);
        if (typeof name === 'string') found.set(pseudonym, name);
      }
      return Promise.resolve(found);
    },
    forget(pseudonym) {
      directory.set(pseudonym, null);
      return Promise.resolve();
    },
    people: ({ limit, cursor }) =>
      answer(() => {
        const [after = ''] = decodeCursor(cursor, 1) ?? [];
        const found = [...directory.entries()]
          .flatMap(([pseudonym, name]) => (name !== null && pseudonym > after ? [{ pseudonym, name }] : []))
          .sort((a, b) => ascending(a.pseudonym, b.pseudonym));
        return pageOf(
          found,
          limit,
          (person) => person,
          ({ pseudonym }) => [pseudonym],
        );
      }),
  };
}

function memoryRecords(): RecordStore {
  /** By stored id, so that lists have the order of the real store. */
  const rows = new Map<string, { kind: string; value: unknown; etag: string }>();
  /** When those that are not kept for good end, by the machine's clock, as the real store's is. */
  const ends = new Map<string, number>();
  const sweep = (): void => {
    for (const [id, end] of ends) if (end <= Date.now() && ends.delete(id)) rows.delete(id);
  };
  return {
    get<T>(id: string) {
      sweep();
      const row = rows.get(storedId(id));
      return Promise.resolve(row === undefined ? null : { value: clone(row.value) as T, etag: row.etag });
    },
    put<T>(id: string, kind: string, value: T, etag: string | null, days?: number) {
      sweep();
      const current = rows.get(storedId(id))?.etag ?? null;
      if (current !== etag) return Promise.resolve(null);
      const next = String(Number(current ?? 0) + 1);
      rows.set(storedId(id), { kind, value: clone(value), etag: next });
      ends.delete(storedId(id));
      if (days !== undefined) ends.set(storedId(id), Date.now() + days * day);
      return Promise.resolve(next);
    },
    all: ({ limit, cursor }) =>
      answer(() => {
        sweep();
        const [kind = '', after = ''] = decodeCursor(cursor, 2) ?? [];
        const found = [...rows.entries()]
          .filter(([id, row]) => row.kind > kind || (row.kind === kind && id > after))
          .sort(([a, x], [b, y]) => ascending(x.kind, y.kind) || ascending(a, b));
        return pageOf(
          found,
          limit,
          ([id, row]) => ({ id: originalId(id), kind: row.kind, value: clone(row.value) }),
          ([id, row]) => [row.kind, id],
        );
      }),
    list<T>({ kind, limit, cursor }: { kind: string; limit: number; cursor?: string }) {
      return answer(() => {
        sweep();
        const [after = ''] = decodeCursor(cursor, 1) ?? [];
        const found = [...rows.entries()]
          .filter(([id, row]) => row.kind === kind && id > after)
          .sort(([a], [b]) => ascending(a, b));
        return pageOf(
          found,
          limit,
          ([, row]) => clone(row.value) as T,
          ([id]) => [id],
        );
      });
    },
  };
}

/** Every store in memory, for tests and benchmarks: the contract suites hold it equal to the real one. */
export function memoryStores(): Stores {
  const opened = new Map<VerifiedTenant, TenantStores>();
  const tenants = tenantRows();
  const operations = new Map<string, VerifiedTenant>();
  const mailBudget = memoryRecords();
  const make = (tenantId: VerifiedTenant): TenantStores => ({
    tenantId,
    evidence: memoryEvidence(tenantId),
    ledger: memoryLedger(),
    quarantine: memoryQuarantine(),
    tenant: memoryTenant(tenantId, tenants),
    records: memoryRecords(),
  });
  return {
    open(tenantId) {
      const stores = opened.get(tenantId) ?? make(tenantId);
      opened.set(tenantId, stores);
      return stores;
    },
    document: (tenantId) => Promise.resolve(tenants.read(tenantId)),
    tenantIds: (query) => answer(() => tenants.ids(query)),
    due: (query) => answer(() => tenants.due(query)),
    async dueLedgers({ from, at, limit }) {
      const found: { tenantId: VerifiedTenant; dueAt: string }[] = [];
      for (const { tenantId, ledger } of opened.values())
        for (const { dueAt } of await ledger.due(at, Number.POSITIVE_INFINITY))
          if (dueAt !== undefined && dueAt >= from) found.push({ tenantId, dueAt });
      return found.sort((a, b) => ascending(a.dueAt, b.dueAt)).slice(0, limit);
    },
    async expiredLedgers(limit) {
      const found: VerifiedTenant[] = [];
      for (const { tenantId, ledger } of opened.values()) {
        const { items } = await ledger.list({ kind: 'finding', where: { status: 'expired' }, limit });
        found.push(...items.map(() => tenantId));
      }
      return found.slice(0, limit);
    },
    async withRecords({ kind, after, before, limit }) {
      const found: { tenantId: VerifiedTenant; id: string }[] = [];
      for (const { tenantId, records } of opened.values()) {
        const { items } = await records.all({ limit: Number.MAX_SAFE_INTEGER });
        found.push(...items.filter((one) => one.kind === kind).map(({ id }) => ({ tenantId, id })));
      }
      const within = ({ id }: { id: string }): boolean =>
        storedId(id) > storedId(after) && storedId(id) < storedId(before);
      return found
        .filter(within)
        .sort((a, b) => ascending(storedId(a.id), storedId(b.id)))
        .slice(0, limit);
    },
    unknownQuarantine: memoryQuarantine(),
    rememberOperation(operationId, tenantId) {
      if (!operations.has(operationId)) operations.set(operationId, tenantId);
      return Promise.resolve();
    },
    mailBudget,
    tenantOfOperation: (operationId) => Promise.resolve(operations.get(operationId) ?? null),
  };
}
