import type { Admission, EvidenceEvent } from '../../../schemas/evidence.js';
import type { Source } from '../../../schemas/tenant.js';
import { Refusal } from '../kernel/refusal.js';
import { millisOf, type Millis } from '../kernel/time.js';

type SourceKey = Source['keys'][number];

/**
 * The key that has to verify the event's signature; null where the source has no keys, for then a signature proves nothing.
 * A key counts while its window holds at receipt and it was not revoked before: a signature made with a stolen key carries
 * any `time` the thief likes, so the time of receipt decides.
 * @param kid of the signature's protected header, null where it has none.
 * @throws Refusal `signature_invalid`, also where there is none: whoever leaves it out may be hiding who they are.
 */
export function keyToVerify(
  source: Source,
  signature: string | undefined,
  kid: string | null,
  receivedAt: Millis,
  at: string,
): SourceKey | null {
  if (source.keys.length === 0) return null;
  const pointer = `${at}/signature`;
  if (signature === undefined)
    throw new Refusal('signature_invalid', 'this source signs each event, and this one is not signed', {
      pointer,
    });
  const key = source.keys.find((k) => k.kid === kid);
  if (key === undefined)
    throw new Refusal('signature_invalid', 'no key of the source has this kid', { pointer });
  if (!isValidAt(key, receivedAt))
    throw new Refusal('signature_invalid', 'the key is revoked or outside its validity', { pointer });
  return key;
}

/** What admission records about a signature that verified. */
export const signerOf = (key: SourceKey, event: EvidenceEvent, receivedAt: Millis): Admission['signer'] => ({
  kid: key.kid,
  validAtTime: isValidAt(key, millisOf(event.time)),
  validAtReceipt: isValidAt(key, receivedAt),
});

/** From `validFrom` inclusive to `validUntil` exclusive, and before a revocation. */
const isValidAt = (key: SourceKey, at: Millis): boolean =>
  at >= millisOf(key.validFrom) &&
  at < millisOf(key.validUntil) &&
  (key.revokedAt === undefined || at < millisOf(key.revokedAt));
