import { canonicalBytes } from '../kernel/canonical.js';
import { hmacSha256Hex } from '../kernel/hash.js';

/** Without letters and digits that are read for one another (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The code that a mail carries, by which its recipient says that it arrived, where no provider does: two groups of four,
 * 40 bits. It follows from the operation and the tenant's key, so every try carries the same, and nobody else can make it.
 */
export function confirmationCode(macKey: Uint8Array, operationId: string): string {
  const digest = hmacSha256Hex(macKey, canonicalBytes(['confirmation', operationId]));
  const letters = Array.from(
    { length: 8 },
    (_, i) => alphabet[parseInt(digest.slice(2 * i, 2 * i + 2), 16) % alphabet.length] ?? '',
  );
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** Whether a person typed the code, however they wrote it. */
export const isCode = (typed: string, code: string): boolean =>
  typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '') === code.replace('-', '');
