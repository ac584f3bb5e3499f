import type { SourceChangeAnswer } from '../../../schemas/answers/tenants.js';
import type { Source, SourceChange, Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import {
  contentDigest,
  sourceIn,
  widenings,
  withSource,
  type Registration,
} from '../../core/ingest/registration.js';
import { isRetired } from '../../core/ingest/rules.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { hour, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { linksOf } from '../links.js';
import { changeTenant, sourceChangeSubject, type TenantDeps } from '../manage-tenants.js';
import { withNames } from '../names.js';
import type { Decision } from '../second-person.js';

/*
 * Whose word counts as evidence is changed by two people. The request stands in the tenant's document, so that asking,
 * agreeing, refusing and the end of its time are changes of the tenant like every other, each with its evidence; and so
 * that agreeing is decided by the very write that puts it in force, against the source as it is in that write.
 */

/** Long enough for a weekend, too short to be forgotten. */
const validFor = 72 * hour;
const most = 100;

/** A wish for a source: what it is to be registered with, or without `to` that it is to be retired. */
export type SourceWish = { source: string; to?: Registration | undefined };
export type Asked = { id: string; actor: string; reason?: string | undefined };

/** When the time to decide on a change is over. */
export const endOf = ({ requestedAt }: SourceChange): Millis => millisOf(requestedAt) + validFor;

/** The source is no longer what it was when the change was asked for. A retirement retires whatever there is. */
const isOutdated = (change: SourceChange, tenant: Tenant): boolean =>
  change.to !== undefined && contentDigest(sourceIn(tenant, change.source)) !== change.base;

const isOpen = (change: SourceChange, tenant: Tenant, now: Millis): boolean =>
  change.ended === undefined && now < endOf(change) && !isOutdated(change, tenant);

/**
 * Asks for a change of a source. Asked again by the same person while it is open, it is the same request.
 * @throws Refusal `not_found` for a retirement of no source; `conflict` for what could not be registered, while another
 * change of the source is open, and where the source was changed in this moment
 */
export async function requestSourceChange(
  deps: TenantDeps,
  { source, to }: SourceWish,
  { id, actor, reason }: Asked,
): Promise<SourceChangeAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), actor);
  const before = await tenantOf(deps);
  const known = sourceIn(before, source);
  const wish: SourceChange = {
    id,
    kind: to === undefined ? 'retirement' : known === undefined ? 'registration' : 'change',
    source,
    ...(to === undefined ? {} : { to }),
    widens: to === undefined ? [] : widenings(known, to),
    base: contentDigest(known),
    // As on admission: what a person types goes into the log for good.
    ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
    requestedBy,
    requestedAt: instantOf(now),
  };
  await changeTenant(deps, {
    change: 'source_requested',
    subject: source,
    actor,
    ...(reason === undefined ? {} : { reason }),
    sourceChange: stepOf(wish, 'requested'),
    apply: (tenant) => {
      refuseImpossible(tenant, wish);
      const open = tenant.sourceChanges.find((one) => one.source === source && isOpen(one, tenant, now));
      if (open !== undefined && !isSame(open, wish))
        throw new Refusal('conflict', 'another change of this source waits for its second person', {
          legal: ['approve', 'reject'],
        });
      if (open !== undefined) return tenant;
      // What it would come to was told of the source as it was read.
      if (isOutdated(wish, tenant))
        throw new Refusal('conflict', 'the source was changed at the same time; look and try again');
      return { ...tenant, sourceChanges: [...withRoom(tenant, now), wish] };
    },
  });
  const after = await tenantOf(deps);
  const asked =
    after.sourceChanges.find((one) => one.id === id) ??
    after.sourceChanges.find((one) => isSame(one, wish) && isOpen(one, after, now));
  return answerOf(deps, after, asked ?? wish);
}

