import type { z } from 'zod';

import type { rotationSchema } from '../../../schemas/answers/keys.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import { linksOf } from '../links.js';
import type { TenantDeps } from './manage-tenants.js';
import { withNames } from '../names.js';
import { rotateKey } from './rotate-key.js';
import { timeToDecide } from '../governance/second-person.js';

/*
 * Another signing key takes two people. The first asks, the second agrees, and the evidence names both. The record says
 * which key is meant before anything is done, so that an approval repeated after a crash completes that one.
 */

type Rotation = {
  id: string;
  status: 'requested' | 'approved' | 'done' | 'cancelled';
  requestedBy: string;
  requestedAt: string;
  reason: string;
  approvedBy?: string;
  keyId?: string;
};
type RotationAnswer = z.infer<typeof rotationSchema>;

const kind = 'key-rotation';
const recordId = (id: string): string => `key-rotation:${id}`;

const isOpen = (rotation: Rotation, now: number): boolean =>
  rotation.status === 'approved' ||
  (rotation.status === 'requested' && now < millisOf(rotation.requestedAt) + timeToDecide);

/** Asks for another key. @throws Refusal `conflict` while another request is open. */
export async function requestRotation(
  deps: TenantDeps,
  actor: string,
  reason: string,
  id: string,
): Promise<RotationAnswer> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const pending = await stores.records.list<Rotation>({ kind, limit: 1000 });
  if (pending.items.some((one) => isOpen(one, now)))
    throw new Refusal('conflict', 'another rotation is waiting for its second person');
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), actor);
  await stores.tenant.remember([{ pseudonym: requestedBy, name: actor }]);
  const rotation: Rotation = {
    id,
    status: 'requested',
    requestedBy,
    requestedAt: instantOf(now),
    reason: removeSecretsAndAddresses(reason).text,
  };
  await stores.records.put(recordId(id), kind, rotation, null);
  return answerOf(deps, rotation);
}

/** Rotations that wait for their second person: one at most. */
export async function waitingRotations(deps: TenantDeps): Promise<RotationAnswer[]> {
  const { items } = await deps.stores.records.list<Rotation>({ kind, limit: 1000 });
  const now = deps.clock.now();
  return Promise.all(items.filter((one) => isOpen(one, now)).map((one) => answerOf(deps, one)));
}

/** A rotation as it stands. @throws Refusal `not_found` */
export async function readRotation(deps: TenantDeps, id: string): Promise<RotationAnswer> {
  return answerOf(deps, (await found(deps, id)).value);
}

/**
 * A second person agrees, and the next key signs. Repeated after a crash it completes the same key.
 * @throws Refusal `separation_of_duties` for who asked; `conflict` for what is no longer open; `not_found`.
 */
export async function approveRotation(deps: TenantDeps, id: string, actor: string): Promise<RotationAnswer> {
  const { stores, keys, clock } = deps;
  const { value, etag } = await found(deps, id);
  if (!isOpen(value, clock.now())) throw new Refusal('conflict', 'the rotation is no longer open');
  const approvedBy = pseudonymOf(await keys.macKey(stores.tenantId), actor);
  if (approvedBy === value.requestedBy)
    throw new Refusal('separation_of_duties', 'who asks for another key cannot agree to it');
  const people = await stores.tenant.names([value.requestedBy]);
  const requester = people.get(value.requestedBy);
  if (requester === undefined) throw new Refusal('conflict', 'who asked for it is no longer known');
  const meant = value.keyId ?? (await keys.successor(stores.tenantId)).keyId;
  const approved: Rotation = {
    ...value,
    status: 'approved',
    approvedBy: value.approvedBy ?? approvedBy,
    keyId: meant,
  };
  const next = value.status === 'approved' ? etag : await put(deps, approved, etag);
  // Promoted by a try that died behind it: a further key would be one that nobody agreed to.
  if ((await keys.ensure(stores.tenantId)).keyId !== meant)
    await rotateKey(deps, { actor: requester, approvedBy: actor, reason: value.reason });
  const done: Rotation = { ...approved, status: 'done' };
  await put(deps, done, next);
  return answerOf(deps, done);
}

/** Withdraws or refuses a rotation that nobody agreed to yet. @throws Refusal `conflict`, `not_found` */
export async function cancelRotation(deps: TenantDeps, id: string): Promise<RotationAnswer> {
  const { value, etag } = await found(deps, id);
  if (value.status !== 'requested') throw new Refusal('conflict', 'the rotation is no longer open');
  const cancelled: Rotation = { ...value, status: 'cancelled' };
  await put(deps, cancelled, etag);
  return answerOf(deps, cancelled);
}

async function found({ stores }: TenantDeps, id: string): Promise<{ value: Rotation; etag: string }> {
  const record = await stores.records.get<Rotation>(recordId(id));
  if (record === null) throw new Refusal('not_found', 'there is no such rotation');
  return record;
}

async function put({ stores }: TenantDeps, rotation: Rotation, etag: string): Promise<string> {
  const next = await stores.records.put(recordId(rotation.id), kind, rotation, etag);
  if (next === null) throw new Refusal('conflict', 'somebody else decided at the same time; look again');
  return next;
}

async function answerOf({ stores, clock }: TenantDeps, rotation: Rotation): Promise<RotationAnswer> {
  const expiresAt = instantOf(millisOf(rotation.requestedAt) + timeToDecide);
  const ended = rotation.status === 'requested' && !isOpen(rotation, clock.now());
  const status = ended ? 'expired' : rotation.status === 'approved' ? 'requested' : rotation.status;
  const links = { keys: linksOf(stores.tenantId).at('keys') };
  return withNames(stores.tenant, { ...rotation, status, expiresAt, links });
}
