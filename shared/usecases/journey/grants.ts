import type { z } from 'zod';

import type { Grant, grantAnswerSchema, RequestGrant } from '../../../schemas/access.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { changeTenant, grantSubject, type TenantDeps } from '../tenants/manage-tenants.js';
import { recordStatement, type RecordDeps } from '../log/record.js';
import { timeToDecide } from '../governance/second-person.js';

/*
 * Access that ends by itself. It is asked for by one person and opened by another; from its end on the guest is a stranger,
 * whether or not the end is on record yet. Each change is evidence before it holds.
 */

const longestGrant = 90 * day;
const mostGrants = 200;

/** When it ends by itself: as it was asked for, or with the time to decide on it where nobody did. */
export const endOf = ({ approved, requestedAt, until }: Grant): Millis =>
  approved === undefined ? Math.min(millisOf(requestedAt) + timeToDecide, millisOf(until)) : millisOf(until);

const isEnded = (grant: Grant, now: Millis): boolean => grant.ended !== undefined || now >= endOf(grant);

/** Those that let a guest in now: approved, neither revoked nor at their end. */
export const openGrants = (grants: readonly Grant[], subject: string, now: number): Grant[] =>
  grants.filter((one) => one.subject === subject && one.approved !== undefined && !isEnded(one, now));

export function grantAnswer(grant: Grant, now: number): z.infer<typeof grantAnswerSchema> {
  const { ended, approved } = grant;
  const lasts = approved === undefined ? 'requested' : 'approved';
  return { ...grant, state: ended?.outcome ?? (now >= endOf(grant) ? 'expired' : lasts) };
}

type Asked = { id: string; actor: string };

/** @throws Refusal `invalid_request` for an end that has passed or lies more than 90 days ahead; `conflict` for too many. */
export async function requestGrant(
  deps: TenantDeps,
  body: RequestGrant,
  { id, actor }: Asked,
): Promise<Grant> {
  const now = deps.clock.now();
  const end = millisOf(body.until);
  if (end <= now || end > now + longestGrant)
    throw new Refusal('invalid_request', 'access ends within 90 days from now', { pointer: '/until' });
  await endWhereFull(deps);
  const requestedBy = pseudonymOf(await deps.keys.macKey(deps.stores.tenantId), actor);
  const grant: Grant = {
    id,
    purpose: body.purpose,
    subject: body.subject,
    roles: body.purpose === 'trial' ? body.roles : [],
    sections: body.purpose === 'evidence_room' ? body.sections : [],
    requestedBy,
    requestedAt: instantOf(now),
    until: instantOf(end),
  };
  await change(deps, grant, 'requested', actor, (grants) => {
    // Those that are long over make room; what they were stands in the log.
    const kept = grants.filter((one) => one.ended === undefined || grants.length < mostGrants);
    if (kept.length >= mostGrants)
      throw new Refusal('conflict', `a tenant has at most ${mostGrants} grants of access`);
    return [...kept, grant];
  });
  return grant;
}

/**
 * Opens what another person asked for.
 * @throws Refusal `not_found`; `conflict` where it is not waiting; `separation_of_duties` for who asked for it, and for
 * the guest
 */
export async function approveGrant(deps: TenantDeps, { id, actor }: Asked): Promise<Grant> {
  const now = deps.clock.now();
  const grant = await grantOf(deps, id);
  const by = pseudonymOf(await deps.keys.macKey(deps.stores.tenantId), actor);
  if (grantAnswer(grant, now).state !== 'requested')
    throw new Refusal('conflict', `the access is ${grantAnswer(grant, now).state}`);
  if (grant.requestedBy === by || grant.subject === actor)
    throw new Refusal('separation_of_duties', 'another person opens the access');
  const approved = { ...grant, approved: { by, at: instantOf(now) } };
  await change(deps, approved, 'approved', actor, (grants) =>
    replaced(grants, approved, (one) => one.approved === undefined && !isEnded(one, now)),
  );
  return approved;
}

/** Ends it now; one that is over stays as it is. @throws Refusal `not_found` */
export async function revokeGrant(
  deps: TenantDeps,
  { id, actor, reason }: Asked & { reason?: string },
): Promise<Grant> {
  const now = deps.clock.now();
  const grant = await grantOf(deps, id);
  if (isEnded(grant, now)) return grant;
  const revoked: Grant = { ...grant, ended: { at: instantOf(now), outcome: 'revoked' } };
  await change(
    deps,
    revoked,
    'revoked',
    actor,
    (grants) => replaced(grants, revoked, (one) => one.ended === undefined),
    reason,
  );
  return revoked;
}

/** What ended by itself takes no room: where there is none, one such end is put on record before the tick does it. */
async function endWhereFull(deps: TenantDeps): Promise<void> {
  const grants = (await deps.stores.tenant.get())?.tenant.grants ?? [];
  if (grants.length >= mostGrants && grants.every(({ ended }) => ended === undefined))
    await endGrants(deps, 1);
}

/** Puts on record every grant that ended by itself. Repeated, it finds none. @returns how many */
export async function endGrants(deps: TenantDeps, atMost = mostGrants): Promise<number> {
  const now = deps.clock.now();
  const found = await deps.stores.tenant.get();
  const over = (found?.tenant.grants ?? [])
    .filter((one) => one.ended === undefined && isEnded(one, now))
    .slice(0, atMost);
  for (const grant of over) {
    const expired: Grant = { ...grant, ended: { at: instantOf(endOf(grant)), outcome: 'expired' } };
    await change(deps, expired, 'expired', 'aispm', (grants) =>
      grants.map((one) => (one.id === grant.id && one.ended === undefined ? expired : one)),
    );
  }
  return over.length;
}

async function grantOf({ stores }: TenantDeps, id: string): Promise<Grant> {
  const found = (await stores.tenant.get())?.tenant.grants.find((grant) => grant.id === id);
  if (found === undefined) throw new Refusal('not_found', 'there is no such grant of access');
  return found;
}

/** @throws Refusal `conflict` where another change was first */
function replaced(grants: readonly Grant[], next: Grant, allowed: (current: Grant) => boolean): Grant[] {
  return grants.map((one) => {
    if (one.id !== next.id) return one;
    if (!allowed(one)) throw new Refusal('conflict', 'another change of this access was first');
    return next;
  });
}

async function change(
  deps: TenantDeps,
  { id, purpose, subject, until }: Grant,
  state: 'requested' | 'approved' | 'revoked' | 'expired',
  actor: string,
  next: (grants: Tenant['grants']) => Grant[],
  reason?: string,
): Promise<void> {
  await changeTenant(deps, {
    change: 'grant',
    subject: id,
    actor,
    grant: { id, purpose, subject, state, until },
    ...(reason === undefined ? {} : { reason }),
    apply: (tenant) => ({ ...tenant, grants: next(tenant.grants) }),
  });
}

/** Puts on record what a guest of an evidence room saw or took. @param use one of its own, so that each use is one event */
export async function recordUse(
  deps: RecordDeps,
  grant: Grant,
  used: { use: 'view' | 'download'; route: string; path: string; nonce: string },
): Promise<void> {
  const { stores, keys } = deps;
  const person = pseudonymOf(await keys.macKey(stores.tenantId), grant.subject);
  await recordStatement(deps, {
    name: 'access.used',
    id: `access-used-${used.nonce}`,
    subject: grantSubject(grant.id),
    data: {
      grant: grant.id,
      person,
      use: used.use,
      route: used.route,
      path: removeSecretsAndAddresses(used.path).text.slice(0, 2000),
    },
  });
}
