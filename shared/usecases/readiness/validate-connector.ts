import type { z } from 'zod';

import type { connectorNonceSchema, connectorValidationSchema } from '../../../schemas/connectors.js';
import type { Build } from '../../../schemas/release.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { isRetired } from '../../core/ingest/rules.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { evidenceIdOf, uuidOfBytes } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf, minute } from '../../core/kernel/time.js';
import { judgeConnector } from '../../core/readiness/connector-proof.js';
import { stampOf } from '../../core/readiness/stamp.js';
import type { Clock, KeyRing, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { pauseAfter } from '../pause.js';
import { recordStatement } from '../log/record.js';

/*
 * A connector proves that it is live by returning a nonce of ours as the id of an event it posts. The record keeps where
 * that event will be found, never the nonce. Dies at any step: the record says what is still to be done, and the outcome
 * is evidence under an id of its own, so it is recorded once.
 */

export type ConnectorDeps = { build: Build | null; stores: TenantStores; keys: KeyRing; clock: Clock };

type Validation = {
  id: string;
  connector: string;
  issuedAt: string;
  expiresAt: string;
  nonceDigest: string;
  /** The evidence id that the event with the nonce will have. */
  awaited: string;
  /** The build that issued it. */
  build: Build | null;
  outcome?: { status: 'passed' | 'failed'; reason?: string; returned: string | null; evidence: string };
};

const recordKind = 'connector-validation';
const recordId = (id: string): string => `${recordKind}:${id}`;

/**
 * Issues a nonce for a connector.
 * @param random 32 bytes: the nonce, and the id of the validation
 * @throws Refusal `not_found` without such a source; `conflict` for one that is retired, or that has no key, since it could
 * prove nothing
 */
export async function issueNonce(
  { build, stores, clock }: ConnectorDeps,
  tenant: Tenant,
  { connector, minutes, random }: { connector: string; minutes: number; random: Uint8Array },
): Promise<z.infer<typeof connectorNonceSchema>> {
  const source = tenant.sources.find(({ id }) => id === connector);
  if (source === undefined) throw new Refusal('not_found', 'there is no such source');
  if (isRetired(source)) throw new Refusal('conflict', 'the source is retired: it has nothing to prove');
  if (source.keys.length === 0)
    throw new Refusal('conflict', 'the source has no key: whoever posts under its name proves nothing');
  const now = clock.now();
  const nonce = uuidOfBytes(random.slice(0, 16));
  const validation: Validation = {
    id: uuidOfBytes(random.slice(16, 32)),
    connector,
    issuedAt: instantOf(now),
    expiresAt: instantOf(now + minutes * minute),
    nonceDigest: sha256Hex(nonce),
    awaited: evidenceIdOf(source.uri, nonce),
    build,
  };
  await stores.records.put(recordId(validation.id), recordKind, validation, null);
  const { issuedAt, expiresAt, id } = validation;
  const self = linksOf(stores.tenantId).at('validations', 'connectors', id);
  return { validation: id, connector, issuedAt, expiresAt, nonce, source: source.uri, links: { self } };
}

/** Looks whether the nonce came back, and records the outcome. @returns how long to wait before the next look; null at the end. */
export async function checkConnector(
  deps: ConnectorDeps,
  id: string,
  attempt: number,
): Promise<{ afterMs: number } | null> {
  const { stores, clock } = deps;
  const { value: validation, etag } = await kept(stores, id);
  if (validation.outcome !== undefined) return null;
  const [found, entry] = await Promise.all([
    stores.evidence.get(validation.awaited),
    stores.ledger.entryOf(validation.awaited),
  ]);
  // Admitted and not yet in the log: what a proof rests on must be provable itself, so the fold is waited for.
  if (found !== null && entry === null) return { afterMs: pauseAfter(attempt) };
  const returned = found?.admission ?? null;
  const verdict = judgeConnector(validation, returned, clock.now());
  if (verdict.status === 'waiting')
    return { afterMs: Math.min(pauseAfter(attempt), millisOf(validation.expiresAt) - clock.now()) };
  const reason = verdict.status === 'failed' ? { reason: verdict.reason } : {};
  const { evidence } = await recordStatement(deps, {
    name: 'connector.validated',
    id: `connector-${id}`,
    data: {
      connector: validation.connector,
      outcome: verdict.status,
      nonceDigest: validation.nonceDigest,
      issuedAt: validation.issuedAt,
      ...reason,
      ...stampOf(validation.build, deps.build),
    },
  });
  const outcome = {
    status: verdict.status,
    ...reason,
    returned: returned === null ? null : validation.awaited,
    evidence: evidence.id,
  };
  await stores.records.put(recordId(id), recordKind, { ...validation, outcome }, etag);
  return null;
}

export const readValidation = async (stores: TenantStores, id: string) =>
  viewOf(stores, (await kept(stores, id)).value);

/** Validations in the order of their ids. */
export async function listValidations(
  stores: TenantStores,
  paging: { limit: number; cursor?: string | undefined },
) {
  const { limit, cursor } = paging;
  const page = await stores.records.list<Validation>({
    kind: recordKind,
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { ...page, items: page.items.map((validation) => viewOf(stores, validation)) };
}

async function kept(stores: TenantStores, id: string): Promise<{ value: Validation; etag: string }> {
  const found = await stores.records.get<Validation>(recordId(id));
  if (found === null) throw new Refusal('not_found', 'there is no such validation');
  return found;
}

function viewOf(
  { tenantId }: TenantStores,
  { id, connector, issuedAt, expiresAt, outcome }: Validation,
): z.infer<typeof connectorValidationSchema> {
  const links = linksOf(tenantId);
  return {
    validation: id,
    connector,
    issuedAt,
    expiresAt,
    status: outcome?.status ?? 'waiting',
    ...(outcome?.reason === undefined ? {} : { reason: outcome.reason }),
    returned: outcome?.returned ?? null,
    evidence: outcome?.evidence ?? null,
    links: {
      self: links.at('validations', 'connectors', id),
      ...links.evidence(outcome?.evidence ?? null),
    },
  };
}
