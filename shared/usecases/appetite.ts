import type { AppetiteAnswer, AppetiteRequest, RequestAppetite } from '../../schemas/answers/appetite.js';
import { limitedIndicatorSchema } from '../../schemas/events/appetite.js';
import { pseudonymOf } from '../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../core/ingest/secrets.js';
import { canonicalText } from '../core/kernel/canonical.js';
import { evidenceIdOf, uuidOf } from '../core/kernel/ids.js';
import { Refusal } from '../core/kernel/refusal.js';
import { day, hour, instantOf, millisOf } from '../core/kernel/time.js';
import { utc } from '../core/projections/stamps.js';
import { boundsOf, faultOf, isApproved, specOf, standing, type Judged } from '../core/reports/kpis/limits.js';
import type { Clock, KeyRing, TenantStores } from '../ports.js';
import { configIn } from './config.js';
import { linksOf } from './links.js';
import { withNames } from './names.js';
import { recordStatement, serviceSource } from './record.js';
import { decideAsSecond, type Decision } from './second-person.js';

/*
 * The limits of indicators, as a body of the tenant set them, are asked for by one person and approved by another. The
 * request waits in a record; what counts is the evidence that the approval writes. The record moves first: if the process
 * dies between the two, the same person approves again and completes it, unless other limits stand by then.
 */

type AppetiteDeps = { stores: TenantStores; keys: KeyRing; clock: Clock };
type AppetiteRecord = Omit<AppetiteRequest, 'inForce' | 'evidenceId' | 'people' | 'links'>;

const kind = 'appetite';
/** An approval stands at most this long: limits are looked at once a year. */
const longest = 366 * day;
/** As changes of sources and members: long enough for a weekend, too short to be forgotten. */
const validFor = 72 * hour;
const recordId = (id: string): string => `appetite:${id}`;
const eventIdOf = (id: string): string => `appetite-${id}`;
const evidenceOf = (id: string): string => evidenceIdOf(serviceSource.uri, eventIdOf(id));

/** What indicators are judged by now, and who approved it. */
export async function readAppetite(deps: AppetiteDeps): Promise<AppetiteAnswer> {
  const { stores } = deps;
  const judged = await judgedNow(deps);
  const approval = standing(judged);
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    asOf: judged.posture.asOf,
    approval: approval && {
      evidenceId: approval.id,
      setBy: approval.setBy,
      setOn: approval.setOn,
      requestedBy: approval.requestedBy,
      approvedBy: approval.approvedBy,
      approvedAt: approval.time,
      expiresAt: approval.expiresAt,
    },
    indicators: limitedIndicatorSchema.options.flatMap((id) => {
      const spec = specOf(id, judged);
      const { target, limit } = id === 'K01' ? spec : boundsOf(id, spec, judged);
      const { label, unit, better } = spec;
      if (target === null || limit === null || better === 'neither') return [];
      return [{ id, label, unit, better, target, limit, approved: isApproved(id, judged) }];
    }),
    links: { requests: links.at('appetite', 'requests'), ...links.evidence(approval?.id ?? null) },
  });
}

/**
 * Asks for limits. The same request, made again while it is open, is the same request.
 * @throws Refusal `invalid_request` for a limit or a day that makes no sense
 */
export async function requestAppetite(
  deps: AppetiteDeps,
  { reason, ...said }: RequestAppetite,
  subject: string,
): Promise<AppetiteRequest> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const judged = await judgedNow(deps);
  const fault = faultOf(said.limits, judged) ?? faultOfDays(said, now);
  if (fault !== null) throw new Refusal('invalid_request', fault.detail, { pointer: fault.pointer });
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: requestedBy, name: subject }]);
  const base = standing(judged)?.id ?? null;
  const record: AppetiteRecord = {
    // What was replaced meanwhile can be asked for again.
    id: await openId(deps, uuidOf(kind, stores.tenantId, canonicalText(said), requestedBy, base ?? 'none')),
    status: 'pending',
    ...said,
    expiresAt: utc(said.expiresAt),
    // As on admission: what a person types goes into the log for good.
    setBy: removeSecretsAndAddresses(said.setBy).text,
    reason: removeSecretsAndAddresses(reason).text,
    requestedBy,
    requestedAt: instantOf(now),
    decideBy: instantOf(Math.min(now + validFor, millisOf(said.expiresAt))),
    base,
  };
  await stores.records.put(recordId(record.id), kind, record, null);
  return answerOf(deps, judged, (await found(stores, record.id)).value);
}

