import { pseudonymOf } from '../../core/ingest/people.js';
import { toBase64 } from '../../core/kernel/bytes.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf } from '../../core/kernel/time.js';
import { changeTenant, type ChangeAnswer, type TenantDeps } from './manage-tenants.js';

/** Who wants a new key, and the other person who agreed: both token subjects. */
export type Rotation = { actor: string; approvedBy: string; reason?: string };

/** The tenant's document holds this many keys, retired ones included: what they signed must stay checkable. */
const mostKeys = 100;

/**
 * Lets the tenant's next key sign. Its public half is published and in the log before it signs anything, so that no
 * signature is ever out of which nobody can check; keys before it are retired and stay published for ever. Dies in
 * between: the old key signs on, and the same rotation again completes it with the same new key.
 * @throws Refusal `separation_of_duties` where one person is both; `conflict` where the document is full.
 */
export async function rotateKey(
  deps: TenantDeps,
  { actor, approvedBy, reason }: Rotation,
): Promise<ChangeAnswer> {
  const { stores, keys, clock } = deps;
  const macKey = await keys.macKey(stores.tenantId);
  if (pseudonymOf(macKey, actor) === pseudonymOf(macKey, approvedBy))
    throw new Refusal('separation_of_duties', 'who asks for another key cannot agree to it');
  const next = await keys.successor(stores.tenantId);
  const at = instantOf(clock.now());
  const answer = await changeTenant(deps, {
    change: 'keys',
    subject: next.keyId,
    actor,
    approvedBy,
    ...(reason === undefined ? {} : { reason }),
    apply: (tenant) => {
      if (tenant.keys.some(({ keyId }) => keyId === next.keyId)) return tenant;
      if (tenant.keys.length >= mostKeys)
        throw new Refusal('conflict', `a tenant has at most ${mostKeys} keys`);
      const retired = tenant.keys.map((key) =>
        key.retiredAt === undefined ? { ...key, retiredAt: at } : key,
      );
      const publicKey = toBase64(next.publicKey);
      return {
        ...tenant,
        keys: [...retired, { keyId: next.keyId, algorithm: 'Ed25519', publicKey, createdAt: at }],
      };
    },
  });
  await keys.promote(stores.tenantId, next.keyId);
  return answer;
}
