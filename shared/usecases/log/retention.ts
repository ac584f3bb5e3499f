import { keptDays } from '../../core/ingest/retention.js';
import { day, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import type { Clock, TenantStores } from '../../ports.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from '../tenants/manage-tenants.js';

/*
 * How long evidence is kept: from its receipt, as the tenant's settings say, and without end while a legal hold stands. An
 * event is stored with its lifetime; a change of the settings or of the hold is worked through what is stored already, a
 * page at a time, and the nightly timer goes on where a command ended or died.
 */

/** What was last applied, how far, and what is gone because of it. */
type Retention = {
  /** Days; null under a hold. */
  days: number | null;
  cursor?: string;
  done: boolean;
  /** Received before: deleted, or about to be. Never goes back, for what is gone does not come again. */
  erasedBefore: string;
};

const recordId = 'retention';
const eventsAPage = 100;
/** Pages of one call: what a request has time for. */
const pagesACall = 20;

/** Works through what is stored until it is kept as the tenant says, or a call's share of it is done. */
export async function applyRetention(
  { stores, clock }: { stores: TenantStores; clock: Clock },
  pages: number = pagesACall,
): Promise<{ done: boolean }> {
  const tenant = (await stores.tenant.get())?.tenant;
  if (tenant === undefined) return { done: true };
  const now = clock.now();
  const kept = await stores.records.get<Retention>(recordId);
  const days = keptDays(tenant);
  const erasedBefore = instantOf(goneBefore(kept?.value, days, now));
  let state: Retention =
    kept?.value.days === days && !kept.value.done
      ? { ...kept.value, erasedBefore }
      : { days, done: kept?.value.days === days, erasedBefore };
  // Before anything else: what is to be deleted is not to be missed.
  let etag = await stores.records.put(recordId, recordId, state, kept?.etag ?? null);
  for (let page = 0; page < pages && !state.done && etag !== null; page++) {
    const { cursor: at } = state;
    const { cursor } = await stores.evidence.retain(days, now, {
      limit: eventsAPage,
      ...(at === undefined ? {} : { cursor: at }),
    });
    state = { days, erasedBefore, done: cursor === undefined, ...(cursor === undefined ? {} : { cursor }) };
    // Null: another call is at it, from here on alone.
    etag = await stores.records.put(recordId, recordId, state, etag);
  }
  return { done: state.done };
}

/** By what was in force until now and by what is in force from now on, whichever let more go. */
function goneBefore(kept: Retention | undefined, days: number | null, now: Millis): Millis {
  const before = kept === undefined ? [] : [millisOf(kept.erasedBefore)];
  const rules = [...(kept === undefined ? [] : [kept.days]), days].filter((d) => d !== null);
  return Math.max(0, ...before, ...rules.map((d) => now - d * day));
}

/** What was received before this instant need not be there any more. */
export async function erasedBefore({
  stores,
  clock,
}: {
  stores: TenantStores;
  clock: Clock;
}): Promise<Millis> {
  const kept = await stores.records.get<Retention>(recordId);
  const tenant = (await stores.tenant.get())?.tenant;
  return goneBefore(kept?.value, tenant === undefined ? null : keptDays(tenant), clock.now());
}

/** Suspends all deletion and erasure, or ends that. Evidence, with its reason, like every change of a tenant. */
export async function setLegalHold(
  deps: TenantDeps,
  { held, reason }: { held: boolean; reason: string },
  actor: string,
): Promise<ChangeAnswer> {
  const since = instantOf(deps.clock.now());
  const answer = await changeTenant(deps, {
    change: 'legal_hold',
    subject: held ? 'placed' : 'released',
    actor,
    reason,
    apply: (tenant) => {
      const { legalHold, ...free } = tenant;
      return held ? { ...tenant, legalHold: legalHold ?? { since } } : free;
    },
  });
  await applyRetention(deps);
  return answer;
}
