import { mostSourceKeys, type RevokedKey, type Source, type Tenant } from '../../../schemas/tenant.js';
import { toBase64Url } from '../kernel/bytes.js';
import { canonicalBytes, canonicalText } from '../kernel/canonical.js';
import { sha256 } from '../kernel/hash.js';
import { Refusal } from '../kernel/refusal.js';
import { millisOf } from '../kernel/time.js';

/*
 * A revocation is of the public key, in the whole tenant and for good. The tenant's document records it, so that the key
 * may leave its source's list, which is short, and still never comes back; and every list that holds the key says so,
 * so that whoever verifies looks at the listed key alone.
 */

type SourceKey = Source['keys'][number];

/** JWK thumbprint (RFC 7638): a registered key has the required members and no others, so its canonical form is the one hashed. */
export const thumbprintOf = (jwk: SourceKey['jwk']): string => toBase64Url(sha256(canonicalBytes(jwk)));

/**
 * The tenant with these sources, every revocation of a key kept and carried to wherever the tenant lists that key.
 * @param changed id of the source that was registered or changed: what its list says is refused where it takes back a
 * revocation; other lists follow.
 * @throws Refusal `conflict`, with the pointer to the key, for a kid that is or was another key and for a revoked key that
 * would verify longer; without one for more keys than can all be revoked, which a revocation alone never leads to.
 */
export function withRevocations(before: Tenant, changed: string, sources: readonly Source[]): Tenant {
  const recorded = [before.sources, sources].reduce(recordedWith, before.revokedKeys);
  const since = earliest(recorded);
  refuseRevival(before, sources.find(({ id }) => id === changed)?.keys ?? [], changed, since);
  const told = sources.map((source) => ({
    ...source,
    keys: source.keys.map((key) => {
      const revokedAt = since.get(thumbprintOf(key.jwk));
      return revokedAt === undefined ? key : { ...key, revokedAt };
    }),
  }));
  const revokedKeys = recordedWith(recorded, told);
  const inUse = told.flatMap(({ keys }) => keys.filter(({ revokedAt }) => revokedAt === undefined)).length;
  if (revokedKeys.length + inUse > mostSourceKeys)
    throw new Refusal(
      'conflict',
      `the sources of a tenant have at most ${mostSourceKeys} keys, revoked ones included`,
    );
  return { ...before, sources: told, revokedKeys };
}

/** The record with what these lists say is revoked; of two instants for one key the earlier stands. */
function recordedWith(record: RevokedKey[], sources: readonly Source[]): RevokedKey[] {
  const listed = sources.flatMap(({ id, keys }) =>
    keys.flatMap(({ kid, jwk, revokedAt }) =>
      revokedAt === undefined ? [] : [{ source: id, kid, thumbprint: thumbprintOf(jwk), revokedAt }],
    ),
  );
  const byKey = new Map(record.map((one) => [nameOf(one), one]));
  for (const one of listed) {
    const known = byKey.get(nameOf(one));
    if (known === undefined || isBefore(one.revokedAt, known.revokedAt)) byKey.set(nameOf(one), one);
  }
  return [...byKey.values()];
}

const nameOf = ({ source, kid, thumbprint }: Omit<RevokedKey, 'revokedAt'>): string =>
  canonicalText([source, kid, thumbprint]);

const isBefore = (a: string, b: string): boolean => millisOf(a) < millisOf(b);

/** Thumbprint → the instant from which the key verifies nothing. */
function earliest(record: readonly RevokedKey[]): Map<string, string> {
  const since = new Map<string, string>();
  for (const { thumbprint, revokedAt } of record) {
    const known = since.get(thumbprint);
    if (known === undefined || isBefore(revokedAt, known)) since.set(thumbprint, revokedAt);
  }
  return since;
}

function refuseRevival(
  { sources, revokedKeys }: Tenant,
  keys: readonly SourceKey[],
  source: string,
  since: ReadonlyMap<string, string>,
): void {
  const listed = sources.find(({ id }) => id === source)?.keys ?? [];
  const named = new Map([
    ...revokedKeys.filter((one) => one.source === source).map((one) => [one.kid, one.thumbprint] as const),
    ...listed.map((one) => [one.kid, thumbprintOf(one.jwk)] as const),
  ]);
  keys.forEach(({ kid, jwk, revokedAt }, at) => {
    const pointer = `/keys/${at}`;
    const thumbprint = thumbprintOf(jwk);
    if ((named.get(kid) ?? thumbprint) !== thumbprint)
      throw new Refusal('conflict', 'this kid is another key; evidence names it', { pointer });
    const until = since.get(thumbprint);
    if (until !== undefined && (revokedAt === undefined || isBefore(until, revokedAt)))
      throw new Refusal('conflict', 'this public key was revoked; a revocation cannot be taken back', {
        pointer,
      });
  });
}
