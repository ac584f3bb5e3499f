import { canonicalText } from './canonical.js';
import { fromHex, toHex, utf8 } from './bytes.js';
import { sha1ForUuid, sha256Hex } from './hash.js';

/** Public id of an event: SHA-256 over the canonical pair (`source`, `id`). A redelivery always meets its twin. */
export const evidenceIdOf = (source: string, id: string): string => sha256Hex(canonicalText([source, id]));

/** First two digits of the id: one of 256 logical partitions a tenant. */
export const bucketOf = (evidenceId: string): string => evidenceId.slice(0, 2);

/** Namespace of every version 5 UUID the service makes. Random once, fixed for ever. */
const namespace = fromHex('6f1c0e5a9d2b4c7e8a3f5b6d7e8f9a0b');

/** UUID version 5 (RFC 9562, 5.5) over an ordered list of names: the same list is the same id, on every retry. */
export function uuidOf(...names: readonly string[]): string {
  const digest = sha1ForUuid(namespace, utf8(canonicalText(names))).slice(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(digest);
}

/** UUID version 4 (RFC 9562, 5.4) of 16 unpredictable bytes. */
export function uuidOfBytes(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

function uuidText(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
