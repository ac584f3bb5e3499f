import type { OverrideAnswer, RequestOverride } from '../../schemas/answers/controls.js';
import { pseudonymOf } from '../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../core/ingest/secrets.js';
import { canonicalText } from '../core/kernel/canonical.js';
import { evidenceIdOf, uuidOf } from '../core/kernel/ids.js';
import { Refusal } from '../core/kernel/refusal.js';
import { day, instantOf, millisOf } from '../core/kernel/time.js';
import { controlsInForce } from '../core/posture/in-force.js';
import type { Clock, KeyRing, TenantStores } from '../ports.js';
import { configIn } from './config.js';
import { foldUntil } from './fold.js';
import { linksOf } from './links.js';
import { withNames } from './names.js';
import { recordStatement, serviceSource } from './record.js';
import { decideAsSecond, type Decision } from './second-person.js';

/*
 * An override is asked for by one person and approved by another. The request waits in a record; what counts is the
 * evidence that the approval writes. The record moves first: if the process dies between the two, the same person
 * approves again and completes it, and nobody can reject what is already decided.
 */

export type OverrideDeps = { stores: TenantStores; keys: KeyRing; clock: Clock };
type OverrideRecord = Omit<OverrideAnswer, 'inForce' | 'evidenceId' | 'people' | 'links'>;

/** An override stands at most this long; then it is asked for anew. */
const longest = 366 * day;
const recordId = (id: string): string => `override:${id}`;
const eventIdOf = (id: string): string => `override-${id}`;

/**
 * Asks for an override. The same request, made again, is the same override.
 * @throws Refusal `not_found` for a control that is not in force; `invalid_request` for an expiry that has passed or lies
 * more than 366 days ahead
 */
export async function requestOverride(
  deps: OverrideDeps,
  control: string,
  { reason, ...change }: RequestOverride,
  subject: string,
): Promise<OverrideAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const config = await configIn(stores);
  if (!controlsInForce(config).some(({ id }) => id === control))
    throw new Refusal('not_found', 'the catalogue in force has no such control');
  const expires = millisOf(change.expiresAt);
  if (expires <= now || expires > now + longest)
    throw new Refusal('invalid_request', 'expiresAt lies in the next 366 days', { pointer: '/expiresAt' });
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: requestedBy, name: subject }]);
  const id = uuidOf('override', stores.tenantId, control, canonicalText(change), requestedBy);
  const record: OverrideRecord = {
    id,
    control,
    status: 'pending',
    // As on admission: what a person types goes into the log for good.
    reason: removeSecretsAndAddresses(reason).text,
    ...change,
    requestedBy,
    requestedAt: instantOf(now),
  };
  await stores.records.put(recordId(id), 'override', record, null);
  return answerOf(deps, (await load(stores, control, id)).value);
}

/** A page of the overrides of a control, in no order that means anything. */
export async function listOverrides(
  deps: OverrideDeps,
  control: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: OverrideAnswer[]; cursor?: string }> {
  const page = await deps.stores.records.list<OverrideRecord>({
    kind: 'override',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const own = page.items.filter((record) => record.control === control);
  const items = await Promise.all(own.map((record) => answerOf(deps, record)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/**
 * A second person decides. Approved, it is evidence, and everything is judged again before the answer.
 * @throws Refusal `not_found`; `separation_of_duties` where the requester approves; `conflict` where it was decided
 * otherwise, or its expiry has passed
 */
export async function decideOverride(
  deps: OverrideDeps,
  { controlId, overrideId }: { controlId: string; overrideId: string },
  decision: Decision,
  subject: string,
  reason?: string,
): Promise<OverrideAnswer> {
  const { decided } = await decideAsSecond(
    deps,
    { id: recordId(overrideId), kind: 'override', ...(await load(deps.stores, controlId, overrideId)) },
    { decision, subject, reason },
    { asked: 'an override', name: 'the override', late: 'the expiry that was asked for has passed' },
  );
  if (decision === 'approved') await intoTheLog(deps, decided);
  return answerOf(deps, decided);
}

async function intoTheLog(deps: OverrideDeps, override: OverrideRecord): Promise<void> {
  const { id, control, requestedBy, decidedBy = '', reason, expiresAt } = override;
  const { applicable, freshnessHours, weight, items } = override;
  await recordStatement(deps, {
    name: 'control.overridden',
    id: eventIdOf(id),
    subject: control,
    data: {
      control,
      actor: requestedBy,
      approvedBy: decidedBy,
      reason,
      expiresAt,
      ...(applicable === undefined ? {} : { applicable }),
      ...(freshnessHours === undefined ? {} : { freshnessHours }),
      ...(weight === undefined ? {} : { weight }),
      ...(items === undefined ? {} : { items }),
    },
  });
  // It changes how everything is judged: the sweep ends here and not with the next event.
  await foldUntil({ ledger: deps.stores.ledger, now: () => deps.clock.now() }, 0);
}

async function load(
  stores: TenantStores,
  control: string,
  id: string,
): Promise<{ value: OverrideRecord; etag: string }> {
  const found = await stores.records.get<OverrideRecord>(recordId(id));
  if (found?.value.control !== control) throw new Refusal('not_found', 'there is no such override');
  return found;
}

async function answerOf({ stores }: OverrideDeps, record: OverrideRecord): Promise<OverrideAnswer> {
  const { id, control } = record;
  const evidenceId = evidenceIdOf(serviceSource.uri, eventIdOf(id));
  const known = record.status === 'approved' && (await stores.ledger.entryOf(evidenceId)) !== null;
  const standing = (await configIn(stores)).overrides[control];
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    ...record,
    inForce: standing?.id === evidenceId,
    evidenceId: known ? evidenceId : null,
    links: { control: links.at('controls', control), ...links.evidence(known ? evidenceId : null) },
  });
}
