import type { ChangeRequest, ChangeState } from '../../../schemas/change-requests.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { contentDigest } from '../../core/ingest/registration.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { changeTenant, type TenantChange, type TenantDeps } from '../tenants/manage-tenants.js';
import { timeToDecide, type Decision } from './second-person.js';

/*
 * What of a tenant is changed by two people. The request stands in the tenant's document, so that asking, agreeing,
 * refusing and the end of its time are changes of the tenant like every other, each with its evidence; and so that
 * agreeing is decided by the very write that puts it in force, against what it changes as that is in the write.
 *
 * There is no exception for whoever is alone: a tenant with one person in it who may agree asks in vain. It is not locked
 * out, as the issuer of its tokens, by whose word it was created, can name another person in it at any time.
 */

/** `groups` of who asks or decides, as member lists name them: `group:<id>`. */
export type Asked = {
  id: string;
  actor: string;
  groups?: readonly string[];
  reason?: string | undefined;
};

/** One kind of thing that two people change: what is particular to it. */
export type Matter<C extends ChangeRequest> = {
  /** As refusals name it. */
  thing: string;
  /** How many the tenant's document holds. */
  most: number;
  listOf: (tenant: Tenant) => readonly C[];
  withList: (tenant: Tenant, changes: C[]) => Tenant;
  /** Id of what is changed. */
  about: (change: C) => string;
  /** What it is to be. */
  wish: (change: C) => object;
  /** Who gains by it, where that is a person: as little another as who asked. */
  gainer?: (change: C) => string;
  /** What it changes is no longer what it was when it was asked for. */
  isOutdated: (change: C, tenant: Tenant) => boolean;
  /** The tenant once it is agreed to. @throws Refusal where it cannot be made */
  made: (tenant: Tenant, change: C, agreed: { by: string; at: string }) => Tenant;
  /** What the log is told of a step. */
  told: (change: C, state: ChangeState) => Omit<TenantChange, 'actor' | 'approvedBy' | 'reason' | 'apply'>;
};

/** When the time to decide on a change is over. */
export const endOf = ({ requestedAt }: ChangeRequest): Millis => millisOf(requestedAt) + timeToDecide;

/** What every request holds, as it is asked for now. */
export async function askedNow(
  { stores, keys, clock }: TenantDeps,
  { id, actor, reason }: Asked,
): Promise<Omit<ChangeRequest, 'base'>> {
  return {
    id,
    // As on admission: what a person types goes into the log for good.
    ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
    requestedBy: pseudonymOf(await keys.macKey(stores.tenantId), actor),
    requestedAt: instantOf(clock.now()),
  };
}

/** What can be done with one kind of change, each answered as `answerOf` shows a request in the tenant it stands in. */
export type Changes<C extends ChangeRequest, A> = {
  /**
   * Asks for a change. Asked again by the same person while it is open, it is the same request.
   * @throws Refusal as the change itself would, for what could not be made; `conflict` while another change of the same thing
   * is open, and where that was changed in this moment
   */
  request: (deps: TenantDeps, wish: C, asked: Asked) => Promise<A>;
  /**
   * Another person agrees, and it is in force before the answer; or anyone who may agree refuses it, and who asked for it
   * withdraws it. The same decision by the same person again is the same.
   * @throws Refusal `not_found`; `separation_of_duties` for who asked for it and for who gains by it, also by a group; `conflict` where it was
   * decided otherwise, too late, of what has changed since, or where it can no longer be made
   */
  decide: (deps: TenantDeps, decision: Decision, asked: Asked) => Promise<A>;
  /** Puts on record every request whose time is over. Repeated, it finds none. @returns how many */
  end: (deps: TenantDeps) => Promise<number>;
  /** Those that are open and those that ended last, newest first. */
  list: (deps: TenantDeps, tenant: Tenant) => Promise<{ items: A[] }>;
  /** Those that wait: open, or outdated and not refused yet. */
  waiting: (deps: TenantDeps, tenant: Tenant) => Promise<A[]>;
  /** Finds room for a further request. @throws Refusal `conflict` where there is none */
  makeRoom: (deps: TenantDeps) => Promise<void>;
  /** A request as it stands. @throws Refusal `not_found` */
  read: (deps: TenantDeps, tenant: Tenant, id: string) => Promise<A>;
};

