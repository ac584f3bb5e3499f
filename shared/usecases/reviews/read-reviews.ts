import type { z } from 'zod';

import type {
  reviewListSchema,
  reviewQuerySchema,
  reviewRowSchema,
  reviewViewSchema,
} from '../../../schemas/answers/reviews.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { millisOf, type Millis } from '../../core/kernel/time.js';
import { itemId } from '../../core/projections/keys.js';
import type { Item, LedgerDocument } from '../../core/projections/documents.js';
import { reviewOwners } from '../../core/reviews/owners.js';
import type { BlobStore, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { reviewName, type ReviewKey } from './acknowledge.js';
import { reviewBlob, reviewIn } from './review-document.js';

type Row = z.infer<typeof reviewRowSchema>;
type Deps = { stores: TenantStores; blobs: BlobStore; now: Millis };

/** Reviews, those that are overdue first. */
export async function listReviews(
  { stores, now }: Omit<Deps, 'blobs'>,
  { limit, cursor }: z.output<typeof reviewQuerySchema>,
): Promise<z.infer<typeof reviewListSchema>> {
  const page = await stores.ledger.list({
    kind: 'item',
    where: { itemKind: 'review' },
    orderBy: 'rank',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const rows = await Promise.all(page.items.map((document) => rowOf(stores, document, now)));
  return withNames(stores.tenant, {
    items: rows.filter((row) => row !== null),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  });
}

/** One review with its document and the signature over it. @throws Refusal `not_found` */
export async function readReview(
  { stores, blobs, now }: Deps,
  key: ReviewKey,
): Promise<z.infer<typeof reviewViewSchema>> {
  const id = itemId('review', reviewName(key));
  const row = await rowOf(stores, (await stores.ledger.read([id])).get(id), now);
  const bytes = row && (await blobs.get('reports', reviewBlob(stores.tenantId, row.digest)));
  if (row === null) throw new Refusal('not_found', 'there is no such review');
  if (!bytes || sha256Hex(bytes) !== row.digest) throw new Error('a review is missing or was changed');
  const { document, envelope } = reviewIn(bytes);
  return withNames(stores.tenant, { ...row, document, signature: envelope });
}

/** Null for what is no completed review: an event of one that was never made changes nothing here. */
async function rowOf(
  stores: TenantStores,
  document: LedgerDocument | undefined,
  now: Millis,
): Promise<Row | null> {
  const review = document?.kind === 'item' ? document.review : undefined;
  const completed = review?.completed && (await stores.evidence.get(review.completed.id));
  if (completed?.event.type !== 'aispm.review.completed') return null;
  const { cadence, period, digest, dueAt } = completed.event.data;
  const links = linksOf(stores.tenantId);
  const base = ['reviews', cadence, period] as const;
  return {
    cadence,
    period,
    owner: reviewOwners[cadence],
    status: review?.acknowledged ? 'acknowledged' : millisOf(dueAt) <= now ? 'overdue' : 'waiting',
    completedAt: completed.event.time,
    dueAt,
    digest,
    acknowledged: await acknowledgedIn(stores, review),
    links: {
      self: links.at(...base),
      acknowledge: links.at(...base, 'acknowledge'),
      ...links.evidence(completed.id),
    },
  };
}

async function acknowledgedIn(stores: TenantStores, review: Item['review']): Promise<Row['acknowledged']> {
  const evidence = review?.acknowledged && (await stores.evidence.get(review.acknowledged.id));
  if (evidence?.event.type !== 'aispm.review.acknowledged') return null;
  const { actor, notes } = evidence.event.data;
  return { at: evidence.event.time, by: actor, notes, evidenceId: evidence.id };
}
