import { isEvidenceOf } from '../../../schemas/evidence.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { Item } from '../../core/projections/documents.js';
import { itemId } from '../../core/projections/keys.js';
import type { ReportInput, ReviewsDue } from '../../core/reports/input.js';
import { longestAcknowledgement } from '../../core/reviews/periods.js';
import { addDays, startOfDay } from '../../core/reviews/zone.js';
import type { LedgerStore, TenantStores } from '../../ports.js';
import { keyedSources } from '../readiness/keyed-sources.js';
import { periodsBefore, type ReportPeriod } from '../periods.js';
import { eventsWithin } from './read-proofs.js';

/* What a report says about the operation itself: its connectors and its reviews. */

type Window = ReportInput['window'];

/** The period's days as instants: first included, last excluded. */
export const windowOf = ({ from, to, zone }: ReportPeriod): Window => ({
  from: instantOf(startOfDay(from, zone)),
  to: instantOf(startOfDay(addDays(to, 1), zone)),
});

/** The connectors that the gate asks for, and those proven live: a point read each. */
export async function connectorsOf(ledger: LedgerStore, tenant: Tenant): Promise<ReportInput['connectors']> {
  const required = keyedSources(tenant);
  const items = await itemsOf(
    ledger,
    required.map(({ id }) => itemId('connector', id)),
  );
  const live = items.filter(({ states }) => states['connectors-live']?.state === 'enforced');
  return { required: required.length, live: live.length };
}

/** Answers of the gate that are looked through for one about production. */
const mostAnswers = 100;

/** How many blockers the gate named when it last answered for production before an instant; null where none is among those looked at. */
export async function blockersBy({ evidence }: TenantStores, until: string): Promise<number | null> {
  const { items } = await evidence.search({
    type: 'aispm.readiness.decided',
    to: until,
    limit: mostAnswers,
  });
  const answers = items.flatMap((one) => (isEvidenceOf(one, 'readiness.decided') ? [one.event.data] : []));
  return answers.find(({ target }) => target === 'production')?.blockers.length ?? null;
}

/** Reviews of a quarter are about 100: daily, weekly, monthly and the quarter's own. */
const mostReviews = 500;

/**
 * Reviews by when they are due: in the period up to the as-of, and in the one before it. The first acknowledgement of each
 * stands on its item.
 */
export async function reviewsOf(
  stores: TenantStores,
  period: ReportPeriod,
  window: Window,
  asOf: string,
): Promise<ReportInput['reviews']> {
  const before = periodsBefore(period, 1).map(windowOf)[0] ?? window;
  const made = { from: instantOf(millisOf(before.from) - longestAcknowledgement), to: window.to };
  const { events, whole } = await eventsWithin(stores, 'review.completed', made, mostReviews);
  if (!whole) return null;
  const reviews = events.flatMap((one) => (isEvidenceOf(one, 'review.completed') ? [one.event.data] : []));
  const items = await itemsOf(
    stores.ledger,
    reviews.map(({ review }) => itemId('review', review)),
  );
  const end = Math.min(millisOf(window.to), millisOf(asOf));
  return {
    now: dueIn(items, millisOf(window.from), end),
    before: dueIn(items, millisOf(before.from), millisOf(before.to)),
  };
}

function dueIn(items: readonly Item[], from: number, to: number): ReviewsDue {
  const due = items.flatMap(({ review }) => {
    const { completed, acknowledged } = review ?? {};
    const at = completed === undefined ? Number.NaN : millisOf(completed.dueAt);
    return at >= from && at < to ? [{ at, acknowledged }] : [];
  });
  const inTime = due.filter(({ at, acknowledged }) => acknowledged && millisOf(acknowledged.time) <= at);
  return { due: due.length, inTime: inTime.length };
}

async function itemsOf(ledger: LedgerStore, ids: readonly string[]): Promise<Item[]> {
  const found = await ledger.read(ids);
  return [...found.values()].filter((one): one is Item => one.kind === 'item');
}