/** What was decided, or not in time, can be asked for again: the same request has another id from then on. */
async function openId(deps: AppetiteDeps, id: string): Promise<string> {
  const known = await deps.stores.records.get<AppetiteRecord>(recordId(id));
  if (known === null) return id;
  const { status, decideBy, decidedAt = decideBy } = known.value;
  if (status === 'pending' && deps.clock.now() < millisOf(decideBy)) return id;
  return openId(deps, uuidOf(kind, deps.stores.tenantId, id, decidedAt));
}

function faultOfDays({ setOn, expiresAt }: Pick<RequestAppetite, 'setOn' | 'expiresAt'>, now: number) {
  // A day begins first at UTC+14.
  if (millisOf(`${setOn}T00:00:00+14:00`) > now)
    return { pointer: '/setOn', detail: 'a body has not set them yet' };
  const expires = millisOf(expiresAt);
  return expires <= now || expires > now + longest
    ? { pointer: '/expiresAt', detail: 'expiresAt lies in the next 366 days' }
    : null;
}

/** A page of what was asked for, in no order that means anything. */
export async function listAppetiteRequests(
  deps: AppetiteDeps,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: AppetiteRequest[]; cursor?: string }> {
  const from = cursor === undefined ? {} : { cursor };
  const page = await deps.stores.records.list<AppetiteRecord>({ kind, limit, ...from });
  const judged = await judgedNow(deps);
  const items = await Promise.all(page.items.map((record) => answerOf(deps, judged, record)));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/**
 * A second person decides. Approved, it is evidence that names both, and every report is held to it from then on.
 * @throws Refusal `not_found`; `separation_of_duties` where the requester approves; `conflict` where it was decided
 * otherwise, 72 hours or its expiry have passed, or other limits stand than when it was asked for
 */
export async function decideAppetite(
  deps: AppetiteDeps,
  id: string,
  decision: Decision,
  subject: string,
  reason?: string,
): Promise<AppetiteRequest> {
  const asked = await found(deps.stores, id);
  const outdated = (await isOutdated(deps, await judgedNow(deps), asked.value))
    ? 'other limits stand since this was asked for; reject it and ask anew'
    : undefined;
  const { decided } = await decideAsSecond(
    deps,
    { id: recordId(id), kind, ...asked },
    { decision, subject, reason },
    { asked: 'limits', name: 'the request', late: 'the time to decide on the request is over', outdated },
  );
  if (decision === 'approved') {
    const { limits, setBy, setOn, expiresAt, requestedBy: actor, decidedBy: approvedBy = '' } = decided;
    await recordStatement(deps, {
      name: 'appetite.approved',
      id: eventIdOf(id),
      data: { limits, setBy, setOn, expiresAt, reason: decided.reason, actor, approvedBy },
    });
  }
  return answerOf(deps, await judgedNow(deps), decided);
}

/** The last approval and what the score is judged by, as of now. */
async function judgedNow({ stores, clock }: AppetiteDeps): Promise<Judged> {
  const { appetite, settings } = await configIn(stores);
  const posture = { asOf: instantOf(clock.now()), score: { target: settings.scoreTarget } };
  return { appetite: appetite ?? null, posture };
}

/** Whether other limits stand than when it was asked for, which are not those it asked for. */
async function isOutdated(
  { stores }: AppetiteDeps,
  judged: Judged,
  { id, base }: AppetiteRecord,
): Promise<boolean> {
  if ((standing(judged)?.id ?? null) === base) return false;
  return (await stores.ledger.entryOf(evidenceOf(id))) === null;
}

async function openStatus(
  deps: AppetiteDeps,
  judged: Judged,
  record: AppetiteRecord,
): Promise<'pending' | 'expired' | 'outdated'> {
  if (millisOf(record.decideBy) <= deps.clock.now()) return 'expired';
  return (await isOutdated(deps, judged, record)) ? 'outdated' : 'pending';
}

async function found(
  { records }: TenantStores,
  id: string,
): Promise<{ value: AppetiteRecord; etag: string }> {
  const record = await records.get<AppetiteRecord>(recordId(id));
  if (record === null) throw new Refusal('not_found', 'there is no such request');
  return record;
}

async function answerOf(
  deps: AppetiteDeps,
  judged: Judged,
  record: AppetiteRecord,
): Promise<AppetiteRequest> {
  const { stores } = deps;
  const evidenceId = evidenceOf(record.id);
  const known = record.status === 'approved' && (await stores.ledger.entryOf(evidenceId)) !== null;
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    ...record,
    status: record.status === 'pending' ? await openStatus(deps, judged, record) : record.status,
    inForce: standing(judged)?.id === evidenceId,
    evidenceId: known ? evidenceId : null,
    links: { appetite: links.at('appetite'), ...links.evidence(known ? evidenceId : null) },
  });
}
