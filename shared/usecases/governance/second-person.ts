import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { hour, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import type { Clock, KeyRing, TenantStores } from '../../ports.js';

/*
 * What one person asked for waits in a record until another decides. The record moves first, the evidence of the decision
 * second: if the process dies between the two, the same person decides the same again and completes it.
 */

/** How long a second person has to decide: long enough for a weekend, too short to be forgotten. */
export const timeToDecide = 72 * hour;

export type Decision = 'approved' | 'rejected';

/** What every such record holds, whatever was asked for. */
type Asked = {
  status: string;
  requestedBy: string;
  expiresAt: string;
  /** Until when it can be decided, where that is before what was asked for ends. */
  decideBy?: string;
  decidedBy?: string | undefined;
  decidedAt?: string | undefined;
  decisionReason?: string | undefined;
};
/** Records of a kind that wait for their second person, whatever else of the kind was decided by now. */
export async function waitingRecords<R extends Asked>(
  { stores, clock }: { stores: TenantStores; clock: Clock },
  kind: string,
): Promise<R[]> {
  const found: R[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await stores.records.list<R>({ kind, limit: 1000, ...from });
    found.push(...page.items.filter((one) => one.status === 'pending' && clock.now() < endOf(one)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const endOf = ({ decideBy, expiresAt }: Asked): Millis => millisOf(decideBy ?? expiresAt);

type Decided = { status: Decision; decidedBy: string; decidedAt: string; decisionReason?: string };

/**
 * `asked` and `name` as a refusal says them: `an override`, `the override`; `late`: that its time is over; `outdated`, where
 * it is: that it can no longer be approved, also not to complete what an earlier approval began.
 */
type Words = { asked: string; name: string; late: string; outdated?: string | undefined };

/**
 * A second person decides; the same decision by the same person again is the same.
 * @returns the record as it is now kept, and its etag
 * @throws Refusal `separation_of_duties` where the requester approves; `conflict` where it was decided otherwise, too late,
 * outdated, or by another at the same time
 */
export async function decideAsSecond<R extends Asked>(
  { stores, keys, clock }: { stores: TenantStores; keys: KeyRing; clock: Clock },
  { id, kind, value, etag }: { id: string; kind: string; value: R; etag: string },
  { decision, subject, reason }: { decision: Decision; subject: string; reason: string | undefined },
  { asked, name, late, outdated }: Words,
): Promise<{ decided: R | (R & Decided); etag: string }> {
  const decidedBy = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  if (decision === 'approved' && decidedBy === value.requestedBy)
    throw new Refusal('separation_of_duties', `who asked for ${asked} cannot approve it`);
  const again = value.status === decision && value.decidedBy === decidedBy;
  if (!again && value.status !== 'pending')
    throw new Refusal('conflict', `${name} is already ${value.status}`);
  if (!again && endOf(value) <= clock.now()) throw new Refusal('conflict', late);
  if (decision === 'approved' && outdated !== undefined)
    throw new Refusal('conflict', outdated, { legal: again ? [] : ['reject'] });
  await stores.tenant.remember([{ pseudonym: decidedBy, name: subject }]);
  if (again) return { decided: value, etag };
  const decided = {
    ...value,
    status: decision,
    decidedBy,
    decidedAt: instantOf(clock.now()),
    ...(reason === undefined ? {} : { decisionReason: removeSecretsAndAddresses(reason).text }),
  };
  const next = await stores.records.put(id, kind, decided, etag);
  if (next === null)
    throw new Refusal('conflict', 'somebody else decided at the same time; look and try again');
  return { decided, etag: next };
}
