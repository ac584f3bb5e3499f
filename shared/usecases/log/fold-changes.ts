import { z } from 'zod';

import {
  evidenceIdSchema,
  sha256Schema,
  tenantIdSchema,
  type TenantId,
} from '../../../schemas/primitives.js';
import { errorName } from '../../core/kernel/error-name.js';
import { millisOf, second, type Millis } from '../../core/kernel/time.js';
import { verifiedTenant, type VerifiedTenant } from '../../core/kernel/verified-tenant.js';
import type { LogEntry } from '../../core/log/entry.js';
import type { Blobs, Clock, KeyRing, StoredEvidence, Stores, Telemetry } from '../../ports.js';
import { byTenant, foldEvents, foldUntil, type FoldResult } from './fold.js';
import { LogFork, sealBundles, signCheckpoint } from './checkpoints.js';
import { inParallel } from '../parallel.js';
import { spannedFor } from '../ingest/traces.js';

export type FoldChangesDeps = {
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  clock: Clock;
  telemetry: Telemetry;
  evidenceOf: (document: Readonly<Record<string, unknown>>) => StoredEvidence;
};

/** `foreign` counts documents that admission cannot have written. */
export type FoldChangesResult = FoldResult & { foreign: number };

/** Tenants folded at a time. */
const tenantsAtOnce = 8;

/** Events of one tenant before the next has its turn: what one batch holds, so that a turn costs no request units. */
const eventsATurn = 80;
type Turn = [TenantId, StoredEvidence[]];

/** What everything admitted has. The event itself is not looked at: one that cannot be folded is said so in the log. */
const storedShape = z.looseObject({
  id: evidenceIdSchema,
  tenantId: tenantIdSchema,
  digest: sha256Schema,
  event: z.looseObject({ type: z.string() }),
  admission: z.looseObject({}),
});

/**
 * Sequences and folds what the change feed hands over: tenants side by side, each tenant's events in the order they came;
 * then signs the log as it stands. One tenant's failure does not keep the others from being folded.
 * @throws the first failure, after all were tried: the feed delivers again, and what is in the log is skipped.
 */
export async function foldChanges(
  deps: FoldChangesDeps,
  documents: readonly unknown[],
): Promise<FoldChangesResult> {
  const events = documents.flatMap((document) => {
    const stored = storedShape.safeParse(document);
    return stored.success ? [deps.evidenceOf(stored.data)] : [];
  });
  const failures: unknown[] = [];
  const results: FoldResult[] = [];
  // In turns: whoever brought much waits for whoever brought little, and not the other way round.
  let waiting = [...byTenant(events)];
  while (waiting.length > 0) {
    const left = await inParallel(waiting, tenantsAtOnce, async ([tenantId, own]): Promise<Turn[]> => {
      const [turn, rest] = [own.slice(0, eventsATurn), own.slice(eventsATurn)];
      try {
        // Only admission writes what the feed hands over, and it did so into the tenant's own store.
        results.push(await foldTenant(deps, verifiedTenant(tenantId), turn, rest.length === 0));
        return rest.length === 0 ? [] : [[tenantId, rest]];
      } catch (error) {
        failures.push(error);
        return [];
      }
    });
    waiting = left.flat();
  }
  if (failures.length > 0) throw failures[0];
  const sum = (name: keyof FoldResult): number => results.reduce((total, result) => total + result[name], 0);
  return {
    folded: sum('folded'),
    skipped: sum('skipped'),
    unfoldable: sum('unfoldable'),
    foreign: documents.length - events.length,
  };
}

async function foldTenant(
  deps: FoldChangesDeps,
  tenantId: VerifiedTenant,
  events: readonly StoredEvidence[],
  isLast: boolean,
): Promise<FoldResult> {
  const stores = deps.stores.open(tenantId);
  const from = deps.clock.now();
  const folded = new Set<string>();
  const fold = {
    ledger: stores.ledger,
    now: () => deps.clock.now(),
    committed: (entries: readonly LogEntry[]) => entries.forEach(({ id }) => folded.add(id)),
  };
  const result = await foldEvents(
    fold,
    events.map((evidence) => ({ evidence })),
  );
  if (isLast) {
    // Only a wide change at the very end is left: until it is through, readers see the state before it.
    await foldUntil(fold, 0);
    await publish(deps, tenantId);
  }
  tell(
    deps,
    from,
    events.filter(({ id }) => folded.has(id)),
  );
  return result;
}

/** How long each event took to come into the log, and to each trace that it was folded. What a repeat skips was told before. */
function tell({ telemetry, clock }: FoldChangesDeps, from: Millis, folded: readonly StoredEvidence[]): void {
  const now = clock.now();
  for (const { admission } of folded)
    telemetry.measure('aispm.fold.lag', Math.max(0, now - millisOf(admission.receivedAt)) / second, {});
  const attributes = { tenantId: folded[0]?.tenantId ?? '' };
  spannedFor(
    telemetry,
    { name: 'foldEvidence', from, attributes },
    folded.map(({ traceparent }) => traceparent),
  );
}

/** Signs and bundles what is committed. What fails here is made again behind the next batch, so the feed goes on. */
async function publish(
  { stores, blobs, keys, telemetry }: FoldChangesDeps,
  tenantId: VerifiedTenant,
): Promise<void> {
  const log = { stores: stores.open(tenantId), blobs: blobs.open(tenantId), keys };
  try {
    await signCheckpoint(log);
    await sealBundles(log);
  } catch (error) {
    const fork = error instanceof LogFork;
    telemetry.log('error', fork ? 'log_fork' : 'checkpoint_failed', { tenantId, error: errorName(error) });
  }
}
