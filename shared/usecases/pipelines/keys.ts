import type { PipelineKey } from '../../../schemas/pipelines.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { toBase64Url } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { changeTenant, type TenantDeps } from '../tenants/manage-tenants.js';

/*
 * Keys for pipelines that bring no Entra token: the Azure task sends one as `code` in the query or in a header. A key
 * asks the gate of its tenant and does nothing else. It is shown once; its hash is kept. Of high entropy, so an unsalted
 * hash gives nothing away.
 */

const longestLife = 366 * day;
const mostKeys = 20;

/**
 * Makes a key under an id, or replaces the one that has it: the old one stops at once.
 * @param random 32 bytes
 * @throws Refusal `invalid_request` for an end that has passed or lies more than a year ahead
 */
export async function makePipelineKey(
  deps: TenantDeps,
  { id, expiresAt, random, actor }: { id: string; expiresAt: string; random: Uint8Array; actor: string },
): Promise<{ id: string; key: string; expiresAt: string }> {
  const now = deps.clock.now();
  const end = millisOf(expiresAt);
  if (end <= now || end > now + longestLife)
    throw new Refusal('invalid_request', 'a key ends within a year from now', { pointer: '/expiresAt' });
  const key = `aispm_pk_${toBase64Url(random)}`;
  const made: PipelineKey = {
    id,
    hash: sha256Hex(key),
    createdAt: instantOf(now),
    expiresAt: instantOf(end),
  };
  await changeTenant(deps, {
    change: 'pipeline_key',
    subject: id,
    actor,
    apply: (tenant) => {
      const others = tenant.pipelineKeys.filter((other) => other.id !== id);
      if (others.length >= mostKeys)
        throw new Refusal('conflict', `a tenant has at most ${mostKeys} pipeline keys`);
      return { ...tenant, pipelineKeys: [...others, made] };
    },
  });
  return { id, key, expiresAt: made.expiresAt };
}

/** Ends a key now. @throws Refusal `not_found` */
export async function revokePipelineKey(deps: TenantDeps, id: string, actor: string): Promise<void> {
  const revokedAt = instantOf(deps.clock.now());
  await changeTenant(deps, {
    change: 'pipeline_key',
    subject: id,
    actor,
    apply: (tenant) => {
      if (!tenant.pipelineKeys.some((key) => key.id === id))
        throw new Refusal('not_found', 'there is no such key');
      return {
        ...tenant,
        pipelineKeys: tenant.pipelineKeys.map((key) => (key.id === id ? { revokedAt, ...key } : key)),
      };
    },
  });
}

/** The key that this is, while it is valid; null for every other. */
export function pipelineKeyOf(tenant: Tenant, given: string, now: number): PipelineKey | null {
  const hash = sha256Hex(given);
  const found = tenant.pipelineKeys.find((key) => key.hash === hash);
  if (found === undefined || found.revokedAt !== undefined || millisOf(found.expiresAt) <= now) return null;
  return found;
}