export function changesOf<C extends ChangeRequest, A>(
  matter: Matter<C>,
  answerOf: (deps: TenantDeps, tenant: Tenant, change: C) => Promise<A>,
): Changes<C, A> {
  return {
    request: async (deps, wish, asked) => answerOf(deps, ...(await requested(deps, matter, wish, asked))),
    decide: async (deps, decision, asked) =>
      answerOf(deps, ...(await decided(deps, matter, decision, asked))),
    end: (deps) => endOver(deps, matter),
    list: async (deps, tenant) => {
      const newest = matter.listOf(tenant).toReversed();
      return { items: await Promise.all(newest.map((change) => answerOf(deps, tenant, change))) };
    },
    waiting: async (deps, tenant) => {
      const waits = (one: C): boolean => one.ended === undefined && deps.clock.now() < endOf(one);
      return Promise.all(
        matter
          .listOf(tenant)
          .filter(waits)
          .map((one) => answerOf(deps, tenant, one)),
      );
    },
    makeRoom: async (deps) => {
      await endWhereFull(deps, matter);
      withRoom(matter, await tenantOf(deps));
    },
    read: (deps, tenant, id) => answerOf(deps, tenant, changeIn(matter, tenant, id)),
  };
}

async function requested<C extends ChangeRequest>(
  deps: TenantDeps,
  matter: Matter<C>,
  wish: C,
  { actor, reason }: Asked,
): Promise<[Tenant, C]> {
  const now = deps.clock.now();
  const isOpen = openAt(matter, now);
  await endWhereFull(deps, matter);
  await changeTenant(deps, {
    ...matter.told(wish, 'requested'),
    actor,
    ...(reason === undefined ? {} : { reason }),
    apply: (tenant) => {
      matter.made(tenant, wish, { by: wish.requestedBy, at: wish.requestedAt });
      const open = matter
        .listOf(tenant)
        .find((one) => matter.about(one) === matter.about(wish) && isOpen(one, tenant));
      if (open !== undefined && !isSame(matter, open, wish))
        throw new Refusal('conflict', `another change of this ${matter.thing} waits for its second person`, {
          legal: ['approve', 'reject'],
        });
      if (open !== undefined) return tenant;
      // What it would come to was told of the thing as it was read.
      if (matter.isOutdated(wish, tenant))
        throw new Refusal('conflict', `the ${matter.thing} was changed at the same time; look and try again`);
      return matter.withList(tenant, [...withRoom(matter, tenant), wish]);
    },
  });
  const tenant = await tenantOf(deps);
  const list = matter.listOf(tenant);
  const asked =
    list.find((one) => one.id === wish.id) ??
    list.find((one) => isSame(matter, one, wish) && isOpen(one, tenant));
  return [tenant, asked ?? wish];
}

const openAt =
  <C extends ChangeRequest>({ isOutdated }: Matter<C>, now: Millis) =>
  (change: C, tenant: Tenant): boolean =>
    change.ended === undefined && now < endOf(change) && !isOutdated(change, tenant);

const isSame = <C extends ChangeRequest>({ about, wish }: Matter<C>, a: C, b: C): boolean =>
  about(a) === about(b) &&
  a.requestedBy === b.requestedBy &&
  contentDigest(wish(a)) === contentDigest(wish(b));

/** What nobody decided in time takes no room: where there is none, one such end is put on record before the tick does it. */
async function endWhereFull<C extends ChangeRequest>(deps: TenantDeps, matter: Matter<C>): Promise<void> {
  const list = matter.listOf(await tenantOf(deps));
  if (list.length >= matter.most && list.every(({ ended }) => ended === undefined))
    await endOver(deps, matter, 1);
}

/** Those whose end stands in the log make room, oldest first. @throws Refusal `conflict` where there is none */
function withRoom<C extends ChangeRequest>(matter: Matter<C>, tenant: Tenant): C[] {
  const list = matter.listOf(tenant);
  if (list.length < matter.most) return [...list];
  const oldest = list.findIndex((one) => one.ended !== undefined);
  if (oldest < 0)
    throw new Refusal(
      'conflict',
      `at most ${matter.most} changes of ${matter.thing}s wait for a second person, outdated ones until they are refused`,
    );
  return list.filter((_, at) => at !== oldest);
}

