import type { z } from 'zod';

import {
  eventSchemas,
  eventTypePrefix,
  type Evidence,
  type EvidenceEvent,
} from '../../../schemas/evidence.js';
import type { EventData, EventName } from '../../../schemas/events/types.js';
import { serviceUri } from '../../../schemas/primitives.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { keptDays } from '../../core/ingest/retention.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { hmacSha256Hex, sha256Hex } from '../../core/kernel/hash.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import type { LogEntry } from '../../core/log/entry.js';
import type { Clock, KeyRing, StoredEvidence, TenantStores } from '../../ports.js';
import { foldEvents } from './fold.js';

/** Attribution of everything the service itself says. No sender can be registered under it. */
export const serviceSource = { id: 'aispm', uri: serviceUri } as const;

export type RecordDeps = { stores: TenantStores; keys: KeyRing; clock: Clock };

/** What the service concludes. `id` is deterministic: a repeated command meets its own first attempt. */
export type Statement<N extends EventName> = { name: N; id: string; data: EventData<N>; subject?: string };

/**
 * Writes one event of the service and folds it inline, so that the command is answered from what the log now says.
 * Dies between the two: the feed folds it. Repeated: the twin is found and folded if it was not.
 * @param known the tenant where the caller has its document at hand, which says how long evidence is kept; else it is read
 * @throws Refusal `conflict` when the same id already says something else.
 */
export async function recordStatement<N extends EventName>(
  { stores, keys, clock }: RecordDeps,
  statement: Statement<N>,
  known?: Tenant,
): Promise<{ evidence: StoredEvidence; entry: LogEntry; isNew: boolean }> {
  const now = clock.now();
  const evidence = evidenceFor(statement, now, await keys.macKey(stores.tenantId), stores);
  const tenant = known ?? (await stores.tenant.get())?.tenant;
  // What is said of a tenant before it is there: until its settings are applied to it.
  const days = tenant === undefined ? undefined : keptDays(tenant);
  const twin = await stores.evidence.create(evidence, days);
  if (twin && twin.bodyMac !== evidence.bodyMac) {
    throw new Refusal(
      'conflict',
      'the same was recorded with other content: repeat it as it was, or ask anew',
    );
  }
  const stored = twin ?? evidence;
  await foldEvents({ ledger: stores.ledger, now: () => clock.now() }, [{ evidence: stored }]);
  const entry = await stores.ledger.entryOf(stored.id);
  if (!entry) throw new Error('a folded event has no entry');
  return { evidence: stored, entry, isNew: twin === null };
}

/**
 * Like recordStatement where the first statement under an id stands and any other after it is a repeat, not a fault.
 * @returns whether this was the first.
 */
export async function recordFirst<N extends EventName>(
  deps: RecordDeps,
  statement: Statement<N>,
  known?: Tenant,
): Promise<boolean> {
  try {
    return (await recordStatement(deps, statement, known)).isNew;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') return false;
    throw error;
  }
}

function evidenceFor<N extends EventName>(
  statement: Statement<N>,
  now: number,
  macKey: Uint8Array,
  stores: TenantStores,
): StoredEvidence {
  const time = instantOf(now);
  // Parsed like anything else that enters the log: a defect of ours is found here, not by a reader.
  const schema: z.ZodType<EvidenceEvent> = eventSchemas[statement.name];
  const event = schema.parse({
    specversion: '1.0',
    id: statement.id,
    source: serviceSource.uri,
    type: `${eventTypePrefix}${statement.name}`,
    time,
    ...(statement.subject === undefined ? {} : { subject: statement.subject }),
    data: statement.data,
  });
  const admission: Evidence['admission'] = {
    sourceId: serviceSource.id,
    provenance: 'live',
    receivedAt: time,
    signer: null,
    redactions: [],
  };
  return {
    tenantId: stores.tenantId,
    id: evidenceIdOf(serviceSource.uri, statement.id),
    digest: sha256Hex(canonicalBytes({ event, admission })),
    // Without the time: the same statement made again a moment later is the same statement.
    bodyMac: hmacSha256Hex(macKey, canonicalBytes([statement.name, statement.id, statement.data])),
    event,
    admission,
  };
}