/** @throws Refusal as the change itself would, could it be made now */
function refuseImpossible(tenant: Tenant, { source, to }: SourceWish): void {
  if (to !== undefined) {
    withSource(tenant, { id: source, ...to });
    return;
  }
  const known = sourceIn(tenant, source);
  if (known === undefined) throw new Refusal('not_found', 'there is no such source');
  if (isRetired(known)) throw new Refusal('conflict', 'the source is already retired');
}

const isSame = (a: SourceChange, b: SourceChange): boolean =>
  a.source === b.source &&
  a.kind === b.kind &&
  a.requestedBy === b.requestedBy &&
  contentDigest(a.to) === contentDigest(b.to);

/** Those that are over make room, oldest first; what they were stands in the log. @throws Refusal `conflict` */
function withRoom(tenant: Tenant, now: Millis): SourceChange[] {
  const { sourceChanges } = tenant;
  if (sourceChanges.length < most) return sourceChanges;
  const oldest = sourceChanges.findIndex((one) => !isOpen(one, tenant, now));
  if (oldest < 0)
    throw new Refusal('conflict', `at most ${most} changes of sources wait for a second person`);
  return sourceChanges.filter((_, at) => at !== oldest);
}

/**
 * Another person agrees, and it is in force before the answer; or anyone who may agree refuses it, and who asked for it
 * withdraws it. The same decision by the same person again is the same.
 * @throws Refusal `not_found`; `separation_of_duties` for who asked for it; `conflict` where it was decided otherwise, too
 * late, of a source that has changed since, or where it can no longer be made
 */
export async function decideSourceChange(
  deps: TenantDeps,
  decision: Decision,
  { id, actor, reason }: Asked,
): Promise<SourceChangeAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const by = pseudonymOf(await keys.macKey(stores.tenantId), actor);
  const asked = changeIn(await tenantOf(deps), id);
  const approves = decision === 'approved';
  const outcome = approves ? decision : asked.requestedBy === by ? 'withdrawn' : 'rejected';
  await changeTenant(deps, {
    change: approves ? (asked.to === undefined ? 'source_retired' : 'source') : 'source_declined',
    subject: asked.source,
    ...(approves ? { actor: await requesterOf(deps, asked), approvedBy: actor } : { actor }),
    ...(reason === undefined ? {} : { reason }),
    sourceChange: stepOf(asked, outcome),
    apply: (tenant) => {
      const change = changeIn(tenant, id);
      if (approves && change.requestedBy === by)
        throw new Refusal('separation_of_duties', 'who asks for a change of a source cannot agree to it');
      if (change.ended?.outcome === outcome && change.ended.by === by) return tenant;
      refuseOver(change, tenant, now, approves);
      const decided: NonNullable<SourceChange['ended']> = {
        outcome,
        by,
        at: instantOf(now),
        ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
      };
      return withEnd(approves ? made(tenant, change, by, instantOf(now)) : tenant, id, decided);
    },
  });
  const after = await tenantOf(deps);
  return answerOf(deps, after, changeIn(after, id));
}

function refuseOver(change: SourceChange, tenant: Tenant, now: Millis, approves: boolean): void {
  const { ended } = change;
  if (ended !== undefined)
    throw new Refusal('conflict', `the change is already ${ended.outcome}`, { legal: [] });
  if (now >= endOf(change))
    throw new Refusal('conflict', 'the time to decide on the change is over', { legal: [] });
  if (approves && isOutdated(change, tenant))
    throw new Refusal('conflict', 'the source has changed since this was asked for; refuse it and ask anew', {
      legal: ['reject'],
    });
}

/** The tenant once a change is agreed to. */
function made(tenant: Tenant, { source, to, requestedBy }: SourceChange, approvedBy: string, at: string) {
  if (to !== undefined) return withSource(tenant, { id: source, ...to });
  refuseImpossible(tenant, { source });
  const retired = { requestedBy, approvedBy, at };
  return {
    ...tenant,
    sources: tenant.sources.map((one) => (one.id === source ? { ...one, retired } : one)),
  };
}

