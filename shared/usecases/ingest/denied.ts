import type { AccessDenied } from '../../../schemas/events/service.js';
import { hour, instantOf, millisOf, minute } from '../../core/kernel/time.js';
import type { VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { Clock, RecordStore, Stores, Telemetry, TenantStores } from '../../ports.js';
import { forTenants } from '../each-tenant.js';
import { recordFirst, type RecordDeps } from '../log/record.js';

/*
 * Who was told no, as evidence: one summary for a tenant, route and hour. A denial is counted in the tenant's records
 * before its answer leaves, and becomes evidence when the hour is over. Counted is the tenant that the caller belongs to:
 * what somebody else asks of a tenant never changes anything there, but for one thing. Who names a link that exists has its
 * mail, whoever they are, and that is told to the tenant: once for a link and hour, so that no stranger can fill its log.
 */

export type DenialReason = AccessDenied['reasons'][number]['reason'];
/** The link of a mail that was to be opened. */
export type AboutLink = { link: string; report: string };
type Denied = Partial<AboutLink> & {
  route: string;
  hour: string;
  counts: Partial<Record<DenialReason, number>>;
};
const reasonsOf = ['forbidden', 'foreign_tenant', 'separation_of_duties', 'unauthenticated'] as const;
const nameOf = ({ route, link, hour: at }: Denied): string =>
  link === undefined ? `${at}:${route}` : `${at}:${route}:${link}`;
/** In the order of hours. */
const recordId = (name: string): string => `denied:${name}`;

const kind = 'denied';
/** Hours that are told already; kept as long as their evidence, so that a late repeat finds them. */
const toldKind = 'denied-told';
/** Clocks of instances differ, and an answer may be under way: an hour is told this much later. */
const settled = 5 * minute;
const mostTries = 12;
/** Rows of the index at a time. */
const rowsAPage = 500;

export type CountDenial = (tenant: TenantStores, reason: DenialReason, about?: AboutLink) => Promise<void>;

/**
 * Counts the denials of one route. What comes in while a count is being written waits for the next write, so that a flood
 * costs one write at a time and every answer still stands behind its count.
 * @throws StoreUnavailable from the count; what was not written is kept for the next.
 */
export function denialCounter(route: string, clock: Clock): CountDenial {
  const waiting = new Map<string, Denied>();
  const writing = new Map<string, Promise<void>>();
  return async ({ tenantId, records }, reason, about) => {
    const at = instantOf(clock.now() - (clock.now() % hour));
    const one: Denied = { route, hour: at, ...about, counts: { [reason]: 1 } };
    const key = `${tenantId} ${nameOf(one)}`;
    waiting.set(key, { ...one, counts: sum(waiting.get(key)?.counts ?? {}, one.counts) });
    const write = async (): Promise<void> => {
      for (let next = waiting.get(key); next !== undefined; next = waiting.get(key)) {
        waiting.delete(key);
        try {
          await add(records, next);
        } catch (error) {
          const more = waiting.get(key)?.counts ?? {};
          waiting.set(key, { ...next, counts: sum(next.counts, more) });
          throw error;
        }
      }
    };
    const running = writing.get(key) ?? write().finally(() => writing.delete(key));
    writing.set(key, running);
    await running;
  };
}

async function add(records: RecordStore, more: Denied): Promise<void> {
  const id = recordId(nameOf(more));
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await records.get<Denied>(id);
    const counts = sum(found?.value.counts ?? {}, more.counts);
    if ((await records.put(id, kind, { ...more, counts }, found?.etag ?? null)) !== null) return;
  }
  throw new Error('other instances keep counting first');
}

function sum(a: Denied['counts'], b: Denied['counts']): Denied['counts'] {
  const total = { ...a };
  for (const reason of reasonsOf)
    if (b[reason] !== undefined) total[reason] = (total[reason] ?? 0) + b[reason];
  return total;
}

/**
 * Makes evidence of every hour that is over, tenant by tenant. The index of records says which tenants have one: any other
 * is not opened. Dies in between: the next run tells the rest, and an hour told twice is told once.
 * @returns how many summaries were written, and how many tenants failed.
 */
export async function tellDenials(
  deps: Omit<RecordDeps, 'stores'> & { stores: Stores; telemetry: Telemetry },
): Promise<{ told: number; failed: number }> {
  const result = { told: 0, failed: 0 };
  const seen = new Set<VerifiedTenant>();
  // Of an hour that is over every record comes before the first of the hour that is not.
  const before = recordId(instantOf(firstOpenHour(deps.clock.now())));
  let after = '';
  for (;;) {
    const rows = await deps.stores.withRecords({ kind, after, before, limit: rowsAPage });
    const fresh = [...new Set(rows.map(({ tenantId }) => tenantId))].filter(
      (tenantId) => !seen.has(tenantId),
    );
    for (const tenantId of fresh) seen.add(tenantId);
    result.failed += await forTenants(deps.telemetry, fresh, 'denials_not_told', async (tenantId) => {
      // Not in one expression: the sum would be read before the others that run meanwhile have added to it.
      const told = await tellTenant({ ...deps, stores: deps.stores.open(tenantId) });
      result.told += told;
    });
    const last = rows.at(-1)?.id;
    if (last === undefined || rows.length < rowsAPage) return result;
    // What was told has left the index. A page of nothing but what failed must not be read for ever.
    if (fresh.length === 0) after = last;
  }
}

/** The first hour that is not told yet. */
function firstOpenHour(now: number): number {
  const settledAt = now - settled;
  return settledAt - (settledAt % hour);
}

async function tellTenant(deps: RecordDeps): Promise<number> {
  const { records, tenant } = deps.stores;
  const days = (await tenant.get())?.tenant.settings.retentionDays;
  let told = 0;
  let cursor: string | undefined;
  do {
    const page = await records.list<Denied>({
      kind,
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const denied of page.items) {
      if (millisOf(denied.hour) >= firstOpenHour(deps.clock.now())) continue;
      await tellHour(deps, denied, days);
      told += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return told;
}

/** @param days that evidence is kept; a legal hold keeps the evidence longer, and it then tells a repeat by itself. */
async function tellHour(deps: RecordDeps, denied: Denied, days: number | undefined): Promise<void> {
  const { route, hour: at, link, report } = denied;
  const id = recordId(nameOf(denied));
  const found = await deps.stores.records.get<Denied>(id);
  if (found === null) return;
  const reasons = reasonsOf.flatMap((reason) => {
    const count = found.value.counts[reason] ?? 0;
    return count > 0 ? [{ reason, count }] : [];
  });
  const count = reasons.reduce((total, one) => total + one.count, 0);
  const data = {
    route,
    ...(link === undefined ? {} : { link }),
    ...(report === undefined ? {} : { report }),
    hour: at,
    count,
    reasons,
  };
  const own = link === undefined ? route : `${route}-${link}`;
  await recordFirst(deps, { name: 'access.denied', id: `access-denied-${own}-${at}`, data });
  await deps.stores.records.put(id, toldKind, found.value, found.etag, days);
}
