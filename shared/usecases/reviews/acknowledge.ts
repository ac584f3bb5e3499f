import type { EventData } from '../../../schemas/events/types.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { itemId } from '../../core/projections/keys.js';
import { reviewOwners } from '../../core/reviews/owners.js';
import type { Cadence } from '../../core/reviews/periods.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';

export type Person = { subject: string; roles: readonly string[] };
export type ReviewKey = { cadence: Cadence; period: string };

/** Name of a review in the log, and in what is named after it. */
export const reviewName = ({ cadence, period }: ReviewKey): string => `${cadence}-${period}`;

/**
 * A person of the owning role says that the review was read, and what came of it. The first acknowledgement stands; the
 * same again by the same person is no second one.
 * @throws Refusal `forbidden` without the role; `not_found` for a review that was not made; `conflict` where it was
 * acknowledged by another, or in other words.
 */
export async function acknowledgeReview(
  deps: RecordDeps,
  key: ReviewKey,
  notes: string,
  { subject, roles }: Person,
): Promise<void> {
  const { stores, keys } = deps;
  const owner = reviewOwners[key.cadence];
  if (!roles.includes(owner))
    throw new Refusal('forbidden', `a ${key.cadence} review is acknowledged by the role ${owner}`);
  const review = reviewName(key);
  const id = itemId('review', review);
  const item = (await stores.ledger.read([id])).get(id);
  if (item?.kind !== 'item' || item.review?.completed === undefined)
    throw new Refusal('not_found', 'there is no such review');
  const actor = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  // As on admission: what a person types goes into the log for good.
  const data = { review, actor, notes: removeSecretsAndAddresses(notes).text };
  await refuseOther(deps, data);
  await stores.tenant.remember([{ pseudonym: actor, name: subject }]);
  await recordStatement(deps, {
    name: 'review.acknowledged',
    id: eventId(review),
    subject: `review:${review}`,
    data,
  });
}

const eventId = (review: string): string => `review-acknowledged-${review}`;

async function refuseOther({ stores }: RecordDeps, data: EventData<'review.acknowledged'>): Promise<void> {
  const first = await stores.evidence.get(evidenceIdOf(serviceSource.uri, eventId(data.review)));
  if (first?.event.type !== 'aispm.review.acknowledged') return;
  const { actor, notes } = first.event.data;
  if (actor !== data.actor || notes !== data.notes)
    throw new Refusal('conflict', 'it was acknowledged already, by another person or in other words');
}