const withEnd = (tenant: Tenant, id: string, ended: NonNullable<SourceChange['ended']>): Tenant => ({
  ...tenant,
  sourceChanges: tenant.sourceChanges.map((one) => (one.id === id ? { ...one, ended } : one)),
});

/** Puts on record every request whose time is over. Repeated, it finds none. @returns how many */
export async function endSourceChanges(deps: TenantDeps): Promise<number> {
  const now = deps.clock.now();
  const found = await deps.stores.tenant.get();
  const isOver = (one: SourceChange): boolean => one.ended === undefined && now >= endOf(one);
  const over = (found?.tenant.sourceChanges ?? []).filter(isOver);
  for (const change of over)
    await changeTenant(deps, {
      change: 'source_declined',
      subject: change.source,
      actor: 'aispm',
      sourceChange: stepOf(change, 'expired'),
      apply: (tenant) =>
        tenant.sourceChanges.some((one) => one.id === change.id && isOver(one))
          ? withEnd(tenant, change.id, { outcome: 'expired', at: instantOf(endOf(change)) })
          : tenant,
    });
  return over.length;
}

/** Open changes of sources and those that ended last, newest first. */
export async function listSourceChanges(
  deps: TenantDeps,
  tenant: Tenant,
): Promise<{ items: SourceChangeAnswer[] }> {
  const newest = tenant.sourceChanges.toReversed();
  return { items: await Promise.all(newest.map((change) => answerOf(deps, tenant, change))) };
}

/** A change as it stands. @throws Refusal `not_found` */
export const readSourceChange = async (
  deps: TenantDeps,
  tenant: Tenant,
  id: string,
): Promise<SourceChangeAnswer> => answerOf(deps, tenant, changeIn(tenant, id));

function stepOf(
  { id, kind, to, widens }: SourceChange,
  state: 'requested' | NonNullable<SourceChange['ended']>['outcome'],
) {
  const content = contentDigest(to);
  return { id, kind, state, ...(content === null ? {} : { content, widens }) };
}

async function tenantOf({ stores }: TenantDeps): Promise<Tenant> {
  const found = await stores.tenant.get();
  if (found === null) throw new Refusal('not_found', 'there is no such tenant');
  return found.tenant;
}

function changeIn({ sourceChanges }: Tenant, id: string): SourceChange {
  const change = sourceChanges.find((one) => one.id === id);
  if (change === undefined) throw new Refusal('not_found', 'there is no such change of a source');
  return change;
}

async function requesterOf({ stores }: TenantDeps, { requestedBy }: SourceChange): Promise<string> {
  const name = (await stores.tenant.names([requestedBy])).get(requestedBy);
  if (name === undefined) throw new Refusal('conflict', 'who asked for it is no longer known');
  return name;
}

function registrationOf(source: Source | undefined): Registration | null {
  if (source === undefined) return null;
  const { id: _id, retired: _retired, ...registration } = source;
  return registration;
}

async function answerOf(
  { stores, clock }: TenantDeps,
  tenant: Tenant,
  { ended, ...change }: SourceChange,
): Promise<SourceChangeAnswer> {
  const late = clock.now() >= endOf(change);
  const status =
    ended?.outcome ??
    (late ? 'expired' : isOutdated(change, tenant) ? ('outdated' as const) : ('pending' as const));
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    ...change,
    status,
    expiresAt: instantOf(endOf(change)),
    ...(ended?.by === undefined ? {} : { decidedBy: ended.by }),
    ...(ended === undefined ? {} : { decidedAt: ended.at }),
    ...(ended?.reason === undefined ? {} : { decisionReason: ended.reason }),
    registered: registrationOf(sourceIn(tenant, change.source)),
    links: {
      self: links.at('source-changes', change.id),
      sources: links.at('sources'),
      evidence: links.filtered('evidence', 'subject', sourceChangeSubject(change.id)),
    },
  });
}
