import type { StoredEvidence, TenantStores } from '../../shared/ports.js';
import type { LedgerDocument } from '../../shared/core/projections/documents.js';
import type { LogEntry } from '../../shared/core/log/entry.js';
import type { Tenant } from '../../schemas/tenant.js';

/** A store whose content somebody changed behind the service's back: what is read is what these make of it. */
export type Meddling = {
  evidence?: (found: StoredEvidence) => StoredEvidence | null;
  entries?: (found: LogEntry[]) => LogEntry[];
  document?: (found: LedgerDocument) => LedgerDocument | null;
  tenant?: (found: Tenant) => Tenant;
};

export function meddledWith(stores: TenantStores, meddling: Meddling): TenantStores {
  const { evidence, ledger, tenant } = stores;
  const event = meddling.evidence ?? ((found) => found);
  const document = meddling.document ?? ((found) => found);
  const read = async (id: string): Promise<StoredEvidence | null> => {
    const found = await evidence.get(id);
    return found === null ? null : event(found);
  };
  return {
    ...stores,
    evidence: { ...evidence, get: read, getMany: (ids) => Promise.all(ids.map(read)) },
    ledger: {
      ...ledger,
      async head() {
        const found = await ledger.head();
        const changed = found === null ? null : document(found.document);
        return found === null || changed === null ? null : { ...found, document: changed };
      },
      async entries(from, to) {
        const all = (meddling.entries ?? ((e) => e))(await ledger.entries(0, 100_000));
        return all.slice(from, to);
      },
      async *all() {
        for await (const found of ledger.all()) {
          const changed = document(found);
          if (changed !== null) yield changed;
        }
      },
    },
    tenant: {
      ...tenant,
      async get() {
        const found = await tenant.get();
        return found === null || meddling.tenant === undefined
          ? found
          : { ...found, tenant: meddling.tenant(found.tenant) };
      },
    },
  };
}

type Path = (string | number)[];

/** Places in a JSON value that hold something. */
export function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...at, name]));
}

/** A copy with the value at a place changed by one bit of its text, a number by one, a boolean to the other. */
export function withFlip<T>(value: T, path: Path, bit: number): T {
  const copy = structuredClone(value) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce((v: unknown, step) => Reflect.get(v as object, step) as unknown, copy);
  const old: unknown = Reflect.get(parent as object, last);
  Reflect.set(parent as object, last, flipped(old, bit));
  return copy as T;
}

function flipped(old: unknown, bit: number): unknown {
  if (typeof old === 'number') return old + 1;
  if (typeof old === 'boolean') return !old;
  if (typeof old !== 'string' || old === '') return 'x';
  const at = Math.floor(bit / 7) % old.length;
  return old.slice(0, at) + String.fromCharCode(old.charCodeAt(at) ^ (1 << (bit % 7))) + old.slice(at + 1);
}
