import type { z } from 'zod';

import type {
  exceptionListSchema,
  exceptionQuerySchema,
  exceptionSchema,
} from '../../../schemas/answers/governance.js';
import { isPseudonym, pseudonymOf } from '../../core/ingest/people.js';
import { secondsBetween } from '../../core/posture/approval-summary.js';
import { emptyBasis } from '../../core/posture/head.js';
import { withPrefix } from '../../core/posture/layers.js';
import type { Exception } from '../../core/projections/documents.js';
import { exceptionId } from '../../core/projections/keys.js';
import { wordsOf } from '../../core/projections/words.js';
import type { KeyRing, LedgerStore, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { summaryIn } from '../log/replay.js';

/** Standing exceptions read to sum them up by owner: owners are not bounded, so that no counter can hold them. */
const mostByOwner = 200;

/** Exceptions, those that end soonest first, with the sums over all of them. */
export async function listExceptions(
  { stores, keys }: { stores: TenantStores; keys: KeyRing },
  { status, owner, name, words, limit, cursor }: z.output<typeof exceptionQuerySchema>,
): Promise<z.infer<typeof exceptionListSchema>> {
  const person =
    owner === undefined || isPseudonym(owner)
      ? owner
      : pseudonymOf(await keys.macKey(stores.tenantId), owner);
  const where = {
    ...(status === undefined ? {} : { status }),
    ...(person === undefined ? {} : { owner: person }),
  };
  const page = await stores.ledger.list({
    kind: 'exception',
    where,
    words: wordsOf(words),
    ...(name === undefined ? { orderBy: 'rank' } : { idPrefix: exceptionId(name) }),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const { counts, basis = emptyBasis } = await summaryIn(stores.ledger);
  const byStatus = { active: 0, expired: 0, revoked: 0, unowned: 0, ...withPrefix(counts, 'exceptions/') };
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    items: page.items.flatMap((d) => (d.kind === 'exception' ? [rowOf(d, basis.clock, links)] : [])),
    summary: {
      position: basis.size,
      asOf: basis.clock,
      byStatus,
      expiringIn14Days: counts['exception-terms/expiring'] ?? 0,
      ...(await ownersOf(stores.ledger)),
      byOwnerComplete: byStatus.active + byStatus.unowned <= mostByOwner,
    },
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  });
}

function rowOf(
  exception: Exception,
  clock: string,
  links: ReturnType<typeof linksOf>,
): z.infer<typeof exceptionSchema> {
  const { name, status, owner, expiresAt, expiring, granted, renewed, revoked, states } = exception;
  return {
    name,
    status,
    ...(owner === undefined ? {} : { owner }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    expiring: expiring === true,
    ...(granted === undefined ? {} : { granted, ageSeconds: secondsBetween(granted.time, clock) }),
    ...(renewed === undefined ? {} : { renewed }),
    ...(revoked === undefined ? {} : { revoked }),
    states,
    links: links.evidence((revoked ?? renewed ?? granted)?.id ?? null),
  };
}

async function ownersOf(ledger: LedgerStore) {
  const counts = new Map<string | null, number>();
  for (const status of ['unowned', 'active']) {
    const query = { kind: 'exception', where: { status }, orderBy: 'rank', limit: mostByOwner } as const;
    for (const document of (await ledger.list(query)).items) {
      if (document.kind !== 'exception') continue;
      const owner = document.owner ?? null;
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  const byOwner = [...counts].map(([owner, count]) => ({ owner, count }));
  return {
    byOwner: byOwner.sort((a, b) => b.count - a.count || ((a.owner ?? '') < (b.owner ?? '') ? -1 : 1)),
  };
}
