import type { DeliveryChange } from '../../../schemas/delivery.js';
import type { DeliveryChangeAnswer, RequestChange } from '../../../schemas/answers/delivery.js';
import type { Calendar } from '../../core/delivery/schedule.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { linksOf } from '../links.js';
import { changeTenant, type TenantDeps } from '../tenants/manage-tenants.js';
import { withNames } from '../names.js';
import { decideAsSecond, timeToDecide, waitingRecords, type Decision } from '../governance/second-person.js';
import { applied, toldOf } from './apply-change.js';

/*
 * Where reports go beyond the tenant's own domains, when they go by themselves, and that they need no approval, is changed
 * by two people. The request
 * waits in a record; what counts is the evidence that the approval writes. The record moves first: if the process dies
 * between the two, the same person approves again and completes it.
 */

export type ChangeDeps = TenantDeps & { calendar: Calendar };
/** `inForce`: the approval was completed, and repeating it does nothing: a later change may stand by now. */
type ChangeRecord = Omit<DeliveryChangeAnswer, 'people' | 'links'> & { inForce?: true };

const kind = 'delivery-change';
const recordId = (id: string): string => `delivery-change:${id}`;
/** An approved domain stands at most this long; then two people look again. */
const longest = 366 * day;

/** Asks for a change. @throws Refusal `invalid_request` for an end or an expression that makes no sense */
export async function requestChange(
  deps: ChangeDeps,
  { change, reason }: RequestChange,
  subject: string,
  id: string,
): Promise<DeliveryChangeAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  refuseSenseless(deps, change);
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: requestedBy, name: subject }]);
  const record: ChangeRecord = {
    id,
    change,
    // As on admission: what a person types goes into the log for good.
    reason: removeSecretsAndAddresses(reason).text,
    status: 'pending',
    requestedBy,
    requestedAt: instantOf(now),
    expiresAt: instantOf(now + timeToDecide),
  };
  await stores.records.put(recordId(id), kind, record, null);
  return answerOf(deps, record);
}

function refuseSenseless({ calendar, clock }: ChangeDeps, change: DeliveryChange): void {
  const now = clock.now();
  if (change.kind === 'domain') {
    const end = millisOf(change.until);
    if (end <= now || end > now + longest)
      throw new Refusal('invalid_request', 'until lies in the next 366 days', { pointer: '/change/until' });
  }
  if (change.kind !== 'schedule' || change.schedule.cron === undefined) return;
  const pointer = '/change/schedule/cron';
  try {
    if (calendar.next(change.schedule.cron, 'UTC', now) === null)
      throw new Refusal('invalid_request', 'the expression is never due', { pointer });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Refusal('invalid_request', cause.message, { pointer, cause });
  }
}

/** A page of changes, in no order that means anything. */
export async function listChanges(
  deps: ChangeDeps,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: DeliveryChangeAnswer[]; cursor?: string }> {
  const page = await deps.stores.records.list<ChangeRecord>({
    kind,
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const items = await Promise.all(page.items.map((record) => answerOf(deps, record)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/** Changes that wait for their second person. */
export const waitingChanges = async (deps: TenantDeps): Promise<DeliveryChangeAnswer[]> =>
  Promise.all((await waitingRecords<ChangeRecord>(deps, kind)).map((one) => answerOf(deps, one)));

/** A change as it stands. @throws Refusal `not_found` */
export const readChange = async (deps: ChangeDeps, id: string): Promise<DeliveryChangeAnswer> =>
  answerOf(deps, (await found(deps, id)).value);

/**
 * A second person decides. Approved, it is evidence that names both, and in force before the answer.
 * @throws Refusal `not_found`; `separation_of_duties` where the requester approves; `conflict` where it was decided
 * otherwise, or too late
 */
export async function decideChange(
  deps: ChangeDeps,
  id: string,
  decision: Decision,
  subject: string,
  reason?: string,
): Promise<DeliveryChangeAnswer> {
  const { decided, etag } = await decideAsSecond(
    deps,
    { id: recordId(id), kind, ...(await found(deps, id)) },
    { decision, subject, reason },
    {
      asked: 'a change of delivery',
      name: 'the change',
      late: 'the time to decide on the change is over',
    },
  );
  if (decision === 'approved' && decided.inForce === undefined) {
    await intoForce(deps, decided, subject);
    await deps.stores.records.put(recordId(id), kind, { ...decided, inForce: true }, etag);
  }
  return answerOf(deps, decided);
}

async function intoForce(deps: ChangeDeps, record: ChangeRecord, approvedBy: string): Promise<void> {
  const { requestedBy, change, reason, decidedAt } = record;
  const actor = (await deps.stores.tenant.names([requestedBy])).get(requestedBy);
  if (actor === undefined) throw new Refusal('conflict', 'who asked for it is no longer known');
  await changeTenant(deps, {
    ...toldOf(change),
    actor,
    approvedBy,
    reason,
    apply: (tenant) => applied(tenant, change, decidedAt ?? instantOf(deps.clock.now())),
  });
}

async function found({ stores }: ChangeDeps, id: string): Promise<{ value: ChangeRecord; etag: string }> {
  const record = await stores.records.get<ChangeRecord>(recordId(id));
  if (record === null) throw new Refusal('not_found', 'there is no such change');
  return record;
}

async function answerOf(
  { stores, clock }: TenantDeps,
  { inForce: _known, ...record }: ChangeRecord,
): Promise<DeliveryChangeAnswer> {
  const late = record.status === 'pending' && millisOf(record.expiresAt) <= clock.now();
  const links = { self: linksOf(stores.tenantId).at('delivery-changes', record.id) };
  return withNames(stores.tenant, { ...record, status: late ? 'expired' : record.status, links });
}