async function decided<C extends ChangeRequest>(
  deps: TenantDeps,
  matter: Matter<C>,
  decision: Decision,
  { id, actor, groups = [], reason }: Asked,
): Promise<[Tenant, C]> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const macKey = await keys.macKey(stores.tenantId);
  const by = pseudonymOf(macKey, actor);
  const asked = changeIn(matter, await tenantOf(deps), id);
  const approves = decision === 'approved';
  const outcome = approves ? decision : asked.requestedBy === by ? 'withdrawn' : 'rejected';
  const gainer = matter.gainer?.(asked);
  if (approves && asked.requestedBy === by)
    throw new Refusal(
      'separation_of_duties',
      `who asks for a change of a ${matter.thing} cannot agree to it`,
    );
  const gains = gainer !== undefined && (pseudonymOf(macKey, gainer) === by || groups.includes(gainer));
  if (approves && gains)
    throw new Refusal('separation_of_duties', 'who gains by a change cannot agree to it');
  await changeTenant(deps, {
    ...matter.told(asked, outcome),
    ...(approves ? { actor: await requesterOf(deps, asked), approvedBy: actor } : { actor }),
    ...(reason === undefined ? {} : { reason }),
    apply: (tenant) => {
      const change = changeIn(matter, tenant, id);
      if (change.ended?.outcome === outcome && change.ended.by === by) return tenant;
      refuseOver(matter, change, tenant, { now, approves });
      const at = instantOf(now);
      const told = reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text };
      const next = approves ? matter.made(tenant, change, { by, at }) : tenant;
      return withEnd(matter, next, id, { outcome, by, at, ...told });
    },
  });
  const tenant = await tenantOf(deps);
  return [tenant, changeIn(matter, tenant, id)];
}

function refuseOver<C extends ChangeRequest>(
  { thing, isOutdated }: Matter<C>,
  change: C,
  tenant: Tenant,
  { now, approves }: { now: Millis; approves: boolean },
): void {
  const { ended } = change;
  if (ended !== undefined)
    throw new Refusal('conflict', `the change is already ${ended.outcome}`, { legal: [] });
  if (now >= endOf(change))
    throw new Refusal('conflict', 'the time to decide on the change is over', { legal: [] });
  if (approves && isOutdated(change, tenant))
    throw new Refusal(
      'conflict',
      `the ${thing} has changed since this was asked for; refuse it and ask anew`,
      { legal: ['reject'] },
    );
}

const withEnd = <C extends ChangeRequest>(
  { listOf, withList }: Matter<C>,
  tenant: Tenant,
  id: string,
  ended: NonNullable<ChangeRequest['ended']>,
): Tenant =>
  withList(
    tenant,
    listOf(tenant).map((one) => (one.id === id ? { ...one, ended } : one)),
  );

async function endOver<C extends ChangeRequest>(
  deps: TenantDeps,
  matter: Matter<C>,
  atMost = matter.most,
): Promise<number> {
  const now = deps.clock.now();
  const found = await deps.stores.tenant.get();
  const isOver = (one: C): boolean => one.ended === undefined && now >= endOf(one);
  const over = (found === null ? [] : matter.listOf(found.tenant)).filter(isOver).slice(0, atMost);
  for (const change of over)
    await changeTenant(deps, {
      ...matter.told(change, 'expired'),
      actor: 'aispm',
      apply: (tenant) =>
        matter.listOf(tenant).some((one) => one.id === change.id && isOver(one))
          ? withEnd(matter, tenant, change.id, { outcome: 'expired', at: instantOf(endOf(change)) })
          : tenant,
    });
  return over.length;
}

export async function tenantOf({ stores }: TenantDeps): Promise<Tenant> {
  const found = await stores.tenant.get();
  if (found === null) throw new Refusal('not_found', 'there is no such tenant');
  return found.tenant;
}

function changeIn<C extends ChangeRequest>(matter: Matter<C>, tenant: Tenant, id: string): C {
  const change = matter.listOf(tenant).find((one) => one.id === id);
  if (change === undefined) throw new Refusal('not_found', `there is no such change of a ${matter.thing}`);
  return change;
}

async function requesterOf({ stores }: TenantDeps, { requestedBy }: ChangeRequest): Promise<string> {
  const name = (await stores.tenant.names([requestedBy])).get(requestedBy);
  if (name === undefined) throw new Refusal('conflict', 'who asked for it is no longer known');
  return name;
}
